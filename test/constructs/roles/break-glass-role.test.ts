import { Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { BreakGlassRole } from '../../../lib/constructs/roles/break-glass-role';
import type { BreakGlassRoleProps } from '../../../lib/constructs/roles/break-glass-role';
import { MfaProof } from '../../../lib/constructs/roles/mfa-proof';
import { mayDo, newStack, only, trustOf, words, worldOfStack } from './support';

const users = new iam.AccountPrincipal('111122223333');

function breakGlass(props: Partial<BreakGlassRoleProps> = {}) {
  const stack = newStack();
  const role = new BreakGlassRole(stack, 'BreakGlass', {
    ...words,
    assumedBy: users,
    alarmEmails: ['on-call@example.com'],
    ...props,
  });
  return { stack, role };
}

describe('who breaks the glass', () => {
  it('proves MFA, says who he is and why, at the endpoint where the alarm hears it', () => {
    const [assume, name, tag] = trustOf(breakGlass().stack);
    expect(assume).toMatchObject({
      Action: 'sts:AssumeRole',
      Condition: {
        Bool: { 'aws:MultiFactorAuthPresent': 'true' },
        StringEquals: { 'aws:RequestedRegion': 'eu-west-1' },
        StringLike: { 'aws:RequestTag/reason': '?*', 'sts:SourceIdentity': '*' },
      },
    });
    expect(name).toMatchObject({ Action: 'sts:SetSourceIdentity', Principal: assume.Principal });
    expect(tag).toEqual({
      Sid: 'TellsItsReason',
      Effect: 'Allow',
      Action: 'sts:TagSession',
      Principal: assume.Principal,
      Condition: {
        'StringLike': { 'aws:RequestTag/reason': '?*' },
        'ForAllValues:StringEquals': { 'aws:TagKeys': ['reason'] },
      },
    });
  });

  it('is let in by the engine with all of this, and with none of it missing', () => {
    const { stack, role } = breakGlass();
    const caller = new iam.Role(stack, 'OnCall', { roleName: 'on-call', assumedBy: users });
    const resource = 'arn:aws:iam::111122223333:role/break-glass';
    caller.addToPolicy(new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [resource] }));
    (role.node.defaultChild as iam.CfnRole).roleName = 'break-glass';
    const world = worldOfStack(stack);
    const all: Record<string, string> = {
      'aws:MultiFactorAuthPresent': 'true',
      'aws:RequestedRegion': 'eu-west-1',
      'aws:RequestTag/reason': 'orders are lost, INC-7',
      'sts:SourceIdentity': 'ann',
    };
    expect(mayDo(world, caller, 'sts:AssumeRole', resource, all)).toBe('must');
    const wrong = { ...all, 'aws:RequestTag/reason': '' };
    expect(mayDo(world, caller, 'sts:AssumeRole', resource, wrong)).toBe('no');
    expect(mayDo(world, caller, 'sts:AssumeRole', resource, { ...all, 'aws:RequestedRegion': 'us-east-1' })).toBe('no');
    expect(mayDo(world, caller, 'sts:AssumeRole', resource, { ...all, 'aws:MultiFactorAuthPresent': 'false' })).toBe(
      'no',
    );
  });

  it('may come by SAML', () => {
    const assumedBy = new iam.FederatedPrincipal(
      'arn:aws:iam::111122223333:saml-provider/idp',
      { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } },
      'sts:AssumeRoleWithSAML',
    );
    const [assume, ...others] = trustOf(
      breakGlass({ assumedBy, mfa: MfaProof.identityProvider('hardware keys') }).stack,
    );
    expect(assume.Condition.StringEquals).toEqual({
      'SAML:aud': 'https://signin.aws.amazon.com/saml',
      'aws:RequestedRegion': 'eu-west-1',
    });
    expect(others.map((each) => each.Principal)).toEqual([assume.Principal, assume.Principal]);
  });

  it('has an hour', () => {
    expect(only(breakGlass().stack, 'AWS::IAM::Role').Properties.MaxSessionDuration).toBe(3600);
    expect(() => breakGlass({ maxSessionDuration: Duration.hours(2) })).toThrow('BH2051');
  });

  it('is never anonymous', () => {
    expect(() => breakGlass({ withoutSourceIdentity: 'console' })).toThrow('BH2052: `withoutSourceIdentity` is set');
  });
});

