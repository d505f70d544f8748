import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { ACTION_TABLE } from '../../../lib/engine/actions/action-table';
import { packageRoot } from '../../../lib/private/package-root';

const RUNTIME = join(packageRoot(), 'dist/runtime');

/** The whole engine is in it, and its tables beside it: ADR 11. */
const WITH_ENGINE = 'scheduled-review';

describe(`the bundle of ${WITH_ENGINE}`, () => {
  const folder = join(RUNTIME, WITH_ENGINE);

  it('has less than 400 KB, without the SDK', () => {
    const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size);
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBeLessThan(400 * 1024);
    expect(readFileSync(join(folder, 'index.js'), 'utf8')).not.toContain('aws-sdk-js');
  });

  it('has the tables of the engine beside it, the same as in the sources', () => {
    const tables = JSON.parse(brotliDecompressSync(readFileSync(join(folder, 'tables.br'))).toString('utf8'));
    expect(Object.keys(tables)).toEqual(
      expect.arrayContaining(['RESOURCE_TABLE', 'KEY_TABLE', 'MANAGED_POLICY_TABLE']),
    );
    expect(tables.ACTION_TABLE).toEqual(ACTION_TABLE);
    expect(createRequire(__filename)(join(folder, 'index.js')).handler).toBeTypeOf('function');
  });
});

describe.each(readdirSync(RUNTIME).filter((each) => each !== WITH_ENGINE))('the bundle of %s', (name) => {
  const code = readFileSync(join(RUNTIME, name, 'index.js'), 'utf8');

  it('has less than 50 KB, without the SDK, which the Lambda runtime has', () => {
    expect(code.length).toBeLessThan(50 * 1024);
    expect(code).not.toContain('aws-sdk-js');
  });
});
