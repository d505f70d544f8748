import { Annotations, CfnResource, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { deployingRoleArn, guardAdministratorArn } from '../audit/guard-administrator';
import { declareIntent } from '../intent';
import { KEY_LOSS, keyAdministration } from '../key-administration';
import type { IAlarmTopic } from './i-alarm-topic';
import { takenTopic } from './topic-of';

/** The id of the warning, for who looked at the topic. */
const NOT_VERIFIED = 'cdk-bulkhead:alarm-topic-not-verified';

/** Properties of an AlarmTopic. */
export interface AlarmTopicProps {
  /**
   * Who hears of it, by e-mail; each address has to confirm its subscription once. At least one: an alarm that nobody
   * hears is none.
   */
  readonly emails: string[];
  /**
   * The only role that may change the topic, its policy included, or delete it.
   *
   * @default - the role with which CloudFormation deploys the stack
   */
  readonly administrator?: iam.IRole;
}

/**
 * A topic for alarms: encrypted under a key of its own; EventBridge and the alarms of this account publish to it; nobody
 * but its administrator may change its policy or its attributes, or delete it, whatever identity policies say. Nobody but
 * the administrator and the role that deploys the stack may subscribe to it or give its key another policy, by which it would
 * take nothing any more. Where it is not known who deploys, only the rules watch over the key: KMS refuses a key whose
 * maker could not change its policy.
 *
 * Not promised: that subscribers stay and hear. Whoever holds `sns:Unsubscribe` or `sns:SetSubscriptionAttributes` can
 * take them away or filter what they hear, which no topic policy can deny: rule AUD7 finds who does, and `TamperAlarms`
 * tells.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 */
export class AlarmTopic extends Construct implements IAlarmTopic {
  /**
   * A topic that is there already, such as the one of the team on duty. A topic of this app is given the statements that
   * let EventBridge and alarms publish and that keep its policy from all but the deploying role; of any other nothing is
   * changed. A warning says what is not verified (`cdk-bulkhead:alarm-topic-not-verified`): its subscribers, its key, which
   * has to let both services in, and its policy where it is of no stack of this app.
   *
   * @throws BH4029 where it is no topic of SNS, or a FIFO topic; BH4002 where it is of a stack of this app of which it is not
   * known who deploys it.
   */
  public static fromExisting(scope: Construct, topic: sns.ITopic): IAlarmTopic {
    takenTopic(scope, topic, '`topic`');
    // The policy is of the topic's stack, and so is who changes it.
    const isOurs = topic.node
      .findAll()
      .some((each) => CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::SNS::Topic');
    const administratorArn = isOurs
      ? guardAdministratorArn(topic, undefined, 'use a synthesizer with a CloudFormation execution role for its stack')
      : undefined;
    const added = topicStatements(scope, topic.topicArn, administratorArn).map(
      (statement) => topic.addToResourcePolicy(statement).statementAdded,
    );
    const open = added.every(Boolean) ? 'its subscribers and its key' : 'its subscribers, its key and its policy';
    Annotations.of(scope).addWarningV2(
      NOT_VERIFIED,
      `The topic ${topic.node.path} is not verified here: ${open}. An encrypted topic takes nothing from alarms and event rules that its key does not let in. Acknowledge this warning when you have looked.`,
    );
    return { topic };
  }

  /** The topic. */
  public readonly topic: sns.ITopic;

  /** @throws BH4020 where nobody would hear, or an address is none; BH4002 where nobody is known who could change the topic. */
  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const emails = (props.emails as string[] | undefined) ?? [];
    if (emails.length === 0) {
      throw misuse(this, {
        code: 'BH4020',
        what: '`emails` is empty or missing',
        why: 'an alarm that nobody hears is none',
        mend: 'name the addresses that are to hear of it',
      });
    }
    const malformed = emails.find((each) => !Token.isUnresolved(each) && !/^[^\s@]+@[^\s@]+$/.test(each));
    if (malformed !== undefined) {
      throw misuse(this, {
        code: 'BH4020',
        what: `\`${malformed}\` of \`emails\` is no address`,
        why: 'SNS would refuse it at deployment',
        mend: 'write it as `on-call@example.com`',
      });
    }
    const administratorArn = guardAdministratorArn(this, props.administrator);
    const deploying = deployingRoleArn(this);
    const keepers = [...new Set([administratorArn, ...(deploying === undefined ? [] : [deploying])])];
    const key = alarmKey(this, 'Key', deploying === undefined ? [] : keepers);
    const topic = new sns.Topic(this, 'Topic', { masterKey: key, enforceSSL: true });
    for (const statement of topicStatements(this, topic.topicArn, administratorArn)) {
      topic.addToResourcePolicy(statement);
    }
    // Who listens to alarms learns who was caught, and at what. Whoever deploys subscribes the addresses.
    if (deploying !== undefined) {
      topic.addToResourcePolicy(denyOthers('DenyListening', ['sns:Subscribe'], topic.topicArn, keepers));
    }
    for (const email of emails) topic.addSubscription(new EmailSubscription(email));
    declareIntent(topic.node.defaultChild as CfnResource, { kind: 'audit-alarm', path: this.node.path });
    this.topic = topic;
  }
}

function topicStatements(at: Construct, topicArn: string, administratorArn: string | undefined): iam.PolicyStatement[] {
  const publishing = [
    // Without conditions: which ones EventBridge fills for topics is not documented.
    new iam.PolicyStatement({
      sid: 'EventsPublish',
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topicArn],
    }),
    new iam.PolicyStatement({
      sid: 'AlarmsPublish',
      principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(at).account } },
    }),
  ];
  if (administratorArn === undefined) return publishing;
  return [
    ...publishing,
    denyOthers(
      'DenySilencing',
      // Not whether subscribers stay: SNS takes no statement there about a subscription.
      [
        'sns:AddPermission',
        'sns:DeleteTopic',
        'sns:PutDataProtectionPolicy',
        'sns:RemovePermission',
        'sns:SetTopicAttributes',
      ],
      topicArn,
      [administratorArn],
    ),
  ];
}

