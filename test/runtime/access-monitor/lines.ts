import { gzipSync } from 'node:zlib';
import type { AccessLine } from '../../../lib/runtime/access-monitor/caller';
import { judgeCall } from '../../../lib/runtime/access-monitor/judge-call';
import type { CallerMemory } from '../../../lib/runtime/access-monitor/memory';
import type { AccessSignal, MonitorSettings } from '../../../lib/runtime/access-monitor/settings';

export const ACCOUNT = '111122223333';
/** A Monday at ten. */
export const MONDAY = Date.UTC(2026, 10, 23, 10);
export const ISSUER = 'https://login.example.com';

export const SETTINGS: MonitorSettings = {
  namespace: 'Test',
  account: ACCOUNT,
  apiId: 'a1b2c3',
  stage: 'prod',
  roles: {
    clerk: { hours: [7, 19], days: [1, 2, 3, 4, 5], ranges: ['203.0.113.0/24'] },
    report: { hours: [22, 4] },
    '444455556666/partner': { ranges: ['198.51.100.0/24', '2001:db8::/32'] },
    emergency: { isBreakGlass: true },
  },
  endpoints: {
    'GET /orders': { callers: ['clerk'] },
    'GET /orders/{id}': { callers: ['clerk', 'report', '444455556666/partner'] },
    'POST /orders': { callers: ['clerk', 'emergency'] },
    'GET /old': { callers: ['clerk'], isDeprecated: true },
    'GET /catalogue': { callers: [], tokens: { issuer: ISSUER, audience: ['shop', 'kiosk'], isLogged: true } },
    'GET /labels': { callers: [], tokens: { audience: [], isLogged: true } },
    'GET /hidden': { callers: [], tokens: { audience: [], isLogged: false } },
  },
};

/** As a role of the API's account, or of the one before the slash. */
export function arn(role: string): string {
  const [account, name] = role.includes('/') ? role.split('/') : [ACCOUNT, role];
  return `arn:aws:sts::${account}:assumed-role/${name}/session`;
}

const COMMON = {
  apiId: 'a1b2c3',
  stage: 'prod',
  timeEpoch: String(MONDAY),
  method: 'GET',
  callerArn: arn('clerk'),
  sourceIp: '203.0.113.9',
  status: '200',
  integrationStatus: '200',
  responseLength: '1200',
};

/** A line as each kind of API writes it; what has no value is `-`. */
export const KINDS: Readonly<Record<string, (path: string, more?: object) => AccessLine>> = {
  REST: (path, more = {}) => ({
    ...COMMON,
    extendedRequestId: 'x',
    resourcePath: path,
    authenticateError: '-',
    authorizeError: '-',
    authorizerError: '-',
    ...NO_TOKEN,
    ...more,
  }),
  HTTP: (path, more: { readonly method?: string } = {}) => ({
    ...COMMON,
    requestId: 'x',
    routeKey: path === '-' ? '-' : `${more.method ?? 'GET'} ${path}`,
    authorizerError: '-',
    ...NO_TOKEN,
    ...more,
  }),
  'a REST API of a guard': (path, more = {}) => ({
    ...KINDS['REST'](path),
    poolSubject: '-',
    poolClient: '-',
    poolAudience: '-',
    authorizerPrincipal: '-',
    ...more,
  }),
};
const NO_TOKEN = { tokenIssuer: '-', tokenSubject: '-', tokenClient: '-', tokenAudience: '-' };

/** What the API itself refuses reaches nothing. */
export function refused(status: string, more: object = {}): object {
  return { status, integrationStatus: '-', ...more };
}

/** What a line has of a token of this client. */
export function token(tokenClient: string, more: object = {}): object {
  return { callerArn: '-', tokenIssuer: ISSUER, tokenSubject: 'user-7', tokenClient, tokenAudience: '-', ...more };
}

export function signalsOf(line: AccessLine): readonly AccessSignal[] | undefined {
  return judgeCall(line, SETTINGS)?.signals;
}

/** As the table has it, in memory. */
export function memory(): CallerMemory {
  const known = new Set<string>();
  return {
    isNew: (role, endpoint) => {
      const id = `${role} ${endpoint}`;
      const isNew = !known.has(id);
      known.add(id);
      return Promise.resolve(isNew);
    },
  };
}

export function batch(messages: readonly string[]) {
  const event = { messageType: 'DATA_MESSAGE', logEvents: messages.map((message) => ({ message })) };
  return { awslogs: { data: gzipSync(JSON.stringify(event)).toString('base64') } };
}

/** Repeatable pseudo-random numbers. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    return state / 2 ** 32;
  };
}
