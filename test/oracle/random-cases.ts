import fc from 'fast-check';
import { snapshotOf } from '../../lib/assembly/snapshot';
import type { ExternalPrincipal } from '../../lib/engine/decide/decision';
import { parsePolicy } from '../../lib/engine/parse/policy-document';
import { worldOf } from '../../lib/engine/world/world-of';
import type { Principal, World } from '../../lib/engine/world/world';
import type { Value } from '../../lib/model/value';
import type { JsonPolicy } from './iam-simulate';

export const ACCOUNT = '111122223333';
export const ABROAD = '999988887777';
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/reader`;
export const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/s`;
export const USER = `arn:aws:iam::${ACCOUNT}:user/ann`;
export const STRANGER = `arn:aws:iam::${ABROAD}:user/eve`;
export const SERVICE = 'lambda.amazonaws.com';

type Statement = JsonPolicy['Statement'][number];
export type Context = Readonly<Record<string, string | readonly string[]>>;

/** Who asks. */
export type Who = 'role' | 'user' | 'stranger' | 'service' | 'anonymous';

/** What is asked about: `symbolic` where AWS makes the name, so that the template holds no ARN. */
export interface Thing {
  readonly arn: string;
  readonly account: string;
  /** The logical id of what is guarded, and of the policy in the case. */
  readonly guard?: Guarded;
  readonly symbolic?: string;
  readonly actions: readonly string[];
}
export type Guarded = 'Data' | 'Queue' | 'Key' | 'Target' | 'Theirs';

const OBJECTS = ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'];
export const THINGS: readonly Thing[] = [
  { arn: 'arn:aws:s3:::data/a', account: ACCOUNT, guard: 'Data', actions: OBJECTS },
  { arn: 'arn:aws:s3:::data/b/a', account: ACCOUNT, guard: 'Data', actions: OBJECTS },
  { arn: 'arn:aws:s3:::data/red', account: ACCOUNT, guard: 'Data', actions: OBJECTS },
  { arn: 'arn:aws:s3:::free/a', account: ACCOUNT, actions: OBJECTS },
  { arn: 'arn:aws:s3:::theirs/a', account: ABROAD, guard: 'Theirs', actions: OBJECTS },
  {
    arn: `arn:aws:sqs:eu-west-1:${ACCOUNT}:q`,
    account: ACCOUNT,
    guard: 'Queue',
    actions: ['sqs:SendMessage', 'sqs:ReceiveMessage'],
  },
  {
    arn: `arn:aws:kms:eu-west-1:${ACCOUNT}:key/11111111-2222-3333-4444-555555555555`,
    account: ACCOUNT,
    guard: 'Key',
    symbolic: 'T#Key',
    actions: ['kms:Decrypt', 'kms:Encrypt'],
  },
  { arn: `arn:aws:iam::${ACCOUNT}:role/target`, account: ACCOUNT, guard: 'Target', actions: ['sts:AssumeRole'] },
];

export interface Request {
  readonly thing: Thing;
  readonly action: string;
  readonly context: Context;
}

export interface Case {
  readonly who: Who;
  readonly identity: readonly JsonPolicy[];
  readonly boundary?: JsonPolicy;
  readonly session?: JsonPolicy;
  readonly scps: readonly (readonly JsonPolicy[])[];
  readonly rcps: readonly JsonPolicy[];
  readonly guards: Readonly<Partial<Record<Guarded, JsonPolicy>>>;
  readonly requests: readonly Request[];
}

