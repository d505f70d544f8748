import { ATTACKS, refusalCode } from '../attacks';
import { attemptsOnRecord, writeRecord } from '../audit-record';
import type { Credentials } from '../client';
import type { DeployedStage } from '../deployed';
import type { LocalCloud } from '../local-cloud';
import { rotate, settled, valueOf } from '../rotation';
import { attemptsOnTrail } from '../tampering';
import { everyCall, from, isThrough, partnerToken, webhookHeaders } from './every-call';

/** Where the tour prints, and what it found that is not as declared. */
export interface Report {
  readonly title: (text: string) => void;
  readonly line: (text: string) => void;
  readonly wrong: (text: string) => void;
}

type As = (role: string) => Promise<Credentials>;

/** Sessions of roles, one for each, whatever their trust policies say: as if somebody had got hold of them. */
export function sessions(cloud: LocalCloud, stage: DeployedStage): As {
  const known = new Map<string, Promise<Credentials>>();
  return (path) => {
    const session = known.get(path) ?? cloud.sessionOf(stage.role(path));
    known.set(path, session);
    return session;
  };
}

/** Calls, attacks, rotations and attempts on the record, each with its outcome; says what is not as declared. */
export async function tour(
  cloud: LocalCloud,
  stage: DeployedStage,
  other: DeployedStage,
  report: Report,
): Promise<void> {
  const as = sessions(cloud, stage);
  await showCalls(cloud, stage, other, as, report);
  await showSignIns(cloud, stage, report);
  await showAttacks(cloud, stage, as, report);
  await showCredentials(cloud, stage, as, report);
  await showRecord(cloud, stage, as, report);
}

async function showCalls(
  cloud: LocalCloud,
  stage: DeployedStage,
  other: DeployedStage,
  as: As,
  { title, line, wrong }: Report,
): Promise<void> {
  const calls = await everyCall(cloud, stage, as);
  title(`Every role at every endpoint of ${stage.matrix.api}: ${calls.length} signed requests`);
  const { callers, endpoints } = stage.matrix;
  const names = callers.map((role) => role.split('/').at(-1) ?? '');
  line(
    `${''.padEnd(27)}${names.map((name) => name.padEnd(15)).join('')}the other ${stage.roles.size - callers.length} roles`,
  );
  for (const { endpoint } of endpoints) {
    const at = (role: string): string => {
      const call = calls.find((each) => each.role === role && each.endpoint === endpoint);
      return call === undefined ? '?' : isThrough(call) ? `● ${call.status}` : `· ${call.status}`;
    };
    const rest = calls.filter((each) => each.endpoint === endpoint && !callers.includes(each.role));
    const statuses = [...new Set(rest.map(({ status }) => status))].join(', ');
    line(`${endpoint.padEnd(27)}${callers.map((role) => at(role).padEnd(15)).join('')}· ${statuses}`);
  }
  for (const call of calls.filter((each) => isThrough(each) !== each.declared)) {
    wrong(
      `${call.role} at ${call.endpoint}: ${call.status}, declared ${call.declared ? 'as a caller' : 'as no caller'}`,
    );
  }
  line('● let through by the guard and by the function behind it (404: no such order)   · refused');
  const clerk = `${other.name}/People/Clerk`;
  const stray = await cloud.client.callApi(
    stage.api,
    'GET',
    `/${stage.api.stage}/orders`,
    await cloud.sessionOf(other.role(clerk)),
  );
  line(`${clerk} at the API of ${stage.name}: ${stray.status}`);
  if (stray.status !== 403) wrong(`${clerk} reaches ${stage.name}`);
}

