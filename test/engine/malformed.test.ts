import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { decide } from '../../lib/engine/decide/decide';
import { reachOf } from '../../lib/engine/reach/reach-of';
import { worldOf } from '../../lib/engine/world/world-of';
import { effort } from '../support/effort';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const TIMEOUT = 240_000;

const allow = (Action: unknown, Resource: unknown = '*'): object => ({ Effect: 'Allow', Action, Resource });
const document = (...Statement: readonly unknown[]): object => ({ Version: '2012-10-17', Statement });
const trust = (Principal: unknown): object => document({ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' });

/** A sound template with something of every kind that the engine reads. */
const TEMPLATE = {
  Parameters: { P: { Type: 'String', Default: 'x' } },
  Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'y'] } },
  Resources: {
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: 'reader',
        AssumeRolePolicyDocument: trust({ AWS: '111122223333' }),
        PermissionsBoundary: { Ref: 'Bounds' },
        ManagedPolicyArns: [{ Ref: 'Managed' }, 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
        Policies: [
          {
            PolicyName: 'p',
            PolicyDocument: document(allow(['s3:Get*', 'iam:PassRole']), {
              'Fn::If': ['C', allow('*'), { Ref: 'AWS::NoValue' }],
            }),
          },
        ],
      },
    },
    Target: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com', AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } }),
      },
    },
    Bounds: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(allow('*')) } },
    Managed: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: document(allow('lambda:*', { 'Fn::GetAtt': ['Fn', 'Arn'] })) },
    },
    More: {
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'm', Roles: [{ Ref: 'Role' }], PolicyDocument: document(allow('execute-api:Invoke')) },
    },
    User: { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'Group' }] } },
    Group: {
      Type: 'AWS::IAM::Group',
      Properties: { Policies: [{ PolicyName: 'g', PolicyDocument: document(allow('sts:AssumeRole')) }] },
    },
    Fn: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Target', 'Arn'] } } },
    Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
    DataPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        Bucket: { Ref: 'Data' },
        PolicyDocument: document({
          ...allow('s3:GetObject'),
          Principal: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'true' } },
        }),
      },
    },
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: { Name: 'a', Policy: document({ ...allow('execute-api:Invoke'), Principal: '*' }) },
    },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
        HttpMethod: 'GET',
        AuthorizationType: 'AWS_IAM',
      },
    },
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: { KeyPolicy: document({ ...allow('kms:*'), Principal: { AWS: '111122223333' } }) },
    },
  },
};

/** What takes the place of a part. */
const junk = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    0,
    -1,
    true,
    [],
    {},
    [[]],
    { Ref: 'Nothing' },
    { Ref: 'P' },
    { 'Fn::If': ['C'] },
    '*',
    '${',
    '${aws:',
    '?',
  ),
  fc.constantFrom<unknown>(
    { 'Fn::Transform': {} },
    { 'Fn::GetAtt': 'Role' },
    { 'Fn::ImportValue': { Ref: 'P' } },
    { 'Fn::Sub': '${Role.Arn' },
    '{{resolve:ssm:a}}',
  ),
  fc.constantFrom<unknown>(
    { __proto__: null },
    { constructor: 1 },
    '__proto__',
    'constructor',
    'arn:',
    'arn:aws:::::',
    ':',
    'a:b:c',
    '{"Statement":[}',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Each place of a template, as a path of keys. */
function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]))];
}

function changed(
  value: unknown,
  [key, ...rest]: readonly string[],
  junkValue: unknown,
  how: 'put' | 'drop' | 'rename',
): unknown {
  if (key === undefined || typeof value !== 'object' || value === null) return junkValue;
  const entries = Object.entries(value).flatMap(([own, each]): readonly (readonly [string, unknown])[] => {
    if (own !== key) return [[own, each]];
    if (rest.length > 0) return [[own, changed(each, rest, junkValue, how)]];
    return how === 'drop' ? [] : how === 'rename' ? [[`${own}X`, each]] : [[own, junkValue]];
  });
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries);
}

const how = fc.constantFrom<'put' | 'drop' | 'rename'>('put', 'put', 'put', 'drop', 'rename');
const mutation = fc.record({ at: fc.nat(), junk, how });
const mutated = (mutations: readonly { at: number; junk: unknown; how: 'put' | 'drop' | 'rename' }[]): unknown => {
  let found: unknown = TEMPLATE;
  for (const each of mutations) {
    const places = placesOf(found);
    found = changed(found, places[each.at % places.length], each.junk, each.how);
  }
  return found;
};
const ASKS = [
  ['s3:GetObject', 'arn:aws:s3:::data/a'],
  ['sts:AssumeRole', 'arn:aws:iam::111122223333:role/reader'],
] as const;

