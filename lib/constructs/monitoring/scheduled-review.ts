import { Duration, Lazy, Stack, Stage } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { lambdaAsset } from '../../private/lambda-asset';
import type { IAuditVault } from '../audit/i-audit-vault';
import { requiredVault } from '../audit/required-vault';
import { declareIntent } from '../intent';
import { WorkloadRole } from '../roles/workload-role';
import type { IAlarmTopic } from './i-alarm-topic';
import { EVIDENCE_KEY, evidenceBucket } from './evidence-bucket';
import { reviewStatements, tellingStatements } from './review-permissions';
import { WatchingAlarms } from './watching-alarms';

/** Properties of a ScheduledReview. */
export interface ScheduledReviewProps {
  /** The record that keeps the log of the review itself. */
  readonly vault: IAuditVault;
  /** Where drift is told, and that a review failed or did not run. In the region of the review. */
  readonly alarmTopic: IAlarmTopic;
  /** The team that answers for it. */
  readonly owner: string;
  /**
   * The stacks that are reviewed, all of the account and region of the review. What another stack attaches to a role or
   * a bucket of theirs counts as drift: name that stack, too.
   *
   * @default - all stacks of this account and region in the same stage, or in the app where it is in none
   */
  readonly stacks?: Stack[];
  /**
   * How often. Between 1 and 24 hours, in whole hours.
   *
   * @default Duration.hours(24)
   */
  readonly every?: Duration;
  /**
   * Whether findings go to Security Hub, which has to be enabled in this account and region, instead of the topic. There
   * they are updated from review to review, and archived when the drift has ended.
   *
   * @default false
   */
  readonly securityHub?: boolean;
  /**
   * The role, such as that of the pipeline, which puts `bulkhead-evidence.json` of its cloud assembly into
   * `evidenceBucket` with each deployment. The review then tells of stacks that are deployed from other templates than
   * those that were judged, and of evidence that was changed or left errors open.
   *
   * @default - what is deployed is compared with the templates that CloudFormation holds, whether judged or not
   */
  readonly evidenceFrom?: iam.IRole;
}

/** What a function may carry in its environment is 4 KB. */
const ROOM = 3800;
/** As the function names its events (`lib/runtime/review/tell.ts`). */
const SOURCE = 'cdk-bulkhead.scheduled-review';

/**
 * Compares what is deployed with what was declared, by a function with our engine inside: roles with their policies,
 * boundaries and trust, users and groups with theirs, managed policies, REST APIs with resource policy, methods,
 * authorizers and stages, HTTP and WebSocket APIs with routes and authorizers, trails with selectors and digests, buckets
 * with policy, lock and replication, keys with policies and grants, secrets, functions, and what raises alarms: topics with their
 * subscriptions, alarms, event rules, filters of logs; of nested stacks too. Policies are compared by meaning: a finding
 * says which request became possible or impossible. Findings are in the AWS Security Finding Format.
 *
 * What was declared is what CloudFormation holds: the templates of the stacks. With `evidenceFrom` these are compared
 * with the evidence of the last synth first.
 *
 * The role of the function reads policies and settings, of the functions of these stacks the environment: no value of a
 * secret, no key of an API, no object of the record.
 *
 * Not promised: that somebody is noticed who may change templates, evidence and policies alike; what is changed and
 * changed back between two reviews (`TamperAlarms` tell of the change); what is in no stack, such as a role or a user
 * that was made beside them; and log groups with their retention, delivery streams and rules of lifecycle.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format.html
 */
export class ScheduledReview extends Construct {
  /** The role of the function. */
  public readonly role: WorkloadRole;
  /** The function. It may be invoked at any time, without input. */
  public readonly function: lambda.Function;
  /** Where the evidence of the last synth lies, as `bulkhead-evidence.json`; there with `evidenceFrom`. */
  public readonly evidenceBucket?: s3.IBucket;
  /** That a review failed, that none was finished in time, that findings or a schedule could not be delivered. */
  public readonly alarms: cloudwatch.IAlarm[];

