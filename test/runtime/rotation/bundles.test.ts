import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../../lib/private/package-root';

const RUNTIME = join(packageRoot(), 'dist/runtime');

describe.each(readdirSync(RUNTIME))('the bundle of %s', (name) => {
  const code = readFileSync(join(RUNTIME, name, 'index.js'), 'utf8');

  it('has less than 50 KB, without the SDK, which the Lambda runtime has', () => {
    expect(code.length).toBeLessThan(50 * 1024);
    expect(code).not.toContain('aws-sdk-js');
  });
});