describe(`malformed input, seed ${SEED}`, () => {
  it(
    'never makes the engine crash, whatever is in a template',
    () => {
      fc.assert(
        fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), fc.noBias(fc.nat(199)), (mutations, lot) => {
          const body = mutated(mutations);
          const world = worldOf(
            snapshotOf([{ name: 'T', file: 't', account: '111122223333', region: 'eu-west-1', body }]),
          );
          for (const principal of world.principals) {
            // Patterns and reach take long: they are asked of some.
            const [action, resource] = lot === 1 ? ['*', '*'] : ASKS[lot % ASKS.length];
            const { may, must, unconditional } = decide({ principal, action, resource }, world);
            expect(must && !may).toBe(false);
            expect(unconditional && !must).toBe(false);
            const own = decide({ principal, action: 'sts:AssumeRole', resource: principal.arn }, world);
            expect(own.must && !own.may).toBe(false);
          }
          if (lot > 0) return;
          const reach = reachOf(world);
          for (const principal of world.principals) {
            const from = reach.from(principal.key);
            for (const fact of from?.facts ?? []) from?.trace(fact);
          }
        }),
        { numRuns: effort(3_000), seed: SEED },
      );
    },
    TIMEOUT,
  );

  it(
    'never is denied for sure because of something unreadable',
    () => {
      const unreadable = fc.oneof(
        fc.constantFrom<unknown>(
          { Ref: 'Unknown' },
          { 'Fn::Transform': { Name: 'AWS::Include' } },
          { 'Fn::ImportValue': 'x' },
          { Ref: 'P' },
          42,
          true,
          'text',
          ['text'],
          [7],
        ),
        fc.constantFrom<unknown>(
          { Effect: 'Perhaps', Action: '*', Resource: '*' },
          { Effect: 'Allow', Resource: '*' },
          { Effect: { Ref: 'P' }, Action: '*', Resource: '*' },
        ),
        fc.constantFrom<unknown>(
          { Effect: 'Allow', Action: { Ref: 'P' }, Resource: '*' },
          { Effect: 'Allow', Action: '*', Resource: { Ref: 'P' } },
          { Effect: 'Allow', Action: '*', Resource: [1] },
        ),
        fc.constantFrom<unknown>(
          { Effect: 'Allow', Action: '*', Resource: '*', Condition: 7 },
          { Effect: 'Allow', Action: '*', Resource: '*', Condition: { Sometimes: { a: 'b' } } },
          { Effect: 'Allow', Action: '*', Resource: '*', Extra: 1 },
        ),
      );
      const places = ['statement', 'document', 'managed', 'policies'] as const;
      const sound = fc.constantFrom(
        { Effect: 'Allow', Action: 'sqs:*', Resource: '*' },
        { Effect: 'Deny', Action: 'sqs:*', Resource: '*' },
      );
      fc.assert(
        fc.property(unreadable, fc.constantFrom(...places), fc.array(sound, { maxLength: 2 }), (bad, place, good) => {
          const isStatement = typeof bad === 'object' && bad !== null && 'Effect' in bad;
          const wrong = place === 'statement' || isStatement ? document(bad, ...good) : bad;
          const Properties =
            place === 'managed' && !isStatement
              ? { ManagedPolicyArns: [bad] }
              : place === 'policies' && !isStatement
                ? { Policies: bad }
                : { Policies: [{ PolicyName: 'p', PolicyDocument: wrong }] };
          const body = {
            Parameters: { P: { Type: 'String' } },
            Resources: { User: { Type: 'AWS::IAM::User', Properties: { UserName: 'ann', ...Properties } } },
          };
          const world = worldOf(
            snapshotOf([{ name: 'T', file: 't', account: '111122223333', region: 'eu-west-1', body }]),
          );
          const [principal] = world.principals;
          for (const action of ['s3:GetObject', 's3:*']) {
            const { may, must, unknowns } = decide({ principal, action, resource: 'arn:aws:s3:::data/a' }, world);
            expect({ place, may, must }).toEqual({ place, may: true, must: false });
            expect(unknowns.length).toBeGreaterThan(0);
          }
        }),
        { numRuns: effort(2_000), seed: SEED },
      );
    },
    TIMEOUT,
  );
});
