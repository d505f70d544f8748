import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { actionsMatching } from '../../lib/engine/actions/action-info';
import { decide } from '../../lib/engine/decide/decide';
import type { Principal } from '../../lib/engine/world/world';
import { worldOf } from '../../lib/engine/world/world-of';
import type { JsonPolicy } from '../oracle/iam-simulate';
import { ACCOUNT, ACTION_PATTERNS, RESOURCE_PATTERNS, THINGS, asked, cases } from '../oracle/random-cases';
import type { Case } from '../oracle/random-cases';
import { effort } from '../support/effort';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const RUNS = { numRuns: effort(40), seed: SEED };

interface Verdict {
  readonly may: boolean;
  readonly must: boolean;
}

/** Concrete requests and patterns. */
function verdicts(given: Case): readonly Verdict[] {
  const { world, principal } = asked(given);
  const literal = given.requests.flatMap(({ thing, action, context }) =>
    [{}, { context, closed: true }].map((more) =>
      decide({ principal, action, resource: thing.arn, resourceAccount: thing.account, ...more }, world),
    ),
  );
  const patterns = [0, 1, 2].map((at) =>
    decide({ principal, action: ACTION_PATTERNS[at * 2], resource: RESOURCE_PATTERNS[at * 2 + 1] }, world),
  );
  return [...literal, ...patterns].map(({ may, must }) => ({ may, must }));
}

type Statement = JsonPolicy['Statement'][number];
const withStatement = (policy: JsonPolicy, statement: Statement): JsonPolicy => ({
  ...policy,
  Statement: [...policy.Statement, statement],
});
const backwards = <T>(list: readonly T[]): readonly T[] => list.map((_, at) => list[list.length - 1 - at]);
const world = cases(4, false, false);
const mixed = fc.oneof(world, cases(4, true, false));

