import { describe, expect, it } from 'vitest';
import { iam2 } from '../../../lib/rules/iam/iam2-wildcard-resource';
import { LAMBDA_TRUST, example, roleThatMay } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

const details = (body: unknown) => findingsOf(iam2, body).map(({ detail, certainty }) => `${certainty} ${detail}`);
const may = (Action: unknown, Resource: unknown) => roleThatMay({ Effect: 'Allow', Action, Resource });

describe('IAM2', () => {
  it.each([
    ['everything', '*'],
    ['every table', 'arn:aws:dynamodb:eu-central-1:111122223333:table/*'],
    ['some tables', 'arn:aws:dynamodb:eu-central-1:111122223333:table/order?'],
    ['every account', 'arn:aws:dynamodb:eu-central-1:*:table/orders'],
  ])('finds %s', (_, resource) => {
    expect(details(may('dynamodb:GetItem', resource))).toEqual([`certain Resource::${resource}`]);
  });

  it('leaves what is inside of a named resource alone', () => {
    expect(details(may('s3:GetObject', 'arn:aws:s3:::orders/*'))).toEqual([]);
    const { Resources } = may('s3:GetObject', { 'Fn::Sub': '${Orders.Arn}/*' });
    expect(details({ Resources: { ...Resources, Orders: { Type: 'AWS::S3::Bucket' } } })).toEqual([]);
  });

  it.each([
    'secretsmanager:GetRandomPassword',
    'xray:PutTraceSegments',
    'cloudwatch:PutMetricData',
    'ec2:DescribeInstances',
  ])('excepts %s, which takes no resource', (action) => expect(details(may(action, '*'))).toEqual([]));

  it.each([
    ['iam:GetRolePolicy', '*'],
    ['kms:GetKeyPolicy', 'arn:aws:kms:eu-central-1:111122223333:key/*'],
    ['sns:GetTopicAttributes', 'arn:aws:sns:eu-central-1:111122223333:*'],
    ['lambda:GetFunctionConfiguration', 'arn:aws:lambda:eu-central-1:111122223333:function:Orders*'],
    ['apigateway:GET', { 'Fn::Sub': 'arn:${AWS::Partition}:apigateway:${AWS::Region}::/restapis/*' }],
  ])('excepts %s, which shows what a policy says, to a review', (action, resource) =>
    expect(details(may(action, resource))).toEqual([]),
  );

  it.each([
    ['apigateway:GET', 'arn:aws:apigateway:eu-central-1::/apikeys/*'],
    ['apigateway:GET', 'arn:aws:apigateway:eu-central-1::/*'],
    ['apigateway:GET', '*'],
    ['apigateway:PATCH', 'arn:aws:apigateway:eu-central-1::/restapis/*'],
    ['iam:List*', '*'],
    ['lambda:GetFunctionConfiguration', 'arn:aws:lambda:eu-central-1:111122223333:function:*'],
    ['lambda:GetFunction', 'arn:aws:lambda:eu-central-1:111122223333:function:Orders*'],
    ['s3:GetBucketPolicy*', '*'],
  ])('finds %s on %s all the same', (action, resource) => expect(details(may(action, resource))).toHaveLength(1));

  it('is not put off by one such action beside another, and names the other', () => {
    const [finding, ...others] = findingsOf(
      iam2,
      may(['secretsmanager:GetRandomPassword', 'secretsmanager:GetSecretValue'], '*'),
    );
    expect(others).toEqual([]);
    expect(finding?.message).toContain('secretsmanager:GetSecretValue');
    expect(finding?.message).not.toContain('GetRandomPassword');
  });

  it('takes an action that nobody has heard of for one that takes resources', () => {
    expect(details(may('orders:Everything', '*'))).toHaveLength(1);
  });

  it('looks at NotAction and at wildcards in actions', () => {
    expect(details(roleThatMay({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }))).toHaveLength(1);
    expect(details(may('secretsmanager:Get*', '*'))).toHaveLength(1);
  });

  it('calls a parameter possible, and names it alone', () => {
    const { Resources } = may('s3:GetObject', { 'Fn::Sub': 'arn:${AWS::Partition}:s3:::${Bucket}/*' });
    const findings = findingsOf(iam2, { Parameters: { Bucket: { Type: 'String' } }, Resources });
    expect(findings).toMatchObject([{ certainty: 'possible', unknowns: ['`Bucket`'] }]);
  });

  it.each([
    [{ StringEquals: { 'aws:ResourceTag/cdk-bulkhead:compartment': 'Orders-Key' } }, 0],
    [{ StringEquals: { 'aws:RequestTag/cdk-bulkhead:compartment': 'Orders-Key' } }, 0],
    [{ StringLike: { 'aws:ResourceTag/cdk-bulkhead:compartment': '*' } }, 1],
    [{ StringEqualsIfExists: { 'aws:ResourceTag/cdk-bulkhead:compartment': 'Orders-Key' } }, 1],
    [{ 'ForAllValues:StringEquals': { 'aws:ResourceTag/cdk-bulkhead:compartment': 'Orders-Key' } }, 1],
    [{ StringEquals: { 'aws:ResourceTag/team': 'orders' } }, 1],
  ])('takes the tag of a compartment for a name: %j', (Condition, count) => {
    const statement = { Effect: 'Allow', Action: 'apigateway:PATCH', Condition };
    const body = roleThatMay({ ...statement, Resource: 'arn:aws:apigateway:eu-west-1::/apikeys/*' });
    expect(details(body)).toHaveLength(count);
  });

  const KEYS = 'arn:aws:kms:eu-west-1:111122223333:key/*';
  const alias = (operator: string, named = 'alias/orders') => ({ [operator]: { 'kms:ResourceAliases': named } });
  it.each([
    [alias('ForAnyValue:StringEquals'), KEYS, 0],
    [alias('ForAnyValue:StringLike'), KEYS, 1],
    [alias('ForAllValues:StringEquals'), KEYS, 1],
    [alias('ForAnyValue:StringEqualsIfExists'), KEYS, 1],
    [alias('ForAnyValue:StringNotEquals'), KEYS, 1],
    [alias('ForAnyValue:StringEquals'), 'arn:aws:kms:*:111122223333:key/*', 1],
    [alias('ForAnyValue:StringEquals'), '*', 1],
  ])('takes an alias for the name of a key of one account and region: %j on %s', (Condition, Resource, count) => {
    const body = roleThatMay({ Effect: 'Allow', Action: 'kms:Decrypt', Resource, Condition });
    expect(details(body)).toHaveLength(count);
  });

  it('leaves a boundary alone', () => {
    const body = {
      Resources: {
        Boundary: {
          Type: 'AWS::IAM::ManagedPolicy',
          Properties: { PolicyDocument: { Statement: { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' } } },
        },
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST, PermissionsBoundary: { Ref: 'Boundary' } },
        },
      },
    };
    expect(details(body)).toEqual([]);
  });

  it('leaves resource policies alone: their resource is where they are attached', () => {
    const KeyPolicy = { Statement: { Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' } };
    expect(details(example('AWS::KMS::Key', { KeyPolicy }))).toEqual([]);
  });
});
