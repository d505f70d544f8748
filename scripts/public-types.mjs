// After the compiler: the declarations of modules that no public declaration mentions are taken out again. Nobody can
// import those modules by name (`exports` of package.json), and they are a tenth of the package.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './lib.mjs';

const DIST = join(root, 'dist');
const ENTRIES = ['lib/index.d.ts', 'lib/runtime/index.d.ts', 'bin/bulkhead.d.ts'];
const MENTIONED = /\b(?:from|import\(|import)\s*(["'])(\.[^"']+)\1/g;

export function publicTypes() {
  const reached = new Set();
  for (const entry of ENTRIES) reach(join(DIST, entry), reached);
  for (const found of readdirSync(join(DIST, 'lib'), { recursive: true })) {
    const file = join(DIST, 'lib', found);
    if (file.endsWith('.d.ts') && !reached.has(file)) rmSync(file);
  }
}

function reach(file, reached) {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, , path] of readFileSync(file, 'utf8').matchAll(MENTIONED)) {
    const other = join(dirname(file), path);
    const found = [`${other}.d.ts`, join(other, 'index.d.ts')].find((each) => existsSync(each));
    if (found === undefined) throw new Error(`${file} mentions ${path}, which has no declaration`);
    reach(found, reached);
  }
}
