import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { keyAdministration } from '../key-administration';

/**
 * An event rule on every assumption of a role that CloudTrail sees in the region of the stack, tried ones included
 * where CloudTrail tells the role. The state counts: in `ENABLED`, what CloudTrail calls read-only does not arrive.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
export function assumptionAlarm(scope: Construct, id: string, role: iam.IRole, topic: sns.ITopic): events.CfnRule {
  return new events.CfnRule(scope, id, {
    description: `Every assumption of ${role.node.path}`.slice(0, 512),
    state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
    eventPattern: {
      'source': ['aws.sts'],
      'detail-type': ['AWS API Call via CloudTrail'],
      'detail': {
        eventSource: ['sts.amazonaws.com'],
        // AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity, and what may come.
        eventName: [{ prefix: 'AssumeRole' }],
        requestParameters: { roleArn: [role.roleArn] },
      },
    },
    targets: [{ id: 'Topic', arn: topic.topicArn }],
  });
}

/** A topic for alarms under a key of its own, into which EventBridge may publish. */
export function alarmTopic(scope: Construct, id: string, emails: readonly string[]): sns.Topic {
  const key = new kms.Key(scope, `${id}Key`, {
    description: `Alarms of ${scope.node.path}`.slice(0, 8192),
    enableKeyRotation: true,
    policy: new iam.PolicyDocument({
      statements: [
        keyAdministration(scope, { mayBeDeleted: true }),
        // Without this an encrypted topic swallows the events.
        new iam.PolicyStatement({
          sid: 'EventsEncrypt',
          principals: [new iam.ServicePrincipal('events.amazonaws.com')],
          actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
          resources: ['*'],
        }),
      ],
    }),
  });
  const topic = new sns.Topic(scope, id, { masterKey: key, enforceSSL: true });
  for (const email of emails) topic.addSubscription(new EmailSubscription(email));
  return topic;
}

/** Lets EventBridge publish. Without conditions: whether it sends what they would ask for is not documented for topics. */
export function letEventsIn(topic: sns.ITopic): void {
  topic.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'EventsPublish',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
    }),
  );
}
