import type { PolicyText } from '../../../lib/model/policy';
import { describe, expect, it } from 'vitest';
import { takesUnsigned } from '../../../lib/engine/decide/unsigned';
import { decide } from '../../../lib/engine/decide/decide';
import type { Question } from '../../../lib/engine/decide/decision';
import type { World } from '../../../lib/engine/world/world';
import { verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const ask = (of: World, question: Question): string => verdict(decide(question, of));
const ANONYMOUS = { kind: 'anonymous' } as const;
const everyone = (action: string, Condition: Json = {}, Resource: string | undefined = '*'): Json => ({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: '*', Action: action, ...(Resource === undefined ? {} : { Resource }), Condition },
  ],
});

describe('a caller without credentials', () => {
  it.each([
    ['nothing else', {}],
    ['the account of the caller', { StringEquals: { 'kms:CallerAccount': '111122223333' } }],
    ['the service', { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }],
  ])('is granted no key by a policy that asks for %s', (_, condition) => {
    const of = world({ Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: everyone('kms:*', condition) } } });
    const resource = of.snapshot.byKey('T#Key')?.arn as PolicyText;
    expect(ask(of, { principal: ANONYMOUS, action: 'kms:Decrypt', resource })).toBe('no');
    expect(ask(of, { principal: ANONYMOUS, action: 'kms:*', resource })).toBe('no');
    const signed = { kind: 'arn', arn: 'arn:aws:iam::111122223333:role/x' } as const;
    expect(ask(of, { principal: signed, action: 'kms:Decrypt', resource })).not.toBe('no');
  });

  it.each<[string, string, Json, string, string]>([
    [
      'AWS::SecretsManager::Secret',
      'AWS::SecretsManager::ResourcePolicy',
      { SecretId: { Ref: 'Thing' } },
      'ResourcePolicy',
      'secretsmanager:GetSecretValue',
    ],
    [
      'AWS::Events::EventBus',
      'AWS::Events::EventBusPolicy',
      { EventBusName: { Ref: 'Thing' }, StatementId: 's' },
      'Statement',
      'events:PutEvents',
    ],
  ])('may be granted what %s says, where no page of AWS rules it out', (type, policy, properties, property, action) => {
    const document = everyone(action);
    const given = property === 'Statement' ? (document.Statement as readonly unknown[])[0] : document;
    const of = world({
      Thing: { Type: type, Properties: { Name: 'thing' } },
      Policy: { Type: policy, Properties: { ...properties, [property]: given } },
    });
    const resource = of.snapshot.byKey('T#Thing')?.arn as PolicyText;
    expect(ask(of, { principal: ANONYMOUS, action, resource })).toBe('may');
  });

  it.each<[string, Json, string, Json, string, string]>([
    [
      'AWS::S3::Bucket',
      { BucketName: 'thing' },
      'AWS::S3::BucketPolicy',
      { Bucket: { Ref: 'Thing' } },
      's3:GetObject',
      '/x',
    ],
    ['AWS::SQS::Queue', {}, 'AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'Thing' }] }, 'sqs:SendMessage', ''],
    ['AWS::SNS::Topic', {}, 'AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'Thing' }] }, 'sns:Publish', ''],
  ])('is granted what a policy of %s says', (type, own, policy, properties, action, end) => {
    const of = world({
      Thing: { Type: type, Properties: own },
      Policy: { Type: policy, Properties: { ...properties, PolicyDocument: everyone(action) } },
    });
    const arn = of.snapshot.byKey('T#Thing')?.arn;
    const resource = end === '' ? (arn as PolicyText) : `${arn as string}${end}`;
    expect(ask(of, { principal: ANONYMOUS, action, resource })).toBe('must');
  });

  const permit = (Action: string, more: Json = {}): Json => ({
    Type: 'AWS::Lambda::Permission',
    Properties: { FunctionName: { Ref: 'Thing' }, Principal: '*', Action, ...more },
  });
  const url = (AuthType: unknown, more: Json = {}): Json => ({
    Type: 'AWS::Lambda::Url',
    Properties: { TargetFunctionArn: { 'Fn::GetAtt': ['Thing', 'Arn'] }, AuthType, ...more },
  });
  const BOTH = {
    ByUrl: permit('lambda:InvokeFunctionUrl', { FunctionUrlAuthType: 'NONE' }),
    Invoked: permit('lambda:InvokeFunction', { InvokedViaFunctionUrl: true }),
  };

  it.each<[string, Readonly<Record<string, Json>>, string]>([
    ['both permissions and a URL without authentication', { ...BOTH, Url: url('NONE') }, 'must'],
    ['the permission to invoke by URL alone', { ByUrl: BOTH.ByUrl, Url: url('NONE') }, 'may'],
    ['no permission', { Url: url('NONE') }, 'no'],
    ['no URL that is shown', BOTH, 'may'],
    ['a URL that asks for a signature', { ...BOTH, Url: url('AWS_IAM') }, 'no'],
    [
      'a URL that asks for a signature, and a permission that does not care',
      { ByUrl: permit('lambda:InvokeFunctionUrl'), Invoked: BOTH.Invoked, Url: url('AWS_IAM') },
      'no',
    ],
    [
      'a URL of an alias alone that asks for a signature',
      { ...BOTH, Url: url('AWS_IAM', { Qualifier: 'live' }) },
      'may',
    ],
    ['a URL of which it is not known', { ...BOTH, Url: url({ Ref: 'AuthType' }) }, 'may'],
  ])('invokes a function through its URL with %s: %s', (_, resources, expected) => {
    const Thing = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'thing' } };
    const of = world({ Thing, ...resources }, {}, {}, { Parameters: { AuthType: { Type: 'String' } } });
    const resource = of.snapshot.byKey('T#Thing')?.arn as PolicyText;
    expect(ask(of, { principal: ANONYMOUS, action: 'lambda:InvokeFunctionUrl', resource })).toBe(expected);
  });

  it('does more with a function that is not known', () => {
    const Thing = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'thing' } };
    const of = world({ Thing, Get: permit('lambda:GetFunction') });
    const resource = of.snapshot.byKey('T#Thing')?.arn as PolicyText;
    expect(ask(of, { principal: ANONYMOUS, action: 'lambda:GetFunction', resource })).toBe('may');
  });

  it('assumes no role that trusts everyone, but by a token', () => {
    const AssumeRolePolicyDocument = everyone('sts:Assume*', {}, undefined);
    const of = world({ Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'r', AssumeRolePolicyDocument } } });
    const resource = of.snapshot.byKey('T#Role')?.arn as PolicyText;
    expect(ask(of, { principal: ANONYMOUS, action: 'sts:AssumeRole', resource })).toBe('no');
    expect(ask(of, { principal: ANONYMOUS, action: 'sts:AssumeRoleWithWebIdentity', resource })).not.toBe('no');
  });

  it('is not known for services that no page tells of', () => {
    expect(takesUnsigned('newservice:GetThing')).toBe('maybe');
    expect(takesUnsigned('*')).toBe('maybe');
    expect(takesUnsigned('lambda:*')).toBe('maybe');
    // Signed by its own API; only a function URL takes it without.
    expect(takesUnsigned('lambda:InvokeFunction')).toBe('maybe');
    expect(takesUnsigned('sts:*')).toBe('maybe');
    expect(takesUnsigned('secretsmanager:GetSecretValue')).toBe('maybe');
    expect(takesUnsigned('KMS:Decrypt')).toBe('no');
    for (const action of ['iam:GetRole', 'dynamodb:GetItem', 'ec2:RunInstances', 'rds:CopyDBSnapshot']) {
      expect(takesUnsigned(action)).toBe('no');
    }
    expect(takesUnsigned('sts:GetCallerIdentity')).toBe('no');
  });
});