  /**
   * @throws BH4070 where `every` is not plausible or a stack is of another environment, BH4071 where there are more stacks
   * than a function can be told of, BH4028 and BH4029 where `vault` or `alarmTopic` is none.
   */
  constructor(scope: Construct, id: string, props: ScheduledReviewProps) {
    super(scope, id);
    const every = this.checkProps(props);
    requiredVault(this, props.vault);
    const review = this.node.addr.slice(0, 12);
    const namespace = `Bulkhead/${review}`;
    const stacks = (): Stack[] => props.stacks ?? this.allStacks();
    if (props.evidenceFrom !== undefined) this.evidenceBucket = evidenceBucket(this, 'Evidence', props.evidenceFrom);
    const undelivered = new sqs.Queue(this, 'Undelivered', {
      enforceSSL: true,
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      retentionPeriod: Duration.days(14),
    });
    this.role = this.reviewer(props, stacks);
    const logGroup = props.vault.createLogGroup(this, 'Log');
    logGroup.grantWrite(this.role);
    this.role.allow(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [undelivered.queueArn] }));
    this.function = new lambda.Function(this, 'Function', {
      description: `Compares what is deployed with what was declared (${this.node.path})`.slice(0, 256),
      code: lambdaAsset('scheduled-review'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 1024,
      timeout: Duration.minutes(15),
      role: this.role,
      logGroup,
      deadLetterQueue: undelivered,
      environment: {
        SETTINGS: Lazy.string({ produce: () => this.settings(props, review, namespace, stacks()) }),
      },
    });
    declareIntent(this.function.node.defaultChild as CfnResource, { kind: 'audit-alarm', path: this.node.path });
    new events.Rule(this, 'Schedule', {
      description: `Reviews what is deployed every ${every.toHours()} hours`,
      schedule: events.Schedule.rate(every),
      targets: [new LambdaFunction(this.function, { deadLetterQueue: undelivered, retryAttempts: 2 })],
    });
    const alarms = new WatchingAlarms(this, props.alarmTopic);
    this.alarms = alarms.all;
    if (props.securityHub !== true) this.tellFindings(alarms.topic, review);
    this.watch(alarms, namespace, every, undelivered);
  }

  private reviewer(props: ScheduledReviewProps, stacks: () => Stack[]): WorkloadRole {
    const role = new WorkloadRole(this, 'Role', {
      owner: props.owner,
      purpose: 'reads what is deployed and compares it with what was declared',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    role.allow(
      ...reviewStatements(this, stacks),
      ...tellingStatements(this, props.securityHub === true, SOURCE),
      ...(this.evidenceBucket === undefined
        ? []
        : [
            new iam.PolicyStatement({
              actions: ['s3:GetObject'],
              resources: [this.evidenceBucket.arnForObjects(EVIDENCE_KEY)],
            }),
          ]),
    );
    return role;
  }

  /** Events of this review, by the default bus, to the topic: the topic lets EventBridge in, and nobody of the account. */
  private tellFindings(topic: sns.ITopic, review: string): void {
    const rule = new events.CfnRule(this, 'Findings', {
      description: 'Drift that a review found',
      eventPattern: { 'source': [SOURCE], 'detail': { review: [review] } },
      targets: [{ id: 'Topic', arn: topic.topicArn, inputPath: '$.detail' }],
    });
    declareIntent(rule, { kind: 'audit-alarm', path: this.node.path });
  }

  private watch(alarms: WatchingAlarms, namespace: string, every: Duration, undelivered: sqs.IQueue): void {
    const sum = { statistic: 'Sum', period: Duration.hours(1) };
    alarms.above('FailedAlarm', 'A review of what is deployed failed', this.function.metricErrors(sum));
    const finished = new cloudwatch.Metric({ ...sum, namespace, metricName: 'Reviews' });
    // An hour more than the interval, for a run that begins late and takes long.
    const late = every.toHours() + 1;
    alarms.silent('SilenceAlarm', 'No review of what is deployed was finished in time', finished, late);
    const waiting = { statistic: 'Maximum', period: Duration.minutes(5) };
    const given = undelivered.metricApproximateNumberOfMessagesVisible(waiting);
    alarms.above('UndeliveredAlarm', 'A review could not be started, or its function gave up', given);
  }

  private settings(
    { securityHub }: ScheduledReviewProps,
    review: string,
    namespace: string,
    stacks: readonly Stack[],
  ): string {
    const { partition, account, region } = Stack.of(this);
    const settings = {
      review,
      namespace,
      partition,
      account,
      region,
      stacks: stacks.map(({ stackName, node }) => ({ name: stackName, path: node.path })),
      ...(this.evidenceBucket === undefined
        ? {}
        : { evidence: { bucket: this.evidenceBucket.bucketName, key: EVIDENCE_KEY, account } }),
      to: securityHub === true ? 'security-hub' : 'topic',
    };
    const { length } = JSON.stringify(settings);
    if (length > ROOM) {
      throw misuse(this, {
        code: 'BH4071',
        what: `the names of ${stacks.length} stacks have ${length} characters, expected at most ${ROOM}`,
        why: 'the function of the review carries them in its environment, and AWS takes 4 KB there',
        mend: 'divide `stacks` among several reviews, each with the stacks that belong together',
      });
    }
    return Stack.of(this).toJsonString(settings);
  }

  private allStacks(): Stack[] {
    const stage = Stage.of(this);
    return (stage ?? this.node.root).node
      .findAll()
      .filter((each): each is Stack => Stack.isStack(each))
      .filter((each) => each.nestedStackParent === undefined && Stage.of(each) === stage && this.isOurs(each));
  }

  private isOurs(stack: Stack): boolean {
    const own = Stack.of(this);
    return stack.account === own.account && stack.region === own.region;
  }

  private checkProps({ every = Duration.hours(24), stacks = [] }: ScheduledReviewProps): Duration {
    const hours = every.toHours({ integral: false });
    const refuse = (what: string, why: string, mend: string): Error =>
      misuse(this, { code: 'BH4070', what, why, mend });
    if (!Number.isInteger(hours) || hours < 1 || hours > 24) {
      throw refuse(
        `\`every\` is ${every.toHumanString()}`,
        'a review takes minutes, and drift that is found after more than a day is found late',
        'give 1 to 24 whole hours',
      );
    }
    const other = stacks.find((each) => !this.isOurs(each) || each.nestedStackParent !== undefined);
    if (other === undefined) return every;
    throw refuse(
      `\`${other.node.path}\` of \`stacks\` is nested, or of another account or region`,
      'the function reads one account and region, and reviews nested stacks with the one that they are in',
      'create a ScheduledReview in each account and region, and name the stacks at the top',
    );
  }
}
