import { apiRequest, sign, unsigned } from './client';
import type { Answer, Credentials, Request, SentRequest } from './client';
import type { DeployedStage } from './deployed';
import type { LocalCloud } from './local-cloud';

/** What an attacker has: the address of the API, one caller's session, and every request that this caller signs. */
export interface Prey {
  readonly cloud: LocalCloud;
  readonly stage: DeployedStage;
  /** The construct path of a role that may `GET /orders`, and a session of it. */
  readonly role: string;
  readonly session: Credentials;
}

/** A request that must not get through. */
export interface Attack {
  readonly name: string;
  /** The code of the refusal. */
  readonly refused: string;
  readonly mount: (prey: Prey) => Promise<Answer>;
}

const denied = 'AccessDeniedException';
const mismatch = 'SignatureDoesNotMatch';
const undecided = 'NotDecidedByLocalGuard';

/** Signs `GET /orders` or what is given, changes what was signed, and sends it. */
function tampered(
  change: (sent: SentRequest) => SentRequest,
  request: Partial<Request> = {},
  date?: () => Date,
): Attack['mount'] {
  return async ({ cloud, stage, session }) => {
    const whole = { ...orders(stage), ...request };
    return cloud.client.sendAsIs(change(await sign(whole, session, date?.())));
  };
}

function orders({ api }: DeployedStage): Request {
  return apiRequest(api, 'GET', `/${api.stage}/orders`);
}

function call(method: string, path: string): Attack['mount'] {
  return ({ cloud, stage, session }) => cloud.client.callApi(stage.api, method, path, session);
}

const withHeader = (name: string, value: string) => (sent: SentRequest) => ({
  ...sent,
  headers: { ...sent.headers, [name]: value },
});
const minutesFromNow = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);
const NEW_ORDER = { customer: 'ann', amount: 1 };