describe(`what changes nothing, and what changes in one direction, seed ${SEED}`, () => {
  const pair = fc.tuple(
    mixed,
    fc.record({
      Action: fc.constantFrom('*', 's3:*', 's3:Get*', 'sqs:*', 'sts:AssumeRole'),
      Resource: fc.constantFrom(...THINGS.map(({ arn }) => arn), '*', 'arn:aws:s3:::data/*'),
      Condition: fc.constantFrom(
        {},
        { StringEquals: { 'aws:SourceVpc': 'vpc-a' } },
        { Bool: { 'aws:SecureTransport': 'true' } },
      ),
    }),
  );
  const added = (given: Case, statement: Statement): Case => ({
    ...given,
    identity: given.identity.map((each, index) => (index === 0 ? withStatement(each, statement) : each)),
  });

  it('adding an Allow never shrinks', () => {
    fc.assert(
      fc.property(pair, ([given, statement]) => {
        const [before, after] = [verdicts(given), verdicts(added(given, { Effect: 'Allow', ...statement }))];
        before.forEach(({ may, must }, at) => {
          if (may) expect(after[at].may).toBe(true);
          if (must) expect(after[at].must).toBe(true);
        });
      }),
      RUNS,
    );
  }, 120_000);

  it('adding a Deny never grows', () => {
    fc.assert(
      fc.property(pair, ([given, statement]) => {
        const [before, after] = [verdicts(given), verdicts(added(given, { Effect: 'Deny', ...statement }))];
        before.forEach(({ may, must }, at) => {
          if (!may) expect(after[at].may).toBe(false);
          if (!must) expect(after[at].must).toBe(false);
        });
      }),
      RUNS,
    );
  }, 120_000);

  it('the order of statements and policies changes nothing', () => {
    const turned = (policy: JsonPolicy): JsonPolicy => ({ ...policy, Statement: backwards(policy.Statement) });
    fc.assert(
      fc.property(mixed, (given) => {
        const other: Case = {
          ...given,
          identity: backwards(given.identity.map(turned)),
          scps: backwards(given.scps.map((level) => backwards(level.map(turned)))),
          rcps: backwards(given.rcps.map(turned)),
          guards: Object.fromEntries(Object.entries(given.guards).map(([key, policy]) => [key, turned(policy)])),
          ...(given.boundary === undefined ? {} : { boundary: turned(given.boundary) }),
        };
        const [one, two] = [verdicts(given), verdicts(other)];
        expect(two).toEqual(one);
      }),
      RUNS,
    );
  }, 120_000);

  it('the order of policies does not decide whether a granted pattern is found to be so for sure', () => {
    const one = { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::da?a/a' };
    const two = {
      Effect: 'Allow',
      Action: '*',
      Resource: 'arn:aws:s3:::data/${aws:PrincipalTag/team}',
      Condition: { Null: { 'aws:SourceVpc': 'true' } },
    };
    const policy = (statement: Statement): JsonPolicy => ({ Version: '2012-10-17', Statement: [statement] });
    const of = (...identity: readonly JsonPolicy[]): readonly Verdict[] =>
      verdicts({ who: 'role', identity, scps: [], rcps: [], guards: {}, requests: [] });
    expect(of(policy(one), policy(two))).toEqual(of(policy(two), policy(one)));
  });

  it('an action pattern and the actions that it matches are the same', () => {
    const names = (action: unknown): readonly string[] =>
      [action]
        .flat()
        .flatMap((each) =>
          /^s3:|^sqs:/i.test(String(each))
            ? actionsMatching(String(each)).map(({ action: name }) => name)
            : [String(each)],
        );
    const expanded = (policy: JsonPolicy): JsonPolicy => ({
      ...policy,
      Statement: policy.Statement.map(
        (each): Statement =>
          'Action' in each
            ? { ...each, Action: names(each['Action']) }
            : { ...each, NotAction: names(each['NotAction']) },
      ),
    });
    fc.assert(
      fc.property(mixed, (given) => {
        const other = { ...given, identity: given.identity.map(expanded) };
        const literal = (of: Case): readonly Verdict[] => verdicts(of).slice(0, of.requests.length * 2);
        expect(literal(other)).toEqual(literal(given));
      }),
      RUNS,
    );
  }, 120_000);

  it('an intrinsic and its resolved value are the same', () => {
    const REGION = 'eu-west-1';
    const forms: readonly (readonly [unknown, string])[] = [
      [{ 'Fn::Sub': 'arn:${AWS::Partition}:s3:::data/*' }, 'arn:aws:s3:::data/*'],
      [{ 'Fn::Join': ['', ['arn:aws:s3:::', 'da', 'ta/?']] }, 'arn:aws:s3:::data/?'],
      [
        { 'Fn::Sub': ['arn:aws:sqs:${R}:${AWS::AccountId}:q', { R: { Ref: 'AWS::Region' } }] },
        `arn:aws:sqs:${REGION}:${ACCOUNT}:q`,
      ],
      [{ 'Fn::GetAtt': ['Queue', 'Arn'] }, `arn:aws:sqs:${REGION}:${ACCOUNT}:q`],
      [{ 'Fn::Sub': '${Queue.Arn}' }, `arn:aws:sqs:${REGION}:${ACCOUNT}:q`],
      [{ 'Fn::Select': [1, ['x', 'arn:aws:s3:::data/a']] }, 'arn:aws:s3:::data/a'],
      [{ 'Fn::FindInMap': ['M', 'a', 'b'] }, 'arn:aws:s3:::*'],
      [{ 'Fn::Join': ['/', [{ 'Fn::GetAtt': ['Data', 'Arn'] }, '*']] }, 'arn:aws:s3:::data/*'],
      [{ 'Fn::Sub': 'arn:aws:s3:::${Data}/${!aws:username}' }, 'arn:aws:s3:::data/${aws:username}'],
      [{ 'Fn::If': ['Yes', 'arn:aws:s3:::data/a', '*'] }, 'arn:aws:s3:::data/a'],
    ];
    const one = fc.record({
      Effect: fc.constantFrom('Allow', 'Allow', 'Deny'),
      Action: fc.constantFrom('*', 's3:Get*', 'sqs:SendMessage'),
      at: fc.nat(forms.length - 1),
      negated: fc.boolean(),
    });
    const of = (
      statements: readonly { Effect: string; Action: string; at: number; negated: boolean }[],
      side: 0 | 1,
    ): readonly Verdict[] => {
      const Statement = statements.map(({ Effect, Action, at, negated }) => ({
        Effect,
        Action,
        [negated ? 'NotResource' : 'Resource']: forms[at][side],
      }));
      const body = {
        Mappings: { M: { a: { b: 'arn:aws:s3:::*' } } },
        Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] } },
        Resources: {
          User: {
            Type: 'AWS::IAM::User',
            Properties: { UserName: 'ann', Policies: [{ PolicyName: 'p', PolicyDocument: { Statement } }] },
          },
          Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'q' } },
          Data: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'data' } },
        },
      };
      const found = worldOf(snapshotOf([{ name: 'T', file: 't', account: ACCOUNT, region: REGION, body }]));
      const principal = found.principal('T#User') as Principal;
      return THINGS.flatMap(({ arn, actions }) =>
        actions
          .map((action) => decide({ principal, action, resource: arn }, found))
          .map(({ may, must }) => ({ may, must })),
      );
    };
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 4 }), (statements) => {
        expect(of(statements, 0)).toEqual(of(statements, 1));
      }),
      { numRuns: effort(100), seed: SEED },
    );
  });
});
