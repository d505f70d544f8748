import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Authorizer } from '../../../lib/runtime/authorizer/authorize';
import type { AuthorizerLogEntry, AuthorizerResult } from '../../../lib/runtime/authorizer/authorize';
import type { AuthorizerSettings } from '../../../lib/runtime/authorizer/settings';

const ISSUER = 'https://issuer.example/pool';
const ARN = 'arn:aws:execute-api:eu-west-1:111122223333:a1b2c3';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** A server of signing keys, and how it behaves. */
let server: Server;
let jwksUri: string;
let asked = 0;
let mode: 'up' | 'broken' | 'moved' | 'silent' | 'large' = 'up';

beforeAll(async () => {
  const jwk = (key: KeyObject, kid: string, alg: string) => ({
    ...key.export({ format: 'jwk' }),
    kid,
    alg,
    use: 'sig',
  });
  const keys = JSON.stringify({ keys: [jwk(rsa.publicKey, 'rsa', 'RS256'), jwk(ec.publicKey, 'ec', 'ES256')] });
  server = createServer(({ url }, response) => {
    asked += 1;
    if (mode === 'silent') return;
    if (mode === 'moved' && url !== '/elsewhere') response.writeHead(302, { location: '/elsewhere' });
    else response.writeHead(mode === 'broken' ? 503 : 200, { 'content-type': 'application/json' });
    response.end(mode === 'large' ? `${' '.repeat(300_000)}${keys}` : keys);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  mode = 'up';
  asked = 0;
});

const settings = (change: Partial<AuthorizerSettings> = {}): AuthorizerSettings => ({
  issuer: ISSUER,
  audience: ['app', 'tool'],
  jwksUri,
  tokenUse: 'access',
  endpoints: [
    { method: 'GET', path: '/orders/{id}', scopes: ['orders/read'] },
    { method: 'GET', path: '/orders/export', scopes: ['orders/read', 'orders/export'] },
    { method: 'GET', path: '/orders/{id}/refunds', scopes: ['refunds/read'] },
    { method: 'POST', path: '/orders', scopes: ['orders/write'] },
  ],
  ...change,
});

const now = () => Math.floor(Date.now() / 1000);

function claims(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    iss: ISSUER,
    sub: 'f00d',
    client_id: 'app',
    token_use: 'access',
    scope: 'orders/read',
    iat: now() - 10,
    exp: now() + 3_000,
    ...change,
  };
}

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

interface Signing {
  readonly header?: Record<string, unknown>;
  readonly key?: KeyObject;
}

/** A token that is really signed. */
function token(payload = claims(), { header = {}, key = rsa.privateKey }: Signing = {}): string {
  const body = `${encode({ alg: 'RS256', kid: 'rsa', typ: 'JWT', ...header })}.${encode(payload)}`;
  const signature = sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' });
  return `${body}.${signature.toString('base64url')}`;
}

function request(bearer: string, change: Record<string, unknown> = {}) {
  return {
    type: 'REQUEST',
    methodArn: `${ARN}/prod/GET/orders/7`,
    resource: '/orders/{id}',
    httpMethod: 'GET',
    headers: { Authorization: `Bearer ${bearer}` },
    multiValueHeaders: { Authorization: [`Bearer ${bearer}`] },
    requestContext: { requestId: 'id', extendedRequestId: 'ext' },
    ...change,
  };
}

interface Asked {
  readonly result?: AuthorizerResult;
  readonly error?: string;
  readonly log: AuthorizerLogEntry;
}

async function ask(event: unknown, change: Partial<AuthorizerSettings> = {}): Promise<Asked> {
  const lines: AuthorizerLogEntry[] = [];
  const authorizer = new Authorizer(settings(change), { log: (line) => lines.push(line) });
  const result = await authorizer.authorize(event).catch((error: Error) => error.message);
  expect(lines).toHaveLength(1);
  return typeof result === 'string' ? { error: result, log: lines[0] } : { result, log: lines[0] };
}

/** Why a token is refused. */
async function refused(bearer: string, change?: Partial<AuthorizerSettings>): Promise<string> {
  const { error, result, log } = await ask(request(bearer), change);
  expect(result).toBeUndefined();
  expect(error).toBe('Unauthorized');
  expect(log.decision).toBe('denied');
  // Nothing of a token is in the log.
  for (const part of bearer.split('.').filter((each) => each.length > 8))
    expect(JSON.stringify(log)).not.toContain(part);
  return log.reason as string;
}

describe('the policy of a token', () => {
  const statements = async (scope: string) =>
    (await ask(request(token(claims({ scope }))))).result?.policyDocument.Statement;
  const invoke = 'execute-api:Invoke';

  it('names all that the token may call, so that it can be kept, and denies what its patterns match too much', async () => {
    expect(await statements('openid orders/read')).toEqual([
      { Effect: 'Allow', Action: invoke, Resource: [`${ARN}/prod/GET/orders/*`] },
      {
        Effect: 'Deny',
        Action: invoke,
        Resource: expect.arrayContaining([`${ARN}/prod/GET/orders/export`, `${ARN}/prod/GET/orders/*/refunds`]),
      },
    ]);
    expect(await statements('orders/write')).toEqual([
      { Effect: 'Allow', Action: invoke, Resource: [`${ARN}/prod/POST/orders`] },
    ]);
  });

  it('does not depend on what is called, and holds no wildcard of the request', async () => {
    const bearer = token();
    const [here, there, wild] = await Promise.all(
      ['GET/orders/7', 'POST/orders', 'GET/*'].map(async (suffix) => {
        const { result } = await ask(request(bearer, { methodArn: `${ARN}/prod/${suffix}` }));
        return result?.policyDocument;
      }),
    );
    expect(there).toEqual(here);
    expect(wild).toEqual(here);
  });

  it('needs all scopes of an endpoint', async () => {
    const [allowed] = (await statements('orders/export')) ?? [];
    expect(allowed).toEqual({ Effect: 'Deny', Action: invoke, Resource: [`${ARN}/*`] });
    const [both] = (await statements('orders/read orders/export')) ?? [];
    expect(both.Resource).toContain(`${ARN}/prod/GET/orders/export`);
  });

  it('denies everything to a token without any of the scopes', async () => {
    const { result, log } = await ask(request(token(claims({ scope: 'orders/reader' }))));
    expect(result?.policyDocument.Statement).toEqual([{ Effect: 'Deny', Action: invoke, Resource: [`${ARN}/*`] }]);
    expect(log).toMatchObject({ decision: 'denied', who: `${ISSUER}#f00d`, reason: 'the token lacks the scopes' });
  });

  it('tells the backend whose token it is, in texts', async () => {
    const exp = now() + 60;
    const { result, log } = await ask(request(token(claims({ exp }))));
    expect(result?.principalId).toBe('f00d');
    expect(result?.context).toEqual({
      iss: ISSUER,
      sub: 'f00d',
      client_id: 'app',
      token_use: 'access',
      scope: 'orders/read',
      exp: String(exp),
    });
    expect(log).toMatchObject({ decision: 'admitted', what: 'GET /orders/{id}', extendedRequestId: 'ext' });
  });
});

describe('a token that is taken', () => {
  it.each([
    ['by RSA', () => token()],
    ['by an elliptic curve', () => token(claims(), { header: { alg: 'ES256', kid: 'ec' }, key: ec.privateKey })],
    ['with an audience', () => token(claims({ aud: ['other', 'tool'], client_id: undefined }))],
    ['that lives for an hour', () => token(claims({ iat: now(), exp: now() + 3_600 }))],
    ['of an issuer whose clock is ahead by seconds', () => token(claims({ iat: now() + 20, exp: now() + 60 }))],
  ])('is one signed %s', async (_how, make) => {
    expect((await ask(request(make()))).result).toBeDefined();
  });

  it('is one of the declared use', async () => {
    const id = token(claims({ token_use: 'id', aud: 'app', at_hash: 'x' }));
    const plain = token(claims({ token_use: undefined }));
    expect((await ask(request(id), { tokenUse: 'id' })).result).toBeDefined();
    expect((await ask(request(plain), { tokenUse: 'any' })).result).toBeDefined();
    expect(await refused(plain)).toContain('another use');
    expect(await refused(id, { tokenUse: 'any' })).toContain('another use');
    expect(await refused(token(claims({ token_use: undefined, nonce: 'x' })), { tokenUse: 'any' })).toContain('use');
    expect(await refused(token(), { tokenUse: 'id' })).toContain('another use');
  });
});

describe('an attack', () => {
  const body = (header: Record<string, unknown>, payload = claims()) => `${encode(header)}.${encode(payload)}`;

  it.each(['none', 'None', 'NONE', '', undefined])(
    'by the algorithm `%s` is refused before a key is fetched',
    async (alg) => {
      expect(await refused(`${body({ alg, kid: 'rsa' })}.`)).toContain('not');
      expect(await refused(`${body({ alg, kid: 'rsa' })}.AAAA`)).toBe('the token is signed in a way that is not taken');
      expect(asked).toBe(0);
    },
  );

  it('by HMAC with the public key as its secret is refused', async () => {
    for (const secret of [
      rsa.publicKey.export({ format: 'pem', type: 'spki' }),
      JSON.stringify(rsa.publicKey.export({ format: 'jwk' })),
    ]) {
      const text = body({ alg: 'HS256', kid: 'rsa', typ: 'JWT' });
      const signature = createHmac('sha256', secret).update(text).digest('base64url');
      expect(await refused(`${text}.${signature}`)).toBe('the token is signed in a way that is not taken');
    }
  });

  it('by a key of the attacker is refused, under a known name and under its own', async () => {
    expect(await refused(token(claims(), { key: stranger.privateKey }))).toMatch(/^the token failed: /);
    expect(await refused(token(claims(), { key: stranger.privateKey, header: { kid: 'mine' } }))).toMatch(/failed/);
    const jwk = stranger.publicKey.export({ format: 'jwk' });
    const header = { jwk, jku: 'http://127.0.0.1:1/keys', x5u: 'http://127.0.0.1:1/x' };
    expect(await refused(token(claims(), { key: stranger.privateKey, header }))).toMatch(/failed/);
  });

  it('by the algorithm of another key is refused', async () => {
    expect(await refused(token(claims(), { header: { kid: 'ec' } }))).toMatch(/failed/);
    expect(await refused(token(claims(), { header: { alg: 'RS512' } }))).toMatch(/failed/);
  });

  it.each([
    ['a name of no key', { kid: undefined }, 'names no key'],
    ['an extension', { crit: ['exp'] }, 'extension'],
  ])('by %s is refused', async (_what, header, why) => {
    expect(await refused(token(claims(), { header }))).toContain(why);
  });

  it('by a changed payload is refused', async () => {
    const [header, , signature] = token().split('.');
    const changed = encode(claims({ scope: 'orders/write' }));
    expect(await refused(`${header}.${changed}.${signature}`)).toMatch(/failed/);
  });

  it.each<[string, () => Record<string, unknown>, RegExp]>([
    ['an end in the past', () => ({ iat: now() - 100, exp: now() - 1 }), /failed|expired/],
    ['no end', () => ({ exp: undefined }), /valid/],
    ['an end that is a text', () => ({ exp: `${now() + 60}` }), /failed|valid/],
    ['no beginning', () => ({ iat: undefined }), /valid/],
    ['a life of more than an hour', () => ({ iat: now(), exp: now() + 3_601 }), /3601 s, more than an hour/],
    ['a beginning in the future', () => ({ iat: now() + 600, exp: now() + 900 }), /not valid yet/],
    ['`nbf` in the future', () => ({ nbf: now() + 600 }), /failed|not valid yet/],
    ['another issuer', () => ({ iss: `${ISSUER}/` }), /failed/],
    ['no issuer', () => ({ iss: undefined }), /failed/],
    ['another client', () => ({ client_id: 'ap' }), /another audience/],
    ['another audience beside its client', () => ({ aud: 'other' }), /another audience/],
    ['no audience', () => ({ client_id: undefined }), /another audience/],
    ['the use of an ID token', () => ({ token_use: 'id' }), /another use/],
    ['no subject', () => ({ sub: undefined }), /no `sub`/],
  ])('by a token with %s is refused', async (_what, change, why) => {
    expect(await refused(token(claims(change())))).toMatch(why);
  });

  it('by a huge token is refused before it is read', async () => {
    expect(await refused(token(claims({ pad: 'x'.repeat(9_000) })))).toBe('the token is too long');
    expect(asked).toBe(0);
  });

  it.each(['', 'x', 'a.b', 'a.b.c.d', '..', 'e30.e30.e30', '{}.{}.{}', '=.=.='])('by `%s` is refused', async (text) => {
    await refused(text);
    expect(asked).toBe(0);
  });

  it('by two headers, another scheme or no header is refused', async () => {
    const bearer = token();
    const two = {
      headers: { Authorization: `Bearer ${bearer}`, authorization: `Bearer ${token(claims({ sub: 'x' }))}` },
    };
    for (const change of [
      two,
      { multiValueHeaders: { authorization: [`Bearer ${bearer}`, 'Bearer x'] } },
      { headers: { Authorization: `Basic ${bearer}` }, multiValueHeaders: {} },
      { headers: {}, multiValueHeaders: {} },
      { headers: null, multiValueHeaders: null },
      { methodArn: '*' },
      { methodArn: `${ARN}/*/GET/orders/7` },
      { methodArn: undefined },
    ]) {
      expect((await ask(request(bearer, change))).error, JSON.stringify(Object.keys(change))).toBe('Unauthorized');
    }
    expect((await ask(null)).error).toBe('Unauthorized');
  });
});

describe('the signing keys', () => {
  it.each(['broken', 'moved', 'large'] as const)('that are %s admit nobody', async (how) => {
    mode = how;
    expect(await refused(token())).toMatch(/^the token failed: /);
  });

  it('that do not come within two seconds admit nobody', async () => {
    mode = 'silent';
    const started = Date.now();
    expect(await refused(token())).toMatch(/^the token failed: /);
    const took = Date.now() - started;
    expect(took).toBeGreaterThan(1_500);
    expect(took).toBeLessThan(6_000);
  });

  it('are fetched once for many tokens, and go on to work while their server is down', async () => {
    const authorizer = new Authorizer(settings(), { log: () => {} });
    await Promise.all([1, 2, 3].map((sub) => authorizer.authorize(request(token(claims({ sub: `${sub}` }))))));
    mode = 'broken';
    await authorizer.authorize(request(token()));
    expect(asked).toBe(1);
  });

  it('are not asked for again and again by tokens with names of no key', async () => {
    const authorizer = new Authorizer(settings(), { log: () => {} });
    await authorizer.authorize(request(token()));
    for (let at = 0; at < 20; at += 1) {
      const bad = token(claims(), { header: { kid: `unknown-${at}` } });
      await expect(authorizer.authorize(request(bad))).rejects.toThrow('Unauthorized');
    }
    await authorizer.authorize(request(token()));
    expect(asked).toBeLessThan(4);
  });

  it('are fetched anew after an hour', async () => {
    let clock = Date.now();
    const authorizer = new Authorizer(settings(), { log: () => {}, clock: () => clock });
    await authorizer.authorize(request(token()));
    clock += 3_600_001;
    await authorizer.authorize(request(token(claims({ iat: now() + 3_600, exp: now() + 3_700 }))));
    expect(asked).toBe(2);
  });
});
