import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
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
