import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import { allow, ask, deny, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const ROOT = { AWS: 'arn:aws:iam::111122223333:root' };
const KEY_POLICY = { Statement: [allow('kms:*', '*', { Principal: ROOT })] };

function asked(Condition: Json, action: string, id: string, resources: Json, more: readonly Json[] = []): string {
  const of = world({ Role: role([allow(action, '*', { Condition }), ...more]), ...resources });
  return ask(of, { action, resource: of.snapshot.byKey(`T#${id}`)?.arn as string });
}

describe('keys that say what the resource is', () => {
  const key = (properties: Json = {}, more: Json = {}): Json => ({
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: KEY_POLICY, ...properties } },
    ...more,
  });
  const decrypts = (Condition: Json, resources: Json = key()): string =>
    asked(Condition, 'kms:Decrypt', 'Key', resources);
  const Mode = { Parameters: { Spec: { Type: 'String' } } };

  it.each<[Json, Json, string]>([
    [{ StringEquals: { 'kms:KeySpec': 'SYMMETRIC_DEFAULT' } }, {}, 'must'],
    [{ StringEquals: { 'kms:KeySpec': 'RSA_2048' } }, {}, 'no'],
    [{ StringEquals: { 'kms:KeySpec': 'RSA_2048' } }, { KeySpec: 'RSA_2048' }, 'must'],
    [{ StringEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } }, {}, 'no'],
    [{ StringNotEquals: { 'kms:KeyUsage': 'SIGN_VERIFY' } }, {}, 'must'],
    [{ Bool: { 'kms:MultiRegion': 'true' } }, {}, 'no'],
    [{ Bool: { 'kms:MultiRegion': 'true' } }, { MultiRegion: true }, 'must'],
    [{ StringEquals: { 'kms:KeyOrigin': 'EXTERNAL' } }, {}, 'no'],
    [{ StringEquals: { 'kms:MultiRegionKeyType': 'PRIMARY' } }, { MultiRegion: true }, 'may'],
  ])('a key: %j with %j is %s', (condition, properties, found) => {
    expect(decrypts(condition, key(properties))).toBe(found);
  });

  it('are not known where a parameter decides, or the key is in none of the templates', () => {
    const condition = { StringEquals: { 'kms:KeySpec': 'RSA_2048' } };
    const of = world(
      { Role: role([allow('kms:Decrypt', '*', { Condition: condition })]), ...key({ KeySpec: { Ref: 'Spec' } }) },
      {},
      {},
      Mode,
    );
    expect(ask(of, { action: 'kms:Decrypt', resource: of.snapshot.byKey('T#Key')?.arn as string })).toBe('may');
    const outside = {
      Role: role([allow('rds:*', '*', { Condition: { StringEquals: { 'rds:DatabaseClass': 'm' } } })]),
    };
    const resource = 'arn:aws:rds:eu-west-1:111122223333:db:d';
    expect(ask(world(outside), { action: 'rds:DeleteDBInstance', resource })).toBe('may');
    expect(ask(world(outside), { action: 'rds:CreateDBInstance', resource })).toBe('must');
  });

  it('tell of aliases those of the templates, beside which there may be others', () => {
    const alias = {
      Alias: { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/y', TargetKeyId: { Ref: 'Key' } } },
    };
    const has = (name: string, qualifier = 'ForAnyValue'): Json => ({
      [`${qualifier}:StringEquals`]: { 'kms:ResourceAliases': name },
    });
    expect(decrypts(has('alias/y'), key({}, alias))).toBe('must');
    expect(decrypts(has('alias/x'), key({}, alias))).toBe('may');
    expect(decrypts(has('alias/y', 'ForAllValues'), key({}, alias))).toBe('may');
    expect(decrypts(has('alias/y'))).toBe('may');
    const by = (name: string): Json => ({ StringEquals: { 'kms:RequestAlias': name } });
    expect(decrypts(by('alias/y'), key({}, alias))).toBe('must');
    expect(decrypts(by('alias/x'), key({}, alias))).toBe('may');
    expect(decrypts({ Null: { 'kms:RequestAlias': 'true' } }, key({}, alias))).toBe('must');
  });

  const instance = (properties: Json = {}): Json => ({
    Instance: { Type: 'AWS::EC2::Instance', Properties: { InstanceType: 't3.micro', ImageId: 'ami-1', ...properties } },
    Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { InstanceProfileName: 'p', Roles: [] } },
  });
  const PROFILE = 'arn:aws:iam::111122223333:instance-profile/p';

  it.each<[Json, Json, string]>([
    [{ StringEquals: { 'ec2:InstanceType': 't3.micro' } }, {}, 'must'],
    [{ StringEquals: { 'ec2:InstanceType': 'm5.large' } }, {}, 'no'],
    [{ ArnEquals: { 'ec2:InstanceProfile': PROFILE } }, {}, 'no'],
    [{ ArnEquals: { 'ec2:InstanceProfile': PROFILE } }, { IamInstanceProfile: { Ref: 'Profile' } }, 'must'],
    [{ ArnEquals: { 'ec2:InstanceProfile': PROFILE } }, { LaunchTemplate: { LaunchTemplateName: 'l' } }, 'may'],
    [{ StringEquals: { 'ec2:RootDeviceType': 'ebs' } }, {}, 'may'],
  ])('an instance: %j with %j is %s', (condition, properties, found) => {
    expect(asked(condition, 'ec2:TerminateInstances', 'Instance', instance(properties))).toBe(found);
  });

  it('are chosen by who makes the thing', () => {
    const runs = world({
      Role: role([allow('ec2:RunInstances', '*', { Condition: { StringEquals: { 'ec2:InstanceType': 't3.micro' } } })]),
    });
    expect(ask(runs, { action: 'ec2:RunInstances', resource: 'arn:aws:ec2:eu-west-1:111122223333:instance/*' })).toBe(
      'must',
    );
    const creates = world({
      Role: role([allow('kms:CreateKey', '*', { Condition: { StringEquals: { 'kms:KeySpec': 'RSA_2048' } } })]),
    });
    expect(ask(creates, { action: 'kms:CreateKey', resource: '*' })).toBe('must');
  });

  it.each([
    ['AWS_IAM', 'no'],
    ['NONE', 'must'],
  ])('a function of which the URL has %s: a call without authentication is %s', (AuthType, found) => {
    const resources = {
      Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } },
      Url: { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: { Ref: 'Function' }, AuthType } },
    };
    const condition = { StringEquals: { 'lambda:FunctionUrlAuthType': 'NONE' } };
    expect(asked(condition, 'lambda:InvokeFunctionUrl', 'Function', resources, [allow('lambda:InvokeFunction')])).toBe(
      found,
    );
  });

  it('the boundary of a role is the one that it has', () => {
    const boundary = 'arn:aws:iam::111122223333:policy/boundary';
    const attaches = (rest: Json): string =>
      asked({ StringEquals: { 'iam:PermissionsBoundary': boundary } }, 'iam:AttachRolePolicy', 'Other', {
        Other: role([], { RoleName: 'other', ...rest }),
      });
    expect([attaches({}), attaches({ PermissionsBoundary: boundary })]).toEqual(['no', 'must']);
  });
});