async function showSignIns(cloud: LocalCloud, stage: DeployedStage, { title, line, wrong }: Report): Promise<void> {
  title('Who becomes whom: trust policies, asked by the guard');
  const provider = (name: string): string => `arn:aws:iam::${stage.account}:saml-provider/${name}`;
  const token = (environment: string) =>
    ({
      by: 'token',
      issuer: 'token.actions.githubusercontent.com',
      claims: { sub: `repo:orders-company/orders:environment:${environment}`, aud: 'sts.amazonaws.com' },
    }) as const;
  const attempts = [
    [
      'Clerk',
      'by the company’s identity provider, as ann',
      { by: 'saml', provider: provider('employees'), sourceIdentity: 'ann' },
      true,
    ],
    ['Clerk', 'the same, without saying who', { by: 'saml', provider: provider('employees') }, false],
    [
      'Clerk',
      'by another identity provider',
      { by: 'saml', provider: provider('others'), sourceIdentity: 'ann' },
      false,
    ],
    ['Clerk', 'as a function', { by: 'service', service: 'lambda.amazonaws.com' }, false],
    ['Report', 'as a function', { by: 'service', service: 'lambda.amazonaws.com' }, true],
    ['Pipeline', 'with a token of the environment production', token('production'), true],
    ['Pipeline', 'with a token of another environment', token('staging'), false],
  ] as const;
  for (const [role, how, signIn, expected] of attempts) {
    const refusal = await cloud.signIn(stage.role(`${stage.name}/People/${role}`), signIn).then(
      () => undefined,
      (error: Error) => /\(([^;]*);/.exec(error.message)?.[1] ?? error.message,
    );
    line(`${role.padEnd(10)}${how.padEnd(46)}${refusal === undefined ? '● session' : `· ${refusal}`}`);
    if ((refusal === undefined) !== expected) wrong(`${role} ${how}: expected ${expected ? 'a session' : 'a refusal'}`);
  }
}

async function showAttacks(
  cloud: LocalCloud,
  stage: DeployedStage,
  as: As,
  { title, line, wrong }: Report,
): Promise<void> {
  const role = `${stage.name}/People/Clerk`;
  title(`Attacks with requests that ${role} signs: ${ATTACKS.length}`);
  for (const { name, refused, mount } of ATTACKS) {
    const passed = cloud.passed;
    const answer = await mount({ cloud, stage, role, session: await as(role) });
    line(`${name.padEnd(88)}· ${answer.status} ${refusalCode(answer) ?? ''}`);
    if (cloud.passed !== passed || refusalCode(answer) !== refused) wrong(`${name}: not refused as ${refused}`);
  }
}

async function showCredentials(
  cloud: LocalCloud,
  stage: DeployedStage,
  as: As,
  { title, line, wrong }: Report,
): Promise<void> {
  title('Credentials: who reads them, and how the old value dies');
  const partner = `${stage.name}/People/ParcelService`;
  const body = { delivered: true };
  const webhook = async (secret: string): Promise<number> => {
    const path = `/${stage.api.stage}/webhooks/partner`;
    const headers = webhookHeaders(body, secret);
    return (await from(cloud, partner).callApi(stage.api, 'POST', path, await as(partner), body, headers)).status;
  };
  const old = await partnerToken(cloud, stage, as);
  for (const credential of stage.credentials) {
    const arn = stage.secret(credential);
    await settled(cloud, stage, arn);
    const readers: string[] = [];
    for (const role of stage.roles.keys()) {
      const { status } = await cloud.client.secrets('GetSecretValue', stage.region, { SecretId: arn }, await as(role));
      if (status === 200) readers.push(role);
    }
    const declared = [...credential.readers, ...(credential.rotator === undefined ? [] : [credential.rotator])];
    line(
      `${credential.path} is read by ${readers.join(', ')}; refused to the other ${stage.roles.size - readers.length} roles`,
    );
    if (readers.sort().join() !== declared.sort().join())
      wrong(`${credential.path}: declared are ${declared.join(', ')}`);
    const reader = await as(credential.readers[0]);
    const values = [await valueOf(cloud, stage, arn, reader)];
    for (const _ of [1, 2]) {
      await rotate(cloud, stage, arn);
      values.push(await valueOf(cloud, stage, arn, reader));
      if (credential.path.endsWith('/PartnerToken')) {
        line(
          `  rotated: a webhook signed with the first value ${await webhook(old)}, with the new one ${await webhook(values.at(-1) ?? '')}`,
        );
      } else line('  rotated: its reader gets another value');
    }
    if (new Set(values).size !== values.length) wrong(`${credential.path}: a value came back`);
  }
  if ((await webhook(old)) !== 403) wrong('a webhook signed with a value of two rotations ago was taken');
  const shown = new Set(stage.credentials.map(({ kind }) => kind));
  const others = Object.entries(TESTED).filter(([kind]) => !shown.has(kind as keyof typeof TESTED));
  line(
    `not in the example, and rotated, revoked and ended by \`npm test\`: ${others.map(([, name]) => name).join(', ')}`,
  );
  line('not shown anywhere: DatabaseCredential, whose rotation functions are AWS’s own, and run on AWS only');
}

/** What `test/local` does to each of these with a stage of its own. */
const TESTED = {
  'opaque-token': 'OpaqueToken',
  'signing-key': 'SigningKey',
  'api-gateway-key': 'ApiGatewayKey',
  'cognito-client-secret': 'CognitoClientSecret',
  'partner': 'PartnerCredential',
} as const;

async function showRecord(
  cloud: LocalCloud,
  stage: DeployedStage,
  as: As,
  { title, line, wrong }: Report,
): Promise<void> {
  title('The audit record: an object in the vault, and what somebody might try on it');
  const record = await writeRecord(cloud, stage);
  const shown = ['Auditor', 'Operator', 'Pipeline'].map((name) => `${stage.name}/People/${name}`);
  line(`${''.padEnd(40)}${shown.map((role) => (role.split('/').at(-1) ?? '').padEnd(12)).join('')}`);
  const attempts = { ...attemptsOnRecord(cloud, stage, record), ...attemptsOnTrail(cloud, stage) };
  for (const [name, attempt] of Object.entries(attempts)) {
    const statuses: number[] = [];
    for (const role of shown) statuses.push((await attempt(await as(role))).status);
    line(`${name.padEnd(40)}${statuses.map((status) => `· ${status}`.padEnd(12)).join('')}`);
    if (statuses.some((status) => status !== 403)) wrong(`${name}: not refused`);
  }
  const administrator = cloud.past(stage.account);
  const query = { versionId: record.version };
  const { status, body } = await administrator.s3('DELETE', record.path, stage.region, {
    query,
    headers: { 'x-amz-bypass-governance-retention': 'true' },
  });
  line(
    `past the guard, with no permission asked: delete its version: ${status} ${/<Message>([^<]+)/.exec(body)?.[1] ?? ''}`,
  );
  if (status !== 403) wrong('the lock does not hold');
}