const ACTIONS = [
  '*',
  '*',
  's3:*',
  's3:Get*',
  's3:?etObject',
  's3:*Object',
  'S3:getobject',
  's3:PutObject',
  's3:ListBucket',
  'sqs:*',
  'sqs:Send*',
  'kms:*',
  'kms:?ecrypt',
  'kms:Enc*t',
  'sts:Assume*',
  'sts:*',
];
const RESOURCES = [
  '*',
  '*',
  'arn:aws:s3:::data/*',
  'arn:aws:s3:::*',
  'arn:aws:s3:::da?a/a',
  'arn:aws:s3:::*/a',
  'arn:*:s3:::data/*',
  'arn:aws:s3:::data/${aws:username}',
  'arn:aws:s3:::data/${aws:PrincipalTag/team}',
  'arn:aws:s3:::data/${*}',
  "arn:aws:s3:::data/${aws:username, 'a'}",
  'arn:aws:s3:::theirs/?',
  'arn:aws:s3:::free/a',
  'arn:aws:sqs:*:*:q',
  `arn:aws:sqs:eu-west-1:${ACCOUNT.slice(0, 4)}*:?`,
  'arn:aws:kms:*:*:key/*',
  `arn:aws:iam::${ACCOUNT}:role/*`,
  'arn:aws:*',
  'arn:aws:s3:::data/*a',
  'arn:aws:s3:::data*',
];
const PRINCIPALS = [
  '*',
  { AWS: '*' },
  { AWS: ROLE },
  { AWS: SESSION },
  { AWS: USER },
  { AWS: STRANGER },
  { AWS: ACCOUNT },
  { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  { AWS: `arn:aws:iam::${ABROAD}:root` },
  { Service: SERVICE },
  { AWS: [ROLE, SESSION, `arn:aws:iam::${ACCOUNT}:root`] },
  { AWS: [USER, `arn:aws:iam::${ACCOUNT}:root`] },
  { AWS: [ROLE, USER] },
  { Service: [SERVICE], AWS: [STRANGER] },
];

const both = (...names: readonly string[]): readonly string[] =>
  names.flatMap((each) => [each, each, `${each}IfExists`]);
const STRINGS = both('StringEquals', 'StringNotEquals', 'StringLike', 'StringNotLike', 'StringEqualsIgnoreCase');
const ARNS = both('ArnLike', 'ArnNotLike', 'ArnEquals', 'StringEquals', 'StringLike');
const NUMBERS = both('NumericLessThan', 'NumericGreaterThanEquals', 'NumericEquals', 'NumericNotEquals');
const DATES = both('DateLessThan', 'DateGreaterThanEquals', 'DateEquals');
const SETS = ['ForAllValues', 'ForAnyValue'].flatMap((set) =>
  ['StringEquals', 'StringLike', 'StringNotEquals'].map((each) => `${set}:${each}`),
);
type Key = readonly [key: string, operators: readonly string[], written: readonly string[], sent: readonly string[]];
const KEYS: readonly Key[] = [
  [
    'aws:SourceVpc',
    STRINGS,
    ['vpc-a', 'vpc-*', 'VPC-A', 'vpc-?', 'vpc-${aws:username}'],
    ['vpc-a', 'vpc-b', 'vpc-ann'],
  ],
  ['aws:PrincipalTag/team', STRINGS, ['red', 'r*', 'RED', 'blue', '${aws:username}'], []],
  [
    'aws:SourceIp',
    both('IpAddress', 'NotIpAddress'),
    ['10.0.0.0/8', '10.1.0.0/16', '192.0.2.7'],
    ['10.1.2.3', '10.2.0.1', '192.0.2.7'],
  ],
  ['aws:SecureTransport', both('Bool'), ['true', 'false'], ['true', 'false']],
  ['aws:MultiFactorAuthAge', NUMBERS, ['0', '300', '3600'], ['0', '299', '300', '4000']],
  [
    'aws:CurrentTime',
    DATES,
    ['2026-01-01T00:00:00Z', '2027-06-30T12:00:00Z'],
    ['2025-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-11-21T00:00:00Z', '2028-01-01T00:00:00Z'],
  ],
  ['aws:PrincipalArn', ARNS, [ROLE, USER, `arn:aws:iam::${ACCOUNT}:role/*`, 'arn:aws:iam::*:user/*', '*', SESSION], []],
  ['aws:PrincipalAccount', STRINGS, [ACCOUNT, ABROAD, '1111*'], []],
  ['aws:ResourceAccount', STRINGS, [ACCOUNT, ABROAD, '${aws:PrincipalAccount}'], []],
  ['aws:TagKeys', SETS, ['a', 'b', 'a*'], ['a', 'b', 'ab']],
];

const oneOrMore = <T>(values: readonly T[], most = 2): fc.Arbitrary<T | readonly T[]> =>
  fc.oneof(fc.constantFrom(...values), fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: most }));

