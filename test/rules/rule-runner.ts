import { snapshotOf } from '../../lib/assembly/snapshot';
import type { Finding } from '../../lib/model/finding';
import type { Snapshot } from '../../lib/model/snapshot';
import type { ExampleTemplate, Rule } from '../../lib/rules/rule';
import { allRules } from '../../lib/rules/registry';
import { runRules } from '../../lib/rules/run-rules';
import { THOROUGH } from '../support/effort';

/** The snapshot of one template, as it is written to JSON: what is undefined is not there. */
export function snapshotOfTemplate(body: unknown, environment: { account?: string; region?: string } = {}): Snapshot {
  const written: unknown = JSON.parse(JSON.stringify(body));
  return snapshotOf([{ name: 'Orders', file: 'Orders.template.json', body: written, ...environment }]);
}

/** What one rule finds in a template. */
export function findingsOf(
  rule: Rule,
  body: unknown,
  environment: { account?: string; region?: string } = {},
): readonly Finding[] {
  return runRules(snapshotOfTemplate(body, environment), [rule], { today: '2026-06-30' });
}

/** A template with several resource types, in which no rule has anything to find. */
export const UNRELATED: ExampleTemplate = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' } },
  Conditions: { IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] } },
  Resources: {
    Orders: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Statement: [
                { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] } },
              ],
            },
          },
        ],
      },
    },
    Reader: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
        Code: { ZipFile: 'exports.handler = async () => {}' },
        Environment: { Variables: { TABLE: { Ref: 'Orders' } } },
      },
    },
    Uploads: { Type: 'AWS::S3::Bucket', Condition: 'IsProd' },
    UploadsPolicy: {
      Type: 'AWS::S3::BucketPolicy',
      Condition: 'IsProd',
      Properties: {
        Bucket: { Ref: 'Uploads' },
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::GetAtt': ['Role', 'Arn'] } },
              Action: 's3:GetObject',
              Resource: { 'Fn::Sub': '${Uploads.Arn}/*' },
            },
          ],
        },
      },
    },
    Queue: { Type: 'AWS::SQS::Queue' },
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' } },
              Action: 'kms:DescribeKey',
              Resource: '*',
            },
          ],
        },
      },
    },
  },
};

/** What takes the place of a value: whatever a template can say instead of a literal, and what it cannot. */
const REPLACEMENTS: readonly unknown[] = [
  { Ref: 'Param' },
  { Ref: 'AWS::NoValue' },
  { 'Fn::If': ['Cond', { Ref: 'Param' }, { Ref: 'AWS::NoValue' }] },
  { 'Fn::If': ['Missing', 'a', 'b'] },
  { 'Fn::GetAtt': ['Example', 'Arn'] },
  { 'Fn::Sub': 'a-${Param}-${AWS::AccountId}' },
  { 'Fn::ImportValue': 'elsewhere' },
  { 'Fn::Unheard': 'of' },
  '{{resolve:ssm:/a/b}}',
  '*',
  '',
  [],
  {},
  [{}],
  [null],
  null,
  7,
  true,
];

/** The template with each of its values, one at a time, replaced by each of these. */
function* mutations({ Resources, ...rest }: ExampleTemplate): Generator<ExampleTemplate> {
  const base = {
    Parameters: { Param: { Type: 'String' }, ...rest.Parameters },
    Conditions: { Cond: { 'Fn::Equals': [{ Ref: 'Param' }, 'yes'] }, ...rest.Conditions },
  };
  for (const path of pathsIn(Resources)) {
    for (const replacement of REPLACEMENTS) {
      yield { ...base, Resources: replacedAt(Resources, path, replacement) as ExampleTemplate['Resources'] };
    }
  }
}

function* pathsIn(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (path.length > 0) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) yield* pathsIn(each, [...path, key]);
}

/** A copy along the path; the rest is shared, which nobody changes. */
function replacedAt(value: unknown, [key, ...rest]: readonly string[], replacement: unknown): unknown {
  if (key === undefined) return replacement;
  const copy: unknown = Array.isArray(value) ? [...(value as unknown[])] : { ...(value as object) };
  const members = copy as Record<string, unknown>;
  members[key] = replacedAt(members[key], rest, replacement);
  return copy;
}

/** What a rule owes: an empty list, or what it does not keep, in words. */
export function shortcomingsOf(rule: Rule): readonly string[] {
  const found: string[] = [];
  const count = (name: string, template: ExampleTemplate, expected: number): void => {
    try {
      const findings = findingsOf(rule, template);
      if (findings.length !== expected) {
        found.push(
          `${name}: expected ${expected} findings, got ${JSON.stringify(findings.map((each) => each.message))}`,
        );
      }
      if (findings.some(({ ruleId }) => ruleId !== `Bulkhead-${rule.id}`))
        found.push(`${name}: the id of another rule`);
    } catch (error) {
      found.push(`${name}: threw ${String(error)}`);
    }
  };
  count('bad example', rule.examples.bad, 1);
  count('good example', rule.examples.good, 0);
  count('unrelated template', UNRELATED, 0);
  return found;
}

/** Rules that ask how principals of one account work together: many templates at once would be one such account. */
const isOfAnAccount = ({ id }: Rule): boolean =>
  id.startsWith('ESC') ||
  [
    'API7',
    'API8',
    'API9',
    'API21',
    'API22',
    'API24',
    'AUD7',
    'AUD14',
    'AUD16',
    'SEC8',
    'SEC13',
    'SEC14',
    'SEC15',
    'SEC16',
  ].includes(id);

/** Every how manieth mutation those rules see, of their own example and of another's; 18 replacements share no factor with it. */
const STRIDE = THOROUGH ? { own: 5, other: 25 } : { own: 95, other: 475 };

/** The first mutation of the rule's bad example with which the rule or any other throws. */
export function crashOf(rule: Rule): string | undefined {
  const ofAccount = allRules.filter(isOfAnAccount);
  const stride = isOfAnAccount(rule) ? STRIDE.own : STRIDE.other;
  let index = 0;
  for (const body of mutations(rule.examples.bad)) {
    index += 1;
    if (index % stride !== 0) continue;
    try {
      runRules(snapshotOf([{ name: 'Mutation', file: '', body }]), ofAccount);
    } catch (error) {
      return `${String(error)}\n${JSON.stringify(body)}`;
    }
  }
  return crashOfAll(rule);
}

/** Every how manieth mutation of its example the rule itself sees, and the others. */
const TOGETHER = THOROUGH ? { own: 1, other: 1 } : { own: 5, other: 49 };

function crashOfAll(rule: Rule): string | undefined {
  const bodies = [...mutations(rule.examples.bad)];
  const others = allRules.filter((each) => each.id !== rule.id && !isOfAnAccount(each));
  const every = (stride: number) => bodies.filter((_, index) => index % stride === 0);
  return (
    (isOfAnAccount(rule) ? undefined : crashTogether([rule], every(TOGETHER.own))) ??
    crashTogether(others, every(TOGETHER.other))
  );
}

/** Taken together: the scan for secrets, which leaves the process, then runs once. */
function crashTogether(rules: readonly Rule[], bodies: readonly ExampleTemplate[]): string | undefined {
  const snapshot = snapshotOf(bodies.map((body, index) => ({ name: `Mutation${index}`, file: '', body })));
  try {
    runRules(snapshot, rules);
    return undefined;
  } catch (error) {
    const index = Number(/Mutation(\d+)/.exec(String(error))?.[1]);
    return `${String(error)}\n${JSON.stringify(bodies[index])}`;
  }
}
