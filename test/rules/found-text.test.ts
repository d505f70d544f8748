import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../lib/checks/exceptions/fingerprint';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { runRules } from '../../lib/rules/run-rules';

interface Statement {
  readonly [key: string]: unknown;
}

const S3: Statement = { Sid: 'A', Effect: 'Allow', Action: ['s3:*', 'sqs:SendMessage'], Resource: 'arn:aws:s3:::a/b' };
const OWN: Statement = {
  Effect: 'Allow',
  Action: 's3:*',
  Resource: [{ 'Fn::GetAtt': ['BucketAAAA1111', 'Arn'] }, { 'Fn::Sub': 'arn:aws:s3:::${AWS::AccountId}/x' }],
  Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-west-1', 'eu-central-1'] } },
};

/** The fingerprints of the wildcard findings at the policy. */
function fingerprints(
  statements: readonly Statement[],
  { bucket = 'BucketAAAA1111', more = {}, roles = [{ Ref: 'Role' }] as unknown[], name = 'Orders' } = {},
): readonly string[] {
  const role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
  const body = {
    Resources: {
      Role: role,
      Other: role,
      [bucket]: { Type: 'AWS::S3::Bucket', Metadata: { 'aws:cdk:path': 'Orders/Bucket/Resource' } },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'p', Roles: roles, PolicyDocument: { Statement: statements } },
        Metadata: { 'aws:cdk:path': 'Orders/Policy' },
      },
      ...more,
    },
  };
  return runRules(snapshotOf([{ name, file: `${name}.json`, body }]))
    .filter(({ ruleId }) => ruleId === 'Bulkhead-IAM1')
    .map(fingerprintOf);
}

const renamed = (statement: Statement, id: string): Statement =>
  JSON.parse(JSON.stringify(statement).replaceAll('BucketAAAA1111', id));

describe('the fingerprint of a finding', () => {
  it('is stable: order, names of statements and of resources, and what stands beside do not count', () => {
    const before = fingerprints([S3, OWN]);
    expect(before).toHaveLength(1);
    const harmless = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::c/d' };
    expect(fingerprints([OWN, { ...S3, Sid: 'B', Action: ['sqs:SendMessage', 's3:*'] }])).toEqual(before);
    expect(fingerprints([harmless, S3, OWN])).toEqual(before);
    expect(fingerprints([S3, OWN], { more: { Queue: { Type: 'AWS::SQS::Queue' } } })).toEqual(before);
    expect(fingerprints([S3, renamed(OWN, 'BucketBBBB2222')], { bucket: 'BucketBBBB2222' })).toEqual(before);
    expect(fingerprints([S3, OWN], { name: 'elsewhere/Orders' })).toEqual(before);
  });

  it.each<[string, readonly Statement[], object?]>([
    ['one more action in the statement', [{ ...S3, Action: ['s3:*', 'sqs:SendMessage', 'sqs:PurgeQueue'] }, OWN]],
    ['a wider resource', [{ ...S3, Resource: 'arn:aws:s3:::a/*' }, OWN]],
    ['one more resource', [{ ...S3, Resource: ['arn:aws:s3:::a/b', 'arn:aws:s3:::a/c'] }, OWN]],
    ['a condition less', [S3, { ...OWN, Condition: {} }]],
    [
      'one more value in a condition',
      [S3, { ...OWN, Condition: { StringEquals: { 'aws:RequestedRegion': ['*', 'eu-west-1', 'eu-central-1'] } } }],
    ],
    [
      'the same action in one more statement',
      [S3, OWN, { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::z/z' }],
    ],
    ['one more role that has the policy', [S3, OWN], { roles: [{ Ref: 'Role' }, { Ref: 'Other' }] }],
    ['a condition of the template that decides', [{ 'Fn::If': ['Wide', S3, { Ref: 'AWS::NoValue' }] }, OWN]],
  ])('is another one with %s', (_, statements, given) => {
    expect(fingerprints(statements, given)).not.toEqual(fingerprints([S3, OWN]));
  });

  it('does not change between releases', () => {
    // Who changes it makes every team approve all of its exceptions again: raise the version of fingerprints, too.
    expect(fingerprints([S3])).toMatchInlineSnapshot(`
      [
        "v1:216cf17a3f46e1261d7daa052d4d381f18ce571e7e8530b9e4d234638b1ee1d1",
      ]
    `);
  });
});
