import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { show } from '../../lib/model/read';
import type { Resource } from '../../lib/model/snapshot';
import { source } from './probe';

function resource(type: string, properties: object = {}, others: object = {}, parameters: object = {}): Resource {
  const snapshot = snapshotOf([
    source(
      { Parameters: parameters, Resources: { X: { Type: type, Properties: properties }, ...others } },
      { account: '111122223333', region: 'eu-west-1' },
    ),
  ]);
  return snapshot.byKey('T#X') as Resource;
}

const E = 'eu-west-1:111122223333';

describe('references to resources', () => {
  it.each<[type: string, properties: object, ref: string, arn: string]>([
    ['AWS::IAM::Role', {}, '${X}', 'arn:aws:iam::111122223333:role/${X}'],
    ['AWS::IAM::Role', { RoleName: 'r', Path: '/team/' }, 'r', 'arn:aws:iam::111122223333:role/team/r'],
    ['AWS::IAM::User', { UserName: 'u' }, 'u', 'arn:aws:iam::111122223333:user/u'],
    ['AWS::IAM::Group', {}, '${X}', 'arn:aws:iam::111122223333:group/${X}'],
    [
      'AWS::IAM::ManagedPolicy',
      { Path: '/p/' },
      'arn:aws:iam::111122223333:policy/p/${X}',
      'arn:aws:iam::111122223333:policy/p/${X}',
    ],
    ['AWS::IAM::InstanceProfile', {}, '${X}', 'arn:aws:iam::111122223333:instance-profile/${X}'],
    [
      'AWS::IAM::OIDCProvider',
      { Url: 'https://token.actions.githubusercontent.com' },
      'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
      'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
    ],
    ['AWS::Lambda::Function', {}, '${X}', `arn:aws:lambda:${E}:function:\${X}`],
    [
      'AWS::Lambda::Alias',
      { FunctionName: 'f', Name: 'live' },
      `arn:aws:lambda:${E}:function:f:live`,
      `arn:aws:lambda:${E}:function:f:live`,
    ],
    [
      'AWS::Lambda::Alias',
      { FunctionName: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Name: 'live' },
      `arn:aws:lambda:${E}:function:\${Fn}:live`,
      `arn:aws:lambda:${E}:function:\${Fn}:live`,
    ],
    [
      'AWS::Lambda::Version',
      { FunctionName: { Ref: 'Fn' } },
      `arn:aws:lambda:${E}:function:\${Fn}:\${X.Version}`,
      `arn:aws:lambda:${E}:function:\${Fn}:\${X.Version}`,
    ],
    ['AWS::S3::Bucket', {}, '${X}', 'arn:aws:s3:::${X}'],
    ['AWS::KMS::Key', {}, '${X}', `arn:aws:kms:${E}:key/\${X}`],
    ['AWS::KMS::Alias', { AliasName: 'alias/a' }, 'alias/a', `arn:aws:kms:${E}:alias/a`],
    [
      'AWS::SecretsManager::Secret',
      { Name: 'a/b' },
      `arn:aws:secretsmanager:${E}:secret:a/b-\${X.Suffix}`,
      `arn:aws:secretsmanager:${E}:secret:a/b-\${X.Suffix}`,
    ],
    [
      'AWS::SecretsManager::Secret',
      {},
      `arn:aws:secretsmanager:${E}:secret:\${X.Suffix}`,
      `arn:aws:secretsmanager:${E}:secret:\${X.Suffix}`,
    ],
    ['AWS::SQS::Queue', { QueueName: 'q' }, 'https://sqs.eu-west-1.amazonaws.com/111122223333/q', `arn:aws:sqs:${E}:q`],
    ['AWS::SNS::Topic', {}, `arn:aws:sns:${E}:\${X}`, `arn:aws:sns:${E}:\${X}`],
    ['AWS::DynamoDB::Table', {}, '${X}', `arn:aws:dynamodb:${E}:table/\${X}`],
    ['AWS::ApiGateway::RestApi', {}, '${X}', 'arn:aws:apigateway:eu-west-1::/restapis/${X}'],
    ['AWS::Logs::LogGroup', { LogGroupName: '/aws/x' }, '/aws/x', `arn:aws:logs:${E}:log-group:/aws/x:*`],
    ['AWS::CloudTrail::Trail', { TrailName: 't' }, 't', `arn:aws:cloudtrail:${E}:trail/t`],
    [
      'AWS::StepFunctions::StateMachine',
      { StateMachineName: 's' },
      `arn:aws:states:${E}:stateMachine:s`,
      `arn:aws:states:${E}:stateMachine:s`,
    ],
    ['AWS::ECR::Repository', { RepositoryName: 'a/b' }, 'a/b', `arn:aws:ecr:${E}:repository/a/b`],
    ['AWS::Events::EventBus', { Name: 'bus' }, 'bus', `arn:aws:events:${E}:event-bus/bus`],
    ['AWS::Events::Rule', { Name: 'r' }, '${X}', `arn:aws:events:${E}:rule/r`],
    ['AWS::Events::Rule', { Name: 'r', EventBusName: 'bus' }, '${X}', `arn:aws:events:${E}:rule/bus/r`],
    ['AWS::Cognito::UserPool', {}, '${X}', `arn:aws:cognito-idp:${E}:userpool/\${X}`],
    ['AWS::SSM::Parameter', { Name: '/a/b' }, '/a/b', `arn:aws:ssm:${E}:parameter/a/b`],
    ['AWS::SSM::Parameter', { Name: 'ab' }, 'ab', `arn:aws:ssm:${E}:parameter/ab`],
  ])('%s %j', (type, properties, ref, arn) => {
    const found = resource(type, properties, { Fn: { Type: 'AWS::Lambda::Function' } });
    expect(show(found.ref)).toBe(ref);
    expect(show(found.arn)).toBe(arn);
  });

  it('keeps the identity of what CloudFormation names', () => {
    expect(resource('AWS::IAM::Role').ref).toMatchObject({
      parts: [{ shape: 'segment', source: 'T#X', resource: 'T#X', attribute: 'Ref' }],
    });
  });

  it('keeps the identity where a parameter gives the name, which then has no wildcard', () => {
    const found = resource('AWS::S3::Bucket', { BucketName: { Ref: 'Name' } }, {}, { Name: { Type: 'String' } });
    expect(found.ref).toMatchObject({ parts: [{ shape: 'segment', source: 'T#Name', resource: 'T#X' }] });
  });

  it('gives one hole without wildcards for an AWS type that it does not know', () => {
    const found = resource('AWS::New::Thing');
    expect(found.ref).toMatchObject({ parts: [{ shape: 'physical-id', resource: 'T#X' }] });
    expect(found.arn).toBeUndefined();
  });

  it('gives a hole that can be anything for a custom resource', () => {
    expect(resource('Custom::Thing').ref).toMatchObject({ parts: [{ shape: 'any', cause: 'attribute' }] });
  });

  it('knows what a network gives', () => {
    const read = (attribute: string) => {
      const other = { Y: { Type: 'Test::Probe', Properties: { V: { 'Fn::GetAtt': ['X', attribute] } } } };
      const body = { Resources: { X: { Type: 'AWS::EC2::VPC', Properties: { CidrBlock: '10.0.0.0/16' } }, ...other } };
      return snapshotOf([source(body)]).byKey('T#Y')?.properties['V'];
    };
    expect(read('CidrBlock')).toBe('10.0.0.0/16');
    expect(read('DefaultSecurityGroup')).toMatchObject({ parts: [{ shape: 'segment', resource: 'T#X' }] });
    expect(read('Ipv6CidrBlocks')).toMatchObject({ parts: [{ shape: 'any', cause: 'attribute' }] });
  });

  it('takes an attribute that AWS makes up for one without wildcards, also of a type that it does not know', () => {
    const other = { Y: { Type: 'Test::Probe', Properties: { V: { 'Fn::GetAtt': ['X', 'DNSName'] } } } };
    const body = { Resources: { X: { Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer' }, ...other } };
    expect(snapshotOf([source(body)]).byKey('T#Y')?.properties['V']).toMatchObject({
      parts: [{ shape: 'physical-id' }],
    });
  });

  it('survives names that need each other', () => {
    const found = resource(
      'AWS::S3::Bucket',
      { BucketName: { Ref: 'Y' } },
      {
        Y: { Type: 'AWS::S3::Bucket', Properties: { BucketName: { Ref: 'X' } } },
      },
    );
    expect(show(found.ref)).toContain('${');
  });

  it('does not take the name of a secret for its ARN', () => {
    const named = resource('AWS::SecretsManager::SecretTargetAttachment', { SecretId: 'my-secret' });
    expect(show(named.ref)).toBe('${X}');
    const referred = resource(
      'AWS::SecretsManager::SecretTargetAttachment',
      { SecretId: { Ref: 'S' } },
      {
        S: { Type: 'AWS::SecretsManager::Secret' },
      },
    );
    expect(show(referred.ref)).toBe(`arn:aws:secretsmanager:${E}:secret:\${S.Suffix}`);
  });
});