describe('keys that say what a service does, or from where credentials are', () => {
  const resource = 'arn:aws:s3:::bucket/key';
  const reads = (Condition: Json): string =>
    ask(world({ Role: role([allow('s3:*', '*', { Condition })]) }), { action: 's3:GetObject', resource });
  const unless = (Condition: Json): string =>
    ask(world({ Role: role([allow('s3:*'), deny('s3:*', '*', { Condition })]) }), { action: 's3:GetObject', resource });

  it.each<[Json, string]>([
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } }, 'may'],
    [{ StringEquals: { 'aws:CalledViaFirst': 'cloudformation.amazonaws.com' } }, 'may'],
    [{ StringEquals: { 'aws:CalledViaLast': 'cloudformation.amazonaws.com' } }, 'may'],
    [{ Null: { 'aws:CalledViaLast': 'true' } }, 'must'],
    [{ ArnEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:f' } }, 'may'],
    [{ ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/i-1' } }, 'may'],
    [{ StringEquals: { 's3:DataAccessPointAccount': '111122223333' } }, 'may'],
    [{ NumericGreaterThanEquals: { 'ec2:RoleDelivery': '2.0' } }, 'may'],
  ])('%j is %s', (condition, found) => expect(reads(condition)).toBe(found));

  it.each<[Json, string]>([
    // Who asks directly comes by no service.
    [{ 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'athena.amazonaws.com' } }, 'must'],
    [{ NumericLessThan: { 'ec2:RoleDelivery': '2.0' } }, 'must'],
    [{ ArnNotEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:eu-west-1:111122223333:function:f' } }, 'may'],
  ])('a Deny with %j leaves it %s', (condition, found) => expect(unless(condition)).toBe(found));

  it('the token of an event source is chosen by who gives the permission, not by who calls', () => {
    const condition = { StringEquals: { 'lambda:EventSourceToken': 'x' } };
    const Function = { Function: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f' } } };
    expect(asked(condition, 'lambda:InvokeFunction', 'Function', Function)).toBe('may');
  });

  it('a grant for a resource of AWS is made by a service', () => {
    const Key = { Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: KEY_POLICY } } };
    expect(asked({ Bool: { 'kms:GrantIsForAWSResource': 'true' } }, 'kms:CreateGrant', 'Key', Key)).toBe('may');
  });

  it('and who is told so is told which key it is', () => {
    const of = world({
      Role: role([allow('s3:*', '*', { Condition: { StringEquals: { 'aws:CalledViaFirst': 'x' } } })]),
    });
    const { unknowns } = decide({ principal: principal(of), action: 's3:GetObject', resource }, of);
    expect(unknowns.map(({ detail }) => detail)).toEqual(['aws:calledviafirst of the request, which nobody chooses']);
  });

  it('a global key that AWS does not have is absent, as far as is known', () => {
    const foo = { StringEquals: { 'aws:foo': 'x' } };
    expect([reads(foo), unless(foo), reads({ Null: { 'aws:foo': 'true' } })]).toEqual(['may', 'must', 'must']);
  });
});

describe('a variable without a value', () => {
  const writes = (Condition: Json): string =>
    ask(world({ Role: role([allow('dynamodb:*', '*', { Condition })]) }), {
      action: 'dynamodb:PutItem',
      resource: 'arn:aws:dynamodb:eu-west-1:111122223333:table/t',
    });
  const keys = (operator: string, ...values: readonly string[]): Json => ({
    [operator]: { 'dynamodb:LeadingKeys': values },
  });

  it.each([
    ['StringEquals', 'no'],
    ['StringLike', 'no'],
    ['ForAnyValue:StringEquals', 'no'],
    // Without keys in the request.
    ['ForAllValues:StringEquals', 'must'],
    ['StringEqualsIfExists', 'must'],
    ['StringNotEquals', 'must'],
  ])('matches nothing: %s of a role’s name is %s', (operator, found) => {
    expect(writes(keys(operator, '${aws:username}'))).toBe(found);
  });

  it('and leaves the other values alone', () => {
    expect(writes(keys('ForAnyValue:StringEquals', '${aws:username}', 'all'))).toBe('must');
    expect(writes(keys('StringEquals', "${aws:username, 'all'}"))).not.toBe('no');
  });
});
