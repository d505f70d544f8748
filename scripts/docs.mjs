// Writes what is generated from the code: API.md, docs/rules and docs/techniques.md. With --check, fails where a committed file is stale.
// Needs a build.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generated, root, run } from './lib.mjs';
import { ruleDocs } from './rule-docs.mjs';
import { techniqueDocs } from './technique-docs.mjs';

export async function docs(options) {
  const folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-docs-'));
  try {
    run('jsii-docgen', ['--output', join(folder, 'API.md')], { stdio: 'pipe', encoding: 'utf8' });
    generated(join(root, 'API.md'), readFileSync(join(folder, 'API.md'), 'utf8'), options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  await ruleDocs(options);
  techniqueDocs(options);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await docs({ check: process.argv.includes('--check') });
