import { describe, expect, it } from 'vitest';
import { iam14 } from '../../../lib/rules/iam/iam14-emergency-that-nobody-hears';
import { findingsOf } from '../rule-runner';

type Json = Record<string, any>;

/** A role for emergencies, the rule that hears it, and a topic of the template with a subscriber. */
function loud(change: (resources: Json) => void = () => {}): Json {
  const Resources: Json = {
    Emergency: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: { Statement: [] } },
      Metadata: { 'cdk-bulkhead': { kind: 'role', roleKind: 'break-glass', path: 'A/E', owner: 'o', purpose: 'p' } },
    },
    Heard: {
      Type: 'AWS::Events::Rule',
      Properties: {
        State: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
        EventPattern: {
          'source': ['aws.sts'],
          'detail-type': ['AWS API Call via CloudTrail'],
          'detail': {
            eventSource: ['sts.amazonaws.com'],
            eventName: [{ prefix: 'AssumeRole' }],
            requestParameters: { roleArn: [{ 'Fn::GetAtt': ['Emergency', 'Arn'] }] },
          },
        },
        Targets: [{ Id: 'Topic', Arn: { Ref: 'Topic' } }],
      },
    },
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    Subscriber: {
      Type: 'AWS::SNS::Subscription',
      Properties: { Protocol: 'email', Endpoint: 'a@example.com', TopicArn: { Ref: 'Topic' } },
    },
    Policy: {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: {
        Topics: [{ Ref: 'Topic' }],
        PolicyDocument: {
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'events.amazonaws.com' },
              Action: 'sns:Publish',
              Resource: { Ref: 'Topic' },
            },
          ],
        },
      },
    },
  };
  change(Resources);
  return { Parameters: { OnCall: { Type: 'String' } }, Resources };
}

const rule = ({ Heard }: Json): Json => Heard.Properties;

describe('IAM14', () => {
  it.each<[string, (resources: Json) => void, string]>([
    ['no rule', (all) => void delete all['Heard'], 'no event rule that names the role'],
    ['a rule that is off', (all) => (rule(all)['State'] = 'DISABLED'), 'state DISABLED'],
    ['a rule that hears no reading', (all) => (rule(all)['State'] = 'ENABLED'), 'state ENABLED'],
    ['a rule whose state is not said', (all) => void delete rule(all)['State'], 'in state'],
    [
      'a rule that hears failed assumptions only',
      (all) => (rule(all)['EventPattern'].detail.errorCode = ['AccessDenied']),
      'asks for `errorCode` besides',
    ],
    [
      'a rule that hears people of one kind only',
      (all) => (rule(all)['EventPattern'].detail.userIdentity = { type: ['IAMUser'] }),
      'asks for `userIdentity` besides',
    ],
    [
      'a rule on one of the ways in',
      (all) => (rule(all)['EventPattern'].detail.eventName = ['AssumeRole']),
      'does not hear every',
    ],
    [
      'a rule on another role that names this one elsewhere',
      (all) => {
        rule(all)['EventPattern'].detail.requestParameters.roleArn = ['arn:aws:iam::111122223333:role/other'];
        rule(all)['RoleArn'] = { 'Fn::GetAtt': ['Emergency', 'Arn'] };
      },
      'another role',
    ],
    ['a rule that tells nobody', (all) => (rule(all)['Targets'] = []), 'without a target'],
    ['a topic without subscriber', (all) => void delete all['Subscriber'], 'without a subscriber'],
    ['a topic into which EventBridge may not publish', (all) => void delete all['Policy'], 'may not publish'],
    [
      'a topic into which another service may publish',
      (all) => (all['Policy'].Properties.PolicyDocument.Statement[0].Principal = { Service: 's3.amazonaws.com' }),
      'may not publish',
    ],
  ])('finds %s', (_, change, expected) => {
    expect(findingsOf(iam14, loud(change)).map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
  });

  it.each<[string, (resources: Json) => void]>([
    ['the alarm as it is made', () => {}],
    [
      'a topic with its subscribers in it',
      (all) => {
        delete all['Subscriber'];
        all['Topic'].Properties.Subscription = [{ Protocol: 'email', Endpoint: 'a@example.com' }];
      },
    ],
    ['a topic of another stack', (all) => (rule(all)['Targets'][0].Arn = 'arn:aws:sns:eu-west-1:111122223333:on-call')],
    ['a topic that a parameter names', (all) => (rule(all)['Targets'][0].Arn = { Ref: 'OnCall' })],
    [
      'one silent target beside one that tells',
      (all) => {
        all['Silent'] = { Type: 'AWS::SNS::Topic', Properties: {} };
        rule(all)['Targets'].unshift({ Id: 'Silent', Arn: { Ref: 'Silent' } });
      },
    ],
    [
      'a rule that is off beside one that hears',
      (all) => (all['Off'] = { ...all['Heard'], Properties: { ...rule(all), State: 'DISABLED' } }),
    ],
    [
      'a longer prefix for nothing: every name that begins with Assume',
      (all) => (rule(all)['EventPattern'].detail.eventName = [{ prefix: 'Assume' }]),
    ],
    [
      'roles of other kinds',
      (all) => {
        all['Emergency'].Metadata['cdk-bulkhead'].roleKind = 'human';
        delete all['Heard'];
      },
    ],
    [
      'roles that declare nothing',
      (all) => {
        delete all['Emergency'].Metadata;
        delete all['Heard'];
      },
    ],
  ])('leaves alone %s', (_, change) => expect(findingsOf(iam14, loud(change))).toEqual([]));
});
