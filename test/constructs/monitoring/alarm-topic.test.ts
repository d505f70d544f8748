import { App, DefaultStackSynthesizer, LegacyStackSynthesizer, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sns from 'aws-cdk-lib/aws-sns';
import { describe, expect, it } from 'vitest';
import { AccessAnalysis } from '../../../lib/constructs/monitoring/access-analysis';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { ACCOUNT, REGION, newStack } from '../audit/deployed';

const WARNING = Match.stringLikeRegexp('cdk-bulkhead:alarm-topic-not-verified');

describe('a topic that is there already', () => {
  it('of the app is given what lets alarms and events publish, and keeps its policy from others', () => {
    const stack = newStack();
    const { topic } = AlarmTopic.fromExisting(stack, new sns.Topic(stack, 'OnCall'));
    expect(topic.node.id).toBe('OnCall');
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('AWS::SNS::TopicPolicy')) as [any];
    expect(Properties.PolicyDocument.Statement.map(({ Sid }: any) => Sid)).toEqual([
      'EventsPublish',
      'AlarmsPublish',
      'DenySilencing',
    ]);
    Annotations.fromStack(stack).hasWarning('*', WARNING);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('its key and its policy'));
  });

  it('of elsewhere is left alone, and the warning says that its policy was not seen', () => {
    const stack = newStack();
    const there = sns.Topic.fromTopicArn(stack, 'OnCall', `arn:aws:sns:${REGION}:${ACCOUNT}:on-call`);
    new AccessAnalysis(stack, 'Access', { alarmTopic: AlarmTopic.fromExisting(stack, there) });
    Template.fromStack(stack).resourceCountIs('AWS::SNS::TopicPolicy', 0);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('its subscribers, its key and its policy'));
  });
});

describe('a topic of another stack', () => {
  it('is kept from all but the role that deploys its own stack, however often it is named', () => {
    const app = new App();
    const there = new Stack(app, 'There', { env: { account: ACCOUNT, region: REGION } });
    const synthesizer = new DefaultStackSynthesizer({ qualifier: 'other' });
    const here = new Stack(app, 'Here', { env: { account: ACCOUNT, region: REGION }, synthesizer });
    const topic = new sns.Topic(there, 'OnCall');
    AlarmTopic.fromExisting(here, topic);
    AlarmTopic.fromExisting(there, topic);
    const [policy] = Object.values<any>(Template.fromStack(there).findResources('AWS::SNS::TopicPolicy'));
    const denies = policy.Properties.PolicyDocument.Statement.filter(({ Sid }: any) => Sid === 'DenySilencing');
    expect(denies).toHaveLength(1);
    expect(JSON.stringify(denies)).toContain('hnb659fds-cfn-exec-role');
  });

  it('which nobody is known to deploy is refused with a way that is open', () => {
    const stack = new Stack(new App(), 'Old', { synthesizer: new LegacyStackSynthesizer() });
    expect(() => AlarmTopic.fromExisting(stack, new sns.Topic(stack, 'OnCall'))).toThrow(/^BH4002: .*synthesizer/);
    const imported = sns.Topic.fromTopicArn(stack, 'There', `arn:aws:sns:${REGION}:${ACCOUNT}:on-call`);
    expect(() => AlarmTopic.fromExisting(stack, imported)).not.toThrow();
  });
});

describe('what is no topic for alarms', () => {
  it.each<[string, (stack: Stack) => any, RegExp]>([
    ['nothing', () => undefined, /^BH4029: `topic` has no topic/],
    ['an alarm topic', (stack) => new AlarmTopic(stack, 'A', { emails: ['a@example.com'] }), /^BH4029: .*as it is/],
    [
      'a FIFO topic',
      (stack) => new sns.Topic(stack, 'F', { fifo: true, topicName: 'f.fifo' }),
      /^BH4029: .* FIFO topic/,
    ],
  ])('is refused: %s', (_, given, error) => {
    const stack = newStack();
    expect(() => AlarmTopic.fromExisting(stack, given(stack))).toThrow(error);
  });

  it('is refused as `alarmTopic`', () => {
    const stack = newStack();
    const alarmTopic: any = new sns.Topic(stack, 'Plain');
    expect(() => new AccessAnalysis(stack, 'Access', { alarmTopic })).toThrow(/^BH4029: .*fromExisting/);
    expect(() => new AccessAnalysis(stack, 'Other', {} as any)).toThrow(/^BH4029/);
  });
});

describe('a topic of another region', () => {
  const elsewhere = () => {
    const stack = newStack();
    return new Stack(stack.node.root, 'Elsewhere', { env: { account: ACCOUNT, region: 'us-east-1' } });
  };

  it('is refused', () => {
    const there = elsewhere();
    const here = new Stack(there.node.root, 'Here', { env: { account: ACCOUNT, region: REGION } });
    const alarmTopic = new AlarmTopic(there, 'OnCall', { emails: ['on-call@example.com'] });
    expect(() => new AccessAnalysis(here, 'Access', { alarmTopic })).toThrow(/^BH4027: .*us-east-1/);
  });

  it('is not asked of where the stack has no region', () => {
    const there = elsewhere();
    const here = new Stack(there.node.root, 'Anywhere');
    const topic = sns.Topic.fromTopicArn(here, 'OnCall', `arn:aws:sns:us-east-1:${ACCOUNT}:on-call`);
    expect(() => new AccessAnalysis(here, 'Access', { alarmTopic: { topic } })).not.toThrow();
  });
});

describe('an alarm topic', () => {
  it.each(['', 'not an address', 'two@example.com, more@example.com'])('refuses the address `%s`', (email) => {
    expect(() => new AlarmTopic(newStack(), 'OnCall', { emails: ['on-call@example.com', email] })).toThrow(
      /^BH4020: .*is no address/,
    );
  });

  it('leaves its key changeable where nobody knows who deploys: KMS would refuse it', () => {
    const stack = new Stack(new App(), 'Old', { synthesizer: new LegacyStackSynthesizer() });
    const administrator = iam.Role.fromRoleArn(stack, 'Admin', `arn:aws:iam::${ACCOUNT}:role/Admin`);
    new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'], administrator });
    const [key] = Object.values<any>(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    expect(JSON.stringify(key)).not.toContain('DenyOtherPolicies');
    // Whoever deploys subscribes the addresses.
    const [policy] = Object.values<any>(Template.fromStack(stack).findResources('AWS::SNS::TopicPolicy'));
    expect(JSON.stringify(policy)).not.toContain('sns:Subscribe');
    expect(JSON.stringify(policy)).toContain('DenySilencing');
  });

  it('lets the administrator and the role that deploys give its key another policy, and nobody else', () => {
    const stack = newStack();
    const administrator = iam.Role.fromRoleArn(stack, 'Admin', `arn:aws:iam::${ACCOUNT}:role/Admin`);
    new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'], administrator });
    const [key] = Object.values<any>(Template.fromStack(stack).findResources('AWS::KMS::Key'));
    const { Condition } = key.Properties.KeyPolicy.Statement.find(({ Sid }: any) => Sid === 'DenyOtherPolicies');
    const spared = JSON.stringify(Condition.ArnNotEquals['aws:PrincipalArn']);
    expect(spared).toContain('role/Admin');
    expect(spared).toContain('cfn-exec-role');
  });
});