const condition: fc.Arbitrary<Readonly<Record<string, unknown>>> = fc
  .constantFrom(...KEYS)
  .chain(([key, operators, written]) =>
    fc
      .oneof(
        { weight: 9, arbitrary: fc.tuple(fc.constantFrom(...operators), oneOrMore(written)) },
        { weight: 1, arbitrary: fc.tuple(fc.constant('Null'), fc.constantFrom('true', 'false')) },
      )
      .map(([operator, values]) => ({ [operator]: { [key]: values } })),
  );
const conditions = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: condition.map((Condition) => ({ Condition })) },
  {
    weight: 1,
    arbitrary: fc.tuple(condition, condition).map(([one, other]) => ({ Condition: { ...one, ...other } })),
  },
);
const actions = fc.oneof(
  { weight: 5, arbitrary: oneOrMore(ACTIONS).map((Action) => ({ Action })) },
  { weight: 1, arbitrary: oneOrMore(ACTIONS.slice(2)).map((NotAction) => ({ NotAction })) },
);
const resources = fc.oneof(
  { weight: 5, arbitrary: oneOrMore(RESOURCES).map((Resource) => ({ Resource })) },
  { weight: 1, arbitrary: oneOrMore(RESOURCES.slice(2)).map((NotResource) => ({ NotResource })) },
);
const effect = fc.constantFrom({ Effect: 'Allow' }, { Effect: 'Allow' }, { Effect: 'Deny' });

function statement(...parts: readonly fc.Arbitrary<Statement>[]): fc.Arbitrary<Statement> {
  return fc.tuple(...parts).map((all) => Object.assign({}, ...all) as Statement);
}

const document = (each: fc.Arbitrary<Statement>, minLength = 1, maxLength = 3): fc.Arbitrary<JsonPolicy> =>
  fc.array(each, { minLength, maxLength }).map((Statement): JsonPolicy => ({ Version: '2012-10-17', Statement }));

const unnamed = statement(effect, actions, resources, conditions);
const principals = fc.constantFrom(...PRINCIPALS).map((Principal) => ({ Principal }));
/** With Allow it is no longer accepted by AWS for some kinds; with Deny it is. */
const notPrincipals = fc.constantFrom(...PRINCIPALS.slice(2)).map((NotPrincipal) => ({ Effect: 'Deny', NotPrincipal }));
const namedStatement = fc.oneof(
  { weight: 9, arbitrary: statement(effect, principals, actions, resources, conditions) },
  { weight: 1, arbitrary: statement(effect, notPrincipals, actions, resources, conditions) },
);
const assume = statement(
  effect,
  principals,
  fc.constantFrom({ Action: 'sts:AssumeRole' }, { Action: 'sts:*' }),
  conditions,
);
const rcp = statement(fc.constant({ Effect: 'Deny', Principal: '*' }), actions, resources, conditions);
export const EVERYTHING: JsonPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
};
const seldom = <T>(each: fc.Arbitrary<T>, weight = 3): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: each });

/** Keys that every request has. */
const ALWAYS = new Set(['aws:CurrentTime', 'aws:SecureTransport']);
const sentContext: fc.Arbitrary<Context> = fc
  .tuple(
    ...KEYS.filter(([, , , sent]) => sent.length > 0).map(([key, operators, , sent]) => {
      const one: fc.Arbitrary<string> = fc.constantFrom(...sent);
      const values: fc.Arbitrary<string | string[]> =
        operators === SETS ? fc.uniqueArray(one, { minLength: 1, maxLength: 2 }) : one;
      return (ALWAYS.has(key) ? values : fc.option(values)).map(
        (value): Context => (value === null ? {} : { [key]: value }),
      );
    }),
  )
  .map((all) => Object.assign({}, ...all) as Context);