/** Keeps everybody from it but these roles. */
function denyOthers(sid: string, actions: string[], resource: string, roles: readonly string[]): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    effect: iam.Effect.DENY,
    principals: [new iam.StarPrincipal()],
    actions,
    resources: [resource],
    conditions: { ArnNotEquals: { 'aws:PrincipalArn': roles.length === 1 ? roles[0] : roles } },
  });
}

/** Without these statements an encrypted topic swallows what is published. */
function alarmKey(scope: Construct, id: string, keepers: readonly string[]): kms.Key {
  const use = (sid: string, service: string, conditions?: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({
      sid,
      principals: [new iam.ServicePrincipal(service)],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions,
    });
  return new kms.Key(scope, id, {
    description: `Alarms of ${scope.node.path}`.slice(0, 8192),
    enableKeyRotation: true,
    removalPolicy: RemovalPolicy.RETAIN,
    policy: new iam.PolicyDocument({
      statements: [
        keyAdministration(scope, { mayBeDeleted: false }),
        use('EventsEncrypt', 'events.amazonaws.com'),
        use('AlarmsEncrypt', 'cloudwatch.amazonaws.com', {
          StringEquals: { 'aws:SourceAccount': Stack.of(scope).account },
        }),
        // A disabled key silences every alarm.
        new iam.PolicyStatement({
          sid: 'DenyLoss',
          effect: iam.Effect.DENY,
          principals: [new iam.StarPrincipal()],
          actions: KEY_LOSS,
          resources: ['*'],
        }),
        // So does another policy, by which neither service could encrypt.
        ...(keepers.length === 0 ? [] : [denyOthers('DenyOtherPolicies', ['kms:PutKeyPolicy'], '*', keepers)]),
      ],
    }),
  });
}
