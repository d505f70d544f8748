import type { Answer } from '../../../../lib/runtime/review/call';
import { ACCOUNT, found, page } from './raw';
import type { OfType, Raw } from './raw';

const NONE = 'NotFoundException';

/** Topics, by ARN. All subscriptions are confirmed. */
export class Sns {
  public readonly topics = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::SNS::Topic')) {
      this.topics.set(id, { key: properties['KmsMasterKeyId'], policy: defaultPolicy(id), subscriptions: [] });
    }
    for (const { properties } of ofType('AWS::SNS::TopicPolicy')) {
      for (const arn of properties['Topics']) found(this.topics, arn, NONE)['policy'] = properties['PolicyDocument'];
    }
    for (const { id, properties } of ofType('AWS::SNS::Subscription')) {
      const { TopicArn, Protocol, Endpoint, FilterPolicy } = properties;
      found(this.topics, TopicArn, NONE)['subscriptions'].push({
        SubscriptionArn: `${TopicArn}:${id}`,
        TopicArn,
        Protocol,
        Endpoint,
        filter: FilterPolicy,
      });
    }
  }

  public GetTopicAttributes({ TopicArn }: Raw): Answer {
    const { key, policy } = found(this.topics, TopicArn, NONE);
    return { Attributes: { Policy: JSON.stringify(policy), ...(key === undefined ? {} : { KmsMasterKeyId: key }) } };
  }

  public ListSubscriptionsByTopic({ TopicArn, NextToken }: Raw): Answer {
    const all = found(this.topics, TopicArn, NONE)['subscriptions'] as readonly Raw[];
    const { items, next } = page(all, NextToken, 1);
    return { Subscriptions: items, ...(next === undefined ? {} : { NextToken: next }) };
  }

  public GetSubscriptionAttributes({ SubscriptionArn }: Raw): Answer {
    const all = [...this.topics.values()].flatMap(({ subscriptions }) => subscriptions as readonly Raw[]);
    const { filter } = all.find((each) => each['SubscriptionArn'] === SubscriptionArn) as Raw;
    return { Attributes: filter === undefined ? {} : { FilterPolicy: JSON.stringify(filter) } };
  }
}

/** What SNS gives a topic whose template has no policy. */
function defaultPolicy(arn: string): Raw {
  return {
    Version: '2008-10-17',
    Id: '__default_policy_ID',
    Statement: [
      {
        Sid: '__default_statement_ID',
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'SNS:GetTopicAttributes',
          'SNS:SetTopicAttributes',
          'SNS:AddPermission',
          'SNS:Subscribe',
          'SNS:Publish',
        ],
        Resource: arn,
        Condition: { StringEquals: { 'AWS:SourceOwner': ACCOUNT } },
      },
    ],
  };
}