/** Attacks on the wire. The caller in question may `GET /orders` and `POST /orders`. */
export const ATTACKS: readonly Attack[] = [
  {
    name: 'unsigned',
    refused: 'MissingAuthenticationTokenException',
    mount: ({ cloud, stage }) => cloud.client.sendAsIs(unsigned(orders(stage))),
  },
  {
    name: 'an access key that nobody has',
    refused: 'UnrecognizedClientException',
    mount: ({ cloud, stage, session }) =>
      cloud.client.send(orders(stage), { ...session, accessKeyId: 'ASIA0000000000000000' }),
  },
  {
    name: 'the access key with another secret',
    refused: mismatch,
    mount: ({ cloud, stage, session }) => cloud.client.send(orders(stage), { ...session, secretAccessKey: 'guessed' }),
  },
  {
    name: 'the access key with the token of another session',
    refused: 'UnrecognizedClientException',
    mount: async ({ cloud, stage, role, session }) => {
      const other = await cloud.sessionOf(stage.role(role));
      return cloud.client.send(orders(stage), { ...session, sessionToken: other.sessionToken ?? '' });
    },
  },
  {
    name: 'an account number as the access key, which the emulator itself would take for the account',
    refused: 'UnrecognizedClientException',
    mount: ({ cloud, stage }) =>
      cloud.client.send(orders(stage), { accessKeyId: stage.account, secretAccessKey: 'emulated' }),
  },
  {
    name: 'the path changed after signing',
    refused: mismatch,
    mount: tampered((sent) => ({ ...sent, path: `${sent.path}/7` })),
  },
  {
    name: 'a query added after signing',
    refused: mismatch,
    mount: tampered((sent) => ({ ...sent, path: `${sent.path}?all=yes` })),
  },
  {
    name: 'the body changed after signing',
    refused: 'XAmzContentSHA256Mismatch',
    mount: async ({ cloud, stage, session }) => {
      const sent = await sign(apiRequest(stage.api, 'POST', `/${stage.api.stage}/orders`, NEW_ORDER), session);
      return cloud.client.sendAsIs({ ...sent, body: sent.body.replace('1', '9') });
    },
  },
  {
    name: 'body and hash changed after signing',
    refused: mismatch,
    mount: async ({ cloud, stage, session }) => {
      const request = apiRequest(stage.api, 'POST', `/${stage.api.stage}/orders`, NEW_ORDER);
      const sent = await sign(request, session);
      const forged = await sign({ ...request, body: JSON.stringify({ ...NEW_ORDER, amount: 9 }) }, session);
      const hash = forged.headers['x-amz-content-sha256'];
      return cloud.client.sendAsIs({ ...forged, headers: { ...sent.headers, 'x-amz-content-sha256': hash } });
    },
  },
  {
    name: 'the date changed after signing',
    refused: mismatch,
    mount: tampered((sent) => {
      const date = new Date(Date.now() - 60_000).toISOString().replace(/[-:]|\.\d+/g, '');
      return withHeader('x-amz-date', date)(sent);
    }),
  },
  {
    name: 'an old request',
    refused: 'RequestTimeTooSkewed',
    mount: tampered((sent) => sent, {}, minutesFromNow(-6)),
  },
  {
    name: 'a request of the future',
    refused: 'RequestTimeTooSkewed',
    mount: tampered((sent) => sent, {}, minutesFromNow(6)),
  },
  {
    name: 'replayed with another method',
    refused: mismatch,
    mount: tampered((sent) => ({ ...sent, method: 'DELETE' })),
  },
  {
    name: 'replayed at another API',
    refused: mismatch,
    mount: tampered((sent) => withHeader('host', sent.headers['host'].replace(/^[a-z0-9]+/, 'another'))(sent)),
  },
  {
    name: 'replayed at Secrets Manager',
    refused: mismatch,
    mount: tampered((sent) => withHeader('host', 'secretsmanager.eu-west-1.amazonaws.com')(sent)),
  },
  {
    name: 'signed for another service',
    refused: mismatch,
    mount: tampered((sent) => sent, { service: 's3' }),
  },
  {
    name: 'signed for another region',
    refused: mismatch,
    mount: tampered((sent) => sent, { region: 'us-east-1' }),
  },
  {
    name: 'a header of AWS added after signing',
    refused: mismatch,
    mount: tampered(withHeader('x-amz-invalidate', 'yes')),
  },
  {
    name: 'X-HTTP-Method-Override, signed',
    refused: undecided,
    mount: tampered((sent) => sent, { headers: { 'x-http-method-override': 'DELETE' } }),
  },
  {
    name: 'X-HTTP-Method-Override, added after signing',
    refused: undecided,
    mount: tampered(withHeader('x-http-method-override', 'DELETE')),
  },
  {
    name: 'the operation of another service in X-Amz-Target, signed',
    refused: undecided,
    mount: tampered((sent) => sent, { headers: { 'x-amz-target': 'secretsmanager.GetSecretValue' } }),
  },
  {
    name: 'the same in a request to S3, which the emulator would take for that service',
    refused: undecided,
    mount: ({ cloud, stage, session }) =>
      cloud.client.s3('POST', '/', stage.region, session, {
        headers: { 'x-amz-target': 'secretsmanager.ListSecrets' },
        body: '{}',
      }),
  },
  {
    name: 'a signature in the address',
    refused: 'IncompleteSignature',
    mount: ({ cloud, stage }) =>
      cloud.client.sendAsIs(unsigned({ ...orders(stage), query: { 'X-Amz-Signature': '0'.repeat(64) } })),
  },
  { name: 'an endpoint of others', refused: denied, mount: call('GET', '/prod/orders/export') },
  { name: 'a method that is not there', refused: denied, mount: call('DELETE', '/prod/orders') },
  { name: 'a path that is not there', refused: denied, mount: call('GET', '/prod/admin') },
  { name: 'a slash at the end', refused: undecided, mount: call('GET', '/prod/orders/') },
  { name: 'two slashes', refused: undecided, mount: call('GET', '/prod//orders') },
  { name: 'an encoded slash', refused: undecided, mount: call('GET', '/prod/orders/7%2Frefunds') },
  { name: 'an encoded backslash', refused: undecided, mount: call('GET', '/prod/orders/7%5Crefunds') },
  { name: 'dots', refused: undecided, mount: call('GET', '/prod/orders/../orders/export') },
  { name: 'encoded dots', refused: undecided, mount: call('GET', '/prod/orders/%2e%2e/orders/export') },
  { name: 'a wildcard as a path', refused: undecided, mount: call('GET', '/prod/orders/*') },
  { name: 'another stage', refused: 'ForbiddenException', mount: call('GET', '/test-invoke-stage/orders') },
  {
    name: 'plain HTTP',
    refused: denied,
    mount: ({ cloud, stage, session }) => cloud.from('plain').send(orders(stage), session),
  },
  {
    name: 'an expired session',
    refused: 'ExpiredTokenException',
    mount: async ({ cloud, stage, role }) =>
      cloud.client.send(orders(stage), await cloud.sessionOf(stage.role(role), -1)),
  },
  {
    name: 'a session after its role was revoked',
    refused: denied,
    mount: async ({ cloud, stage, role }) => {
      const session = await cloud.sessionOf(stage.role(role));
      const RoleName = stage.role(role).split('/').at(-1) ?? '';
      const older = { DateLessThan: { 'aws:TokenIssueTime': new Date(Date.now() + 1000).toISOString() } };
      const PolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Revoked', Effect: 'Deny', Action: '*', Resource: '*', Condition: older }],
      });
      const administrator = cloud.past(stage.account);
      await administrator.iam({ Action: 'PutRolePolicy', RoleName, PolicyName: 'RevokeOlderSessions', PolicyDocument });
      try {
        return await cloud.client.send(orders(stage), session);
      } finally {
        await administrator.iam({ Action: 'DeleteRolePolicy', RoleName, PolicyName: 'RevokeOlderSessions' });
      }
    },
  },
];

/** The code of a refusal, in JSON or XML. */
export function refusalCode({ body }: Answer): string | undefined {
  return /"__type": ?"([^"]+)"/.exec(body)?.[1] ?? /<Code>([^<]+)<\/Code>/.exec(body)?.[1];
}
