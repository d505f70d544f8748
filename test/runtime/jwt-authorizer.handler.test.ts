import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/private/package-root';
import { settingsFrom } from '../../lib/runtime/authorizer/settings';
import { handler } from '../../lib/runtime/jwt-authorizer.handler';

const ENVIRONMENT = {
  ISSUER: 'https://issuer.example',
  AUDIENCE: 'app,tool',
  JWKS_URI: 'https://issuer.example/.well-known/jwks.json',
  TOKEN_USE: 'access',
  ENDPOINTS: JSON.stringify([{ endpoint: 'GET /orders/{id}', scopes: ['orders/read'] }]),
};

describe('the settings of the authorizer', () => {
  it('come from its environment', () => {
    expect(settingsFrom(ENVIRONMENT)).toEqual({
      issuer: 'https://issuer.example',
      audience: ['app', 'tool'],
      jwksUri: 'https://issuer.example/.well-known/jwks.json',
      tokenUse: 'access',
      endpoints: [{ method: 'GET', path: '/orders/{id}', scopes: ['orders/read'] }],
    });
  });

  it.each<Record<string, string | undefined>>([
    { ISSUER: '' },
    { AUDIENCE: '' },
    { AUDIENCE: ',' },
    { JWKS_URI: 'http://issuer.example/jwks.json' },
    { JWKS_URI: 'issuer.example' },
    { JWKS_URI: undefined },
    { TOKEN_USE: 'refresh' },
    { TOKEN_USE: undefined },
    { ENDPOINTS: undefined },
    { ENDPOINTS: '[]' },
    { ENDPOINTS: '{}' },
    { ENDPOINTS: '[{"endpoint":"GET orders","scopes":[]}]' },
    { ENDPOINTS: '[{"endpoint":"GET /orders"}]' },
    { ENDPOINTS: '[{"endpoint":"GET /orders","scopes":["a",7]}]' },
  ])('are refused with %j', (change) => {
    expect(() => settingsFrom({ ...ENVIRONMENT, ...change })).toThrow();
  });
});

describe('the authorizer function', () => {
  it('admits nobody without settings', async () => {
    await expect(handler({})).rejects.toThrow('ISSUER or AUDIENCE is missing');
  });

  it('has a small bundle', () => {
    expect(statSync(join(packageRoot(), 'dist/runtime/jwt-authorizer/index.js')).size).toBeLessThan(50 * 1024);
  });
});
