import { afterEach, describe, expect, it, vi } from 'vitest';
import { guard } from '../../../lib/runtime';
import type { Caller, GuardLogEntry, GuardPolicy } from '../../../lib/runtime';
import { ACCOUNT, http1Event, httpEvent, restEvent } from './events';
import type { EventParts } from './events';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf';
const NOW = Date.UTC(2026, 10, 22, 12);

const POLICY: GuardPolicy = {
  version: 1,
  stage: 'prod',
  callers: [
    `${ACCOUNT}/Report`,
    `arn:aws:iam::${ACCOUNT}:role/people/Clerk`,
    '999988887777/Parcels',
    { issuer: ISSUER, audience: ['app'], scopes: ['orders/all'], use: 'access' },
    { issuer: ISSUER, audience: ['app'], scopes: ['orders/read', 'openid'], use: 'access' },
  ],
  endpoints: {
    'GET /orders': [1],
    'POST /orders': [1],
    'GET /orders/{id}': [0, 1, 2, 3, 4],
    'GET /orders/export': [0],
    'GET /files/{path+}': [0],
  },
};

const CLAIMS = {
  iss: ISSUER,
  sub: 'f00d',
  client_id: 'app',
  token_use: 'access',
  scope: 'openid orders/read',
  exp: String(NOW / 1000 + 60),
};

interface Outcome {
  readonly status: number;
  readonly caller?: Caller;
  readonly log: GuardLogEntry;
}

async function ask(event: unknown, policy: GuardPolicy | undefined = POLICY, basePath?: string): Promise<Outcome> {
  const lines: GuardLogEntry[] = [];
  let caller: Caller | undefined;
  const handler = guard(
    (_event: unknown, who) => {
      caller = who;
      return { statusCode: 200 };
    },
    policy,
    { basePath, clock: () => NOW, log: (line) => lines.push(line) },
  );
  const { statusCode } = await handler(event, {});
  expect(lines).toHaveLength(1);
  // Whatever is denied never reaches the handler.
  expect(caller !== undefined).toBe(statusCode === 200);
  return { status: statusCode, caller, log: lines[0] };
}

const kinds = { 'a REST API': restEvent, 'an HTTP API': httpEvent, 'an HTTP API with payload 1.0': http1Event };