const request: fc.Arbitrary<Request> = fc
  .constantFrom(...THINGS)
  .chain((thing) =>
    fc.record({ thing: fc.constant(thing), action: fc.constantFrom(...thing.actions), context: sentContext }),
  );

/** `identityOnly`: of a role or user, without anything else. */
export function cases(count: number, identityOnly: boolean, sessions: boolean): fc.Arbitrary<Case> {
  const requests = fc.array(request, { minLength: count, maxLength: count });
  const identity = fc.array(document(unnamed), { minLength: 1, maxLength: 2 });
  const who = fc.constantFrom<Who>('role', 'user');
  if (identityOnly) {
    return fc.record({
      who,
      identity,
      scps: fc.constant([]),
      rcps: fc.constant([]),
      guards: fc.constant({}),
      requests,
    });
  }
  const anyone = fc.constantFrom<Who>('role', 'role', 'role', 'user', 'user', 'stranger', 'service', 'anonymous');
  return fc
    .record({
      who: sessions ? fc.constant<Who>('role') : anyone,
      identity,
      boundary: seldom(document(unnamed), 2),
      session: sessions ? document(unnamed) : fc.constant(undefined),
      scps: fc.oneof(
        { weight: 3, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(
            document(unnamed).map((each) => [each, EVERYTHING].slice(each.Statement.length % 2)),
            { minLength: 1, maxLength: 2 },
          ),
        },
      ),
      rcps: sessions
        ? fc.constant([])
        : fc.oneof(
            { weight: 3, arbitrary: fc.constant([]) },
            { weight: 1, arbitrary: fc.array(document(rcp), { maxLength: 2 }) },
          ),
      guards: fc.record({
        Data: seldom(document(namedStatement), 1),
        Theirs: seldom(document(namedStatement), 1),
        Queue: seldom(document(namedStatement), 1),
        Key: document(namedStatement),
        Target: document(assume),
      }),
      requests,
    })
    .map(
      ({ boundary, session, guards, ...rest }): Case => ({
        ...rest,
        ...(boundary === undefined ? {} : { boundary }),
        ...(session === undefined ? {} : { session }),
        guards: Object.fromEntries(Object.entries(guards).filter(([, policy]) => policy !== undefined)),
      }),
    );
}

/** What the templates hold, and whose question it is. */
export interface Asked {
  readonly world: World;
  readonly principal: Principal | ExternalPrincipal;
}

const NO_TRUST = { Version: '2012-10-17', Statement: [] };
const named = (PolicyDocument: JsonPolicy, index: number): object => ({ PolicyName: `p${index}`, PolicyDocument });
const Tags = [{ Key: 'team', Value: 'red' }];

/** The case as two templates, in two accounts. */
export function asked(given: Case): Asked {
  const { who, identity, boundary, guards } = given;
  const attached = (mine: Who): object =>
    who === mine
      ? { Policies: identity.map(named), ...(boundary === undefined ? {} : { PermissionsBoundary: { Ref: 'Bounds' } }) }
      : {};
  const home = {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'reader', AssumeRolePolicyDocument: NO_TRUST, Tags, ...attached('role') },
    },
    User: { Type: 'AWS::IAM::User', Properties: { UserName: 'ann', Tags, ...attached('user') } },
    ...(boundary === undefined
      ? {}
      : { Bounds: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: boundary } } }),
    Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
    ...(guards.Data === undefined
      ? {}
      : {
          DataPolicy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: { Bucket: { Ref: 'Data' }, PolicyDocument: guards.Data },
          },
        }),
    ...(guards.Queue === undefined
      ? {}
      : {
          QueuePolicy: {
            Type: 'AWS::SQS::QueuePolicy',
            Properties: { Queues: [{ Ref: 'Queue' }], PolicyDocument: guards.Queue },
          },
        }),
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: guards.Key ?? NO_TRUST } },
    Target: {
      Type: 'AWS::IAM::Role',
      Properties: { RoleName: 'target', AssumeRolePolicyDocument: guards.Target ?? NO_TRUST },
    },
  };
  const abroad = {
    Theirs: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'theirs' } },
    ...(guards.Theirs === undefined
      ? {}
      : {
          TheirsPolicy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: { Bucket: { Ref: 'Theirs' }, PolicyDocument: guards.Theirs },
          },
        }),
  };
  const options = {
    // Before all times in the requests: none of them is past.
    today: '2000-01-01',
    scps: given.scps.map((level) =>
      level.map((each, at) => ({ place: `scp${at}`, document: parsePolicy(each as unknown as Value) })),
    ),
    rcps: given.rcps.map((each, at) => ({ place: `rcp${at}`, document: parsePolicy(each as unknown as Value) })),
  };
  const world = worldOf(
    snapshotOf([
      { name: 'T', file: 't', account: ACCOUNT, region: 'eu-west-1', body: { Resources: home } },
      { name: 'U', file: 'u', account: ABROAD, region: 'eu-west-1', body: { Resources: abroad } },
    ]),
    options,
  );
  return { world, principal: principalOf(who, world) };
}

