import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { handler } from '../../lib/runtime/rotate-opaque-token.handler';
import { packageRoot } from '../../lib/private/package-root';

const BUNDLE = join(packageRoot(), 'dist/runtime/rotate-opaque-token/index.js');

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('the rotation function', () => {
  it('refuses to work without a token length', async () => {
    await expect(handler({ Step: 'createSecret' })).rejects.toThrow('TOKEN_BYTES');
  });

  it('refuses what is no rotation event, and logs one line of JSON without repeating it', async () => {
    vi.stubEnv('TOKEN_BYTES', '32');
    vi.stubEnv('SECRET_ARN', 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Token-AbCdEf');
    vi.stubEnv('EXPIRES_ON', '2027-06-30');
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await expect(handler({ password: 'hunter2' })).rejects.toThrow('the event has no known `Step`');
    const lines = written.mock.calls.map(([line]) => String(line));
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0])).toMatchObject({ level: 'error' });
    expect(lines[0]).not.toContain('hunter2');
  });

  it('is bundled into less than 50 KB, without the SDK, which the Lambda runtime has', () => {
    const code = readFileSync(BUNDLE, 'utf8');
    expect(code).toContain('require("@aws-sdk/client-secrets-manager")');
    expect(code.length).toBeLessThan(50 * 1024);
    expect(code.length).toBeGreaterThan(1000);
  });
});