describe.each(Object.entries(kinds))('the guard behind %s', (_kind, event) => {
  const status = async (parts: EventParts) => (await ask(event(parts))).status;

  it('admits a declared role, and says who it is', async () => {
    const { status, caller } = await ask(event({ role: 'Report' }));
    expect(status).toBe(200);
    expect(caller).toEqual({
      kind: 'role',
      account: ACCOUNT,
      role: 'Report',
      session: 'session',
      roleId: 'AROAEXAMPLEEXAMPLE123',
    });
  });

  it('admits a role whose path the session does not have', async () => {
    expect(await status({ role: 'Clerk' })).toBe(200);
  });

  it('admits a role of another account by that account', async () => {
    expect(await status({ userArn: 'arn:aws:sts::999988887777:assumed-role/Parcels/s' })).toBe(200);
    expect(await status({ role: 'Parcels' })).toBe(403);
    expect(await status({ userArn: 'arn:aws:sts::999988887777:assumed-role/Report/s' })).toBe(403);
  });

  it.each(['Repor', 'Reports', 'report', 'Report2', 'My-Report', 'x/Report', 'Report/x', '*', '', `${ACCOUNT}/Report`])(
    'denies the role `%s`, whose name is only like it',
    async (role) => {
      expect(await status({ role })).toBe(403);
    },
  );

  it.each([
    `arn:aws:iam::${ACCOUNT}:user/Report`,
    `arn:aws:iam::${ACCOUNT}:role/Report`,
    `arn:aws:iam::${ACCOUNT}:root`,
    `arn:aws:sts::${ACCOUNT}:federated-user/Report`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Report`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Other/Report`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Other/x:assumed-role/Report/s`,
    `arn:aws:sts::${ACCOUNT}:assumed-role/Report/s\n`,
    `xarn:aws:sts::${ACCOUNT}:assumed-role/Report/s`,
    'Report',
  ])('denies the signer `%s`, who is no session of a role', async (userArn) => {
    expect(await status({ userArn })).toBe(403);
  });

  it('denies whoever is a caller of other endpoints only', async () => {
    expect(await status({ role: 'Report', resource: '/orders', path: '/orders' })).toBe(403);
    expect(await status({ role: 'Report', method: 'POST', resource: '/orders', path: '/orders' })).toBe(403);
    expect(await status({ role: 'Clerk', resource: '/orders/export', path: '/orders/export' })).toBe(403);
  });

  it.each(['DELETE', 'HEAD', 'ANY', 'get', 'OPTIONS'])(
    'denies the method %s, which was not declared',
    async (method) => {
      expect(await status({ role: 'Clerk', method })).toBe(403);
    },
  );

  it.each(['/orders/{id}/refunds', '/orders/{other}', '/', '/{proxy+}', '__proto__', 'constructor'])(
    'denies the endpoint %s, which was not declared',
    async (resource) => {
      expect(await status({ role: 'Clerk', resource, path: '/orders/7' })).toBe(403);
    },
  );

  it('denies another stage, that of test invocations included', async () => {
    expect(await status({ role: 'Report', stage: 'dev' })).toBe(403);
    expect(await status({ role: 'Report', stage: 'test-invoke-stage' })).toBe(403);
  });

  it('denies a request without anybody', async () => {
    const { status, log } = await ask(event({}));
    expect(status).toBe(403);
    expect(log).toMatchObject({ reason: 'nobody was authenticated' });
  });

  it.each([
    '/orders/a%2Fb',
    '/orders/a%2fb',
    '/orders/a%5Cb',
    '/orders/a\\b',
    '/orders/..',
    '/orders/.',
    '/orders/%2e%2e',
    '/orders/a%252Fb',
    '/orders/a%00',
    '/orders/a%0Ab',
    '/orders/%c0%af',
    '/orders/7/',
    '/orders//7',
    '//orders/7',
    '/orders/7/refunds',
    '/orders',
    '/%6frders/7',
    '/ORDERS/7',
    '/orders/export',
    '/orders/%65xport',
    'orders/7',
    '',
  ])('denies the path `%s`, which is not surely one of `/orders/{id}`', async (path) => {
    expect(await status({ role: 'Report', path, parameters: { id: '7' } })).toBe(403);
    const last = path.split('/').at(-1) ?? '';
    expect(await status({ role: 'Report', path, parameters: { id: last } })).toBe(403);
  });

  it('admits values that are merely unusual', async () => {
    for (const id of ['a.b', 'a..b', '...', 'a%20b', 'caf%C3%A9', "it's", 'a:b', 'a+b', 'exporter']) {
      expect(await status({ role: 'Report', path: `/orders/${id}` }), id).toBe(200);
    }
  });

  it('admits what a greedy parameter takes, but no way out of it', async () => {
    const files = (path: string) => status({ role: 'Report', resource: '/files/{path+}', path });
    expect(await files('/files/a')).toBe(200);
    expect(await files('/files/a/b/c')).toBe(200);
    for (const path of ['/files', '/files/', '/files/a/../b', '/files/a//b', '/files/a/%2e%2e/b', '/file/a']) {
      expect(await files(path), path).toBe(403);
    }
  });

  it.each<[Record<string, string> | null]>([[{ id: '8' }], [{}], [null], [{ id: '7', other: 'x' }], [{ other: '7' }]])(
    'denies path parameters that are not those of the path: %j',
    async (parameters) => {
      expect(await status({ role: 'Report', parameters })).toBe(403);
    },
  );

  it.each<[string, object]>([
    ['as browsers of HTTP/1.1 write it', { headers: { 'X-HTTP-Method-Override': 'POST' } }],
    ['in small letters', { headers: { 'x-http-method-override': 'POST' } }],
    ['in odd letters', { headers: { 'x-HTTP-method-OVERRIDE': 'POST' } }],
    ['with the same method', { headers: { 'X-HTTP-Method-Override': 'GET' } }],
    ['without a value', { headers: { 'X-HTTP-Method-Override': '' } }],
    ['by another name', { headers: { 'X-HTTP-Method': 'POST' } }],
    ['by a third name', { headers: { 'x-method-override': 'POST' } }],
    ['among several values', { headers: {}, multiValueHeaders: { 'X-Http-Method-Override': ['GET', 'POST'] } }],
  ])('denies a declared caller whose header asks for another method, %s', async (_, headers) => {
    const { status, log } = await ask({ ...event({ role: 'Report' }), ...headers });
    expect(status).toBe(403);
    expect(log).toMatchObject({
      who: `${ACCOUNT}/Report`,
      what: 'GET /orders/{id}',
      decision: 'denied',
      reason: 'a header asks for another method',
      requestId: 'chosen-by-the-client',
    });
  });

  it('takes no notice of other headers', async () => {
    const headers = { Method: 'POST', 'X-HTTP-Method-Overridden': 'POST', host: 'x' };
    expect(await status({ role: 'Report', headers })).toBe(200);
    expect((await ask({ ...event({ role: 'Report' }), headers: null, multiValueHeaders: null })).status).toBe(200);
  });

  it('admits a token, and says whose it is', async () => {
    const { status, caller } = await ask(event({ claims: CLAIMS }));
    expect(status).toBe(200);
    expect(caller).toMatchObject({
      kind: 'token',
      issuer: ISSUER,
      subject: 'f00d',
      clientId: 'app',
      scopes: ['openid', 'orders/read'],
    });
  });

  it.each([
    ['another issuer', { iss: `${ISSUER}x` }],
    ['no issuer', { iss: '' }],
    ['no subject', { sub: undefined }],
    ['another client', { client_id: 'ap' }],
    ['another audience beside its client', { aud: 'other' }],
    ['the other use', { token_use: 'id' }],
    ['no use', { token_use: undefined }],
    ['none of the scopes', { scope: 'orders/reader orders' }],
    ['some of the scopes', { scope: 'orders/read' }],
    ['no scope', { scope: undefined }],
    ['an end in the past', { exp: String(NOW / 1000 - 1) }],
    ['its end now', { exp: String(NOW / 1000) }],
    ['no end', { exp: undefined }],
    ['an end that is no time', { exp: 'never' }],
    ['an empty end', { exp: ' ' }],
  ])('denies a token with %s', async (_what, change) => {
    expect(await status({ claims: { ...CLAIMS, ...change } })).toBe(403);
  });

  it('reads the ways in which times and lists come', async () => {
    for (const exp of [NOW / 1000 + 1, `${(NOW / 1000 + 100) / 1e9}E9`, 'Sun Nov 22 12:00:01 UTC 2026']) {
      expect(await status({ claims: { ...CLAIMS, exp } }), String(exp)).toBe(200);
    }
    for (const aud of ['app', ['other', 'app'], '[other app]']) {
      expect(await status({ claims: { ...CLAIMS, client_id: undefined, aud } }), String(aud)).toBe(200);
    }
  });

  it('denies a token where the endpoint asks for a role, and a role beside a token', async () => {
    expect(await status({ claims: CLAIMS, resource: '/orders', path: '/orders' })).toBe(403);
    expect(await status({ claims: CLAIMS, role: 'Report' })).toBe(403);
  });
});

describe('the guard', () => {
  it('admits the bearer of a token that a Lambda authorizer vouches for', async () => {
    const rest = restEvent();
    const http = httpEvent();
    const asRest = { ...rest, requestContext: { ...rest.requestContext, authorizer: { principalId: 'x', ...CLAIMS } } };
    const asHttp = { ...http, requestContext: { ...http.requestContext, authorizer: { lambda: CLAIMS } } };
    expect((await ask(asRest)).status).toBe(200);
    expect((await ask(asHttp)).status).toBe(200);
  });

  it('denies an event whose members contradict each other, since the handler may read any of them', async () => {
    const rest = restEvent({ role: 'Clerk' });
    const context = rest.requestContext;
    for (const event of [
      { ...rest, httpMethod: 'POST' },
      { ...rest, resource: '/orders' },
      { ...rest, requestContext: { ...context, httpMethod: 'POST' } },
      { ...rest, requestContext: { ...context, resourcePath: '/orders' } },
      { ...rest, path: undefined },
      { ...rest, version: '2.0' },
    ]) {
      expect((await ask(event)).status).toBe(403);
    }
    const http = httpEvent({ role: 'Clerk' });
    for (const event of [
      { ...http, routeKey: '$default' },
      { ...http, routeKey: 'POST /orders/{id}' },
      { ...http, requestContext: { ...http.requestContext, http: { method: 'POST' } } },
      { ...http, version: '1.0' },
    ]) {
      expect((await ask(event)).status).toBe(403);
    }
  });

  it.each([undefined, null, 'x', 7, [], {}, { requestContext: null }, { requestContext: { identity: 'x' } }])(
    'denies what is no event of an API: %j',
    async (event) => {
      expect((await ask(event)).status).toBe(403);
    },
  );

  it('denies when reading the event fails', async () => {
    const fail = () => {
      throw new Error('no');
    };
    const event = new Proxy({}, { get: fail, ownKeys: fail });
    expect((await ask({ ...restEvent({ role: 'Report' }), pathParameters: event })).status).toBe(403);
  });

  it('admits the base path of a custom domain only where it was told of it', async () => {
    const event = { ...restEvent({ role: 'Report' }), path: '/v1/orders/7' };
    expect((await ask(event)).status).toBe(403);
    expect((await ask(event, POLICY, 'v1')).status).toBe(200);
    expect((await ask(event, POLICY, '/v1/')).status).toBe(200);
    expect((await ask(event, POLICY, 'v')).status).toBe(403);
    expect((await ask({ ...event, path: '/v1orders/7' }, POLICY, 'v1')).status).toBe(403);
  });

  it('admits the stage before the path of an HTTP API only', async () => {
    expect((await ask({ ...restEvent({ role: 'Report' }), path: '/prod/orders/7' })).status).toBe(403);
    const standard = { ...POLICY, stage: '$default' };
    expect((await ask(httpEvent({ role: 'Report', stage: '$default' }), standard)).status).toBe(200);
  });

  it.each([
    ['another version', { version: 2 }],
    ['no stage', { stage: '' }],
    ['no callers', { callers: undefined }],
    ['a caller that is no role', { callers: ['Report'] }],
    ['a role by a wildcard', { callers: [`${ACCOUNT}/*`] }],
    ['a role that was not resolved', { callers: ['${Token[AWS.AccountId.4]}/Report'] }],
    ['tokens of any audience', { callers: [{ issuer: ISSUER, audience: [] }] }],
    ['tokens of no scope', { callers: [{ issuer: ISSUER, audience: ['app'], scopes: [] }] }],
    ['no endpoints', { endpoints: {} }],
    ['an endpoint without callers', { endpoints: { 'GET /orders/{id}': [] } }],
    ['a caller that is not listed', { endpoints: { 'GET /orders/{id}': [0, 9] } }],
    ['a place that is none', { endpoints: { 'GET /orders/{id}': ['length'] } }],
    ['any method', { endpoints: { 'ANY /orders/{id}': [0] } }],
    ['a path that is none', { endpoints: { 'GET orders': [0] } }],
  ])('admits nobody by a policy with %s', async (_what, change) => {
    const { status, log } = await ask(restEvent({ role: 'Report' }), { ...POLICY, ...change } as GuardPolicy);
    expect(status).toBe(403);
    expect(log.reason).toContain('there is no policy to decide by');
  });
});

describe('the answer and the log', () => {
  it('gives no reason to whoever is denied', async () => {
    const handler = guard(() => ({ statusCode: 200 }), POLICY, { log: () => {} });
    const answer = await handler(restEvent({ role: 'Nobody' }), {});
    expect(answer).toEqual({
      statusCode: 403,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: '{"message":"Forbidden"}',
    });
  });

  it('says who, what, the decision, why, and the ids that lead to the access log', async () => {
    const { log } = await ask(restEvent({ role: 'Clerk', resource: '/orders/export', path: '/orders/export' }));
    expect(log).toEqual({
      level: 'warn',
      source: 'cdk-bulkhead/guard',
      who: `${ACCOUNT}/Clerk`,
      session: 'session',
      what: 'GET /orders/export',
      decision: 'denied',
      reason: 'the role is no caller of the endpoint',
      requestId: 'chosen-by-the-client',
      extendedRequestId: 'Xt3nd3d=',
    });
    const admitted = await ask(restEvent({ role: 'Clerk' }));
    expect(admitted.log).toMatchObject({ level: 'info', decision: 'admitted', what: 'GET /orders/{id}' });
  });

  it('logs no value, and one line whatever the request holds', async () => {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const handler = guard(() => ({ statusCode: 200 }), POLICY);
    const event = restEvent({ role: 'Report', path: '/orders/customer-4711' });
    await handler({ ...event, resource: `/x\n${'y'.repeat(9999)}`, headers: { authorization: 'hidden' } }, {});
    await handler({ ...event, requestContext: { ...event.requestContext, requestId: 'a\nb' } }, {});
    const lines = write.mock.calls.map(([text]) => String(text));
    write.mockRestore();
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line.indexOf('\n')).toBe(line.length - 1);
      expect(line.length).toBeLessThan(1000);
      expect(line).not.toMatch(/4711|hidden/);
    }
  });

  it('hands the context over, and the failure of a handler on', async () => {
    const handler = guard((_event, _caller, context: { left: number }) => ({ left: context.left }), POLICY, {
      log: () => {},
    });
    expect(await handler(restEvent({ role: 'Report' }), { left: 7 })).toEqual({ left: 7 });
    const failing = guard(() => Promise.reject(new Error('down')), POLICY, { log: () => {} });
    await expect(failing(restEvent({ role: 'Report' }), {})).rejects.toThrow('down');
  });
});

describe('the policy in the environment', () => {
  afterEach(() => vi.unstubAllEnvs());
  const asked = async () => {
    const handler = guard(() => ({ statusCode: 200 }), undefined, { log: () => {} });
    return (await handler(restEvent({ role: 'Report' }), {})).statusCode;
  };

  it('is taken where no other is given', async () => {
    vi.stubEnv('BULKHEAD_GUARD', JSON.stringify(POLICY));
    expect(await asked()).toBe(200);
  });

  it.each([undefined, '', 'x', '{}', 'null'])('admits nobody where it is `%s`', async (text) => {
    vi.stubEnv('BULKHEAD_GUARD', text);
    expect(await asked()).toBe(403);
  });
});
