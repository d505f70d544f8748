import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../lib/private/package-root';

const RUNTIME = join(packageRoot(), 'dist/runtime');

/** The whole engine, with its tables, is in it: ADR 11. */
const WITH_ENGINE = 'scheduled-review';

describe(`the bundle of ${WITH_ENGINE}`, () => {
  it('has less than 400 KB, without the SDK', () => {
    const code = readFileSync(join(RUNTIME, WITH_ENGINE, 'index.js'), 'utf8');
    expect(code.length).toBeLessThan(400 * 1024);
    expect(code).not.toContain('aws-sdk-js');
  });
});

describe.each(readdirSync(RUNTIME).filter((each) => each !== WITH_ENGINE))('the bundle of %s', (name) => {
  const code = readFileSync(join(RUNTIME, name, 'index.js'), 'utf8');

  it('has less than 50 KB, without the SDK, which the Lambda runtime has', () => {
    expect(code.length).toBeLessThan(50 * 1024);
    expect(code).not.toContain('aws-sdk-js');
  });
});
