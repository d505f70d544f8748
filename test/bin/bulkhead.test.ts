import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { BAD, files, GOOD } from '../cli/support/run';

const ROOT = join(__dirname, '../..');
// Below the root of the package, where it finds its package.json.
const BIN = join(ROOT, 'dist/test/bulkhead.js');

const many = Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`Key${index}`, { ...BAD.Resources.Key }]));
const TEMPLATES = files({
  'bad.json': JSON.stringify(BAD),
  'good.json': JSON.stringify(GOOD),
  'many.json': JSON.stringify({ Resources: many }),
});
const at = (name: string): string => TEMPLATES[name] ?? name;

beforeAll(() => {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['bin/bulkhead.ts'],
    outfile: BIN,
    bundle: true,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
});

const bulkhead = (...args: readonly string[]) =>
  spawnSync(process.execPath, [BIN, ...args], { encoding: 'utf8', maxBuffer: 1e8 });

describe('the bulkhead command', () => {
  it('is an executable of Node.js', () => {
    expect(readFileSync(join(ROOT, 'bin/bulkhead.ts'), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('ends with the code of the command; results go to stdout, problems to stderr', () => {
    expect(bulkhead('check', at('good.json'))).toMatchObject({ status: 0, stderr: '' });
    expect(bulkhead('check', at('bad.json'))).toMatchObject({ status: 1, stderr: '' });
    const unreadable = bulkhead('check', 'not-there.json');
    expect(unreadable).toMatchObject({ status: 2, stdout: '' });
    expect(unreadable.stderr).toContain('not-there.json');
  });

  it('has no colours in a pipe', () => {
    expect(bulkhead('check', at('bad.json')).stdout).not.toContain('\u001b[');
  });

  it('writes all of a long result to a pipe', () => {
    const { stdout, status } = bulkhead('check', at('many.json'), '--format', 'json');
    expect(status).toBe(1);
    expect(JSON.parse(stdout).findings).toHaveLength(2000);
  });

  it('does not mind a reader that stops early', async () => {
    const child = spawn(process.execPath, [BIN, 'check', at('many.json')], { stdio: ['ignore', 'pipe', 'pipe'] });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.stdout.destroy();
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  });
});
