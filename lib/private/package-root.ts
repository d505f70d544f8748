import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

let root: string | undefined;

/** The folder of our own package.json, found from the sources as well as from the compiled files. */
export function packageRoot(): string {
  root ??= find(__dirname);
  return root;
}

function find(folder: string): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest) && JSON.parse(readFileSync(manifest, 'utf8')).name === 'cdk-bulkhead') return folder;
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('BH9001: the package cdk-bulkhead is incomplete: its package.json was not found; install it again');
  return find(parent);
}