function principalOf(who: Who, world: World): Principal | ExternalPrincipal {
  switch (who) {
    case 'role':
    case 'user':
      return world.principal(who === 'role' ? 'T#Role' : 'T#User') as Principal;
    case 'stranger':
      return { kind: 'arn', arn: STRANGER };
    case 'service':
      return { kind: 'service', service: SERVICE };
    default:
      return { kind: 'anonymous' };
  }
}

/** What AWS itself says of the caller and the resource. */
export function factsOf(who: Who, thing: Thing): Context {
  const resource = { 'aws:ResourceAccount': thing.account };
  const own = (arn: string, account: string, type: string): Context => ({
    ...resource,
    'aws:PrincipalArn': arn,
    'aws:PrincipalAccount': account,
    'aws:PrincipalType': type,
    'aws:PrincipalIsAWSService': 'false',
  });
  switch (who) {
    case 'role':
      return { ...own(ROLE, ACCOUNT, 'AssumedRole'), 'aws:PrincipalTag/team': 'red' };
    case 'user':
      return { ...own(USER, ACCOUNT, 'User'), 'aws:PrincipalTag/team': 'red', 'aws:username': 'ann' };
    case 'stranger':
      return { ...own(STRANGER, ABROAD, 'User'), 'aws:username': 'eve' };
    case 'service':
      return { ...resource, 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': SERVICE };
    default:
      return { ...resource, 'aws:PrincipalType': 'Anonymous' };
  }
}

export const ARN_OF: Readonly<Record<Who, string>> = {
  role: SESSION,
  user: USER,
  stranger: STRANGER,
  service: SERVICE,
  anonymous: 'anonymous',
};

/** What a concrete ARN is about: of the things above, or something beside them of which nothing is in the templates. */
export function thingOf(arn: string): Thing {
  const near = THINGS.find((each) => each.arn === arn || (each.guard !== undefined && sameBucket(each.arn, arn)));
  const account = near?.account ?? /^arn:[^:]*:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1] ?? ACCOUNT;
  return { arn, account, actions: [], ...(near?.guard === undefined ? {} : { guard: near.guard }) };
}

function sameBucket(one: string, other: string): boolean {
  const bucket = /^arn:aws:s3:::[^/]*/.exec(one)?.[0];
  return bucket !== undefined && (other === bucket || other.startsWith(`${bucket}/`));
}

export const ACTION_PATTERNS = [
  '*',
  's3:*',
  's3:Get*',
  's3:?etObject',
  'sqs:*',
  'kms:*crypt',
  'sts:AssumeRole',
  's3:PutObject',
];
export const RESOURCE_PATTERNS = [
  '*',
  'arn:aws:s3:::data/*',
  'arn:aws:s3:::*/a',
  'arn:aws:s3:::????/?',
  'arn:aws:s3:::theirs*',
  'arn:aws:s3:::data/a',
  'arn:aws:sqs:*',
  `arn:aws:iam::${ACCOUNT}:role/*`,
  'arn:aws:kms:*:*:key/*',
];