describe('the alarm', () => {
  it('hears every kind of assumption of this role, read-only or not', () => {
    const { stack, role } = breakGlass();
    Template.fromStack(stack).hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      EventPattern: {
        'source': ['aws.sts'],
        'detail-type': ['AWS API Call via CloudTrail'],
        'detail': {
          eventSource: ['sts.amazonaws.com'],
          eventName: [{ prefix: 'AssumeRole' }],
          requestParameters: { roleArn: [stack.resolve(role.roleArn)] },
        },
      },
      Targets: [{ Id: 'Topic', Arn: stack.resolve(role.alarmTopic.topicArn) }],
    });
  });

  it('reaches somebody through a topic whose key lets EventBridge in', () => {
    const template = Template.fromStack(breakGlass().stack);
    template.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'on-call@example.com' });
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'events.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          }),
        ]),
      },
    });
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sns:Publish' }),
        ]),
      },
    });
  });

  it('goes to a topic that is given, and makes none then', () => {
    const stack = newStack();
    const alarmTopic = new sns.Topic(stack, 'OnCall');
    new BreakGlassRole(stack, 'BreakGlass', { ...words, assumedBy: users, alarmTopic });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::SNS::Topic', 1);
    template.resourceCountIs('AWS::KMS::Key', 0);
    expect(only(stack, 'AWS::Events::Rule').Properties.Targets[0].Arn).toEqual(stack.resolve(alarmTopic.topicArn));
  });

  it('cannot be left out', () => {
    expect(() => breakGlass({ alarmEmails: [] })).toThrow('BH2050: neither `alarmTopic` nor `alarmEmails` is given');
  });
});

describe('what the role may do, whatever it is allowed', () => {
  const { stack, role } = breakGlass();
  role.allow(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
  const world = worldOfStack(stack);

  it('is what the emergency needs', () => {
    expect(mayDo(world, role, 'dynamodb:UpdateItem', 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders')).toBe(
      'must',
    );
    expect(
      mayDo(world, role, 'lambda:UpdateFunctionConfiguration', 'arn:aws:lambda:eu-west-1:111122223333:function:o'),
    ).toBe('must');
    expect(
      mayDo(world, role, 'logs:GetLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:a:log-stream:b'),
    ).toBe('must');
  });

  it.each([
    ['cloudtrail:StopLogging', 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t'],
    ['cloudtrail:DeleteTrail', 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t'],
    ['cloudtrail:UpdateTrail', 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t'],
    ['cloudtrail:PutEventSelectors', 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t'],
    ['kms:DisableKey', 'arn:aws:kms:eu-west-1:111122223333:key/k'],
    ['kms:ScheduleKeyDeletion', 'arn:aws:kms:eu-west-1:111122223333:key/k'],
    ['kms:PutKeyPolicy', 'arn:aws:kms:eu-west-1:111122223333:key/k'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:a'],
    ['logs:PutRetentionPolicy', 'arn:aws:logs:eu-west-1:111122223333:log-group:a'],
    ['s3:BypassGovernanceRetention', 'arn:aws:s3:::vault/a'],
    ['s3:PutObjectRetention', 'arn:aws:s3:::vault/a'],
    ['s3:PutObjectLegalHold', 'arn:aws:s3:::vault/a'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::vault'],
    ['s3:PutLifecycleConfiguration', 'arn:aws:s3:::vault'],
    ['s3:PutReplicationConfiguration', 'arn:aws:s3:::vault'],
    ['cloudwatch:DisableAlarmActions', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a'],
    ['events:DisableRule', 'arn:aws:events:eu-west-1:111122223333:rule/r'],
    ['events:RemoveTargets', 'arn:aws:events:eu-west-1:111122223333:rule/r'],
    ['sns:SetTopicAttributes', 'arn:aws:sns:eu-west-1:111122223333:t'],
    ['sns:Unsubscribe', '*'],
    ['iam:PutRolePolicy', 'arn:aws:iam::111122223333:role/other'],
    ['iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/other'],
    ['iam:PassRole', 'arn:aws:iam::111122223333:role/other'],
    ['iam:TagRole', 'arn:aws:iam::111122223333:role/other'],
    ['sts:AssumeRole', 'arn:aws:iam::111122223333:role/other'],
  ])('is not %s', (action, resource) => {
    expect(mayDo(world, role, action, resource)).toBe('no');
  });
});
