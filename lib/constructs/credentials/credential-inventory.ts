import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { COMPARTMENT_TAG } from '../../model/tags';
import { lambdaAsset } from '../../private/lambda-asset';
import { keyAdministration } from '../key-administration';
import { WorkloadRole } from '../roles/workload-role';

/** A day, and room for a run that comes a little later than the one before. */
const SILENT_HOURS = 26;

/** Properties of a CredentialInventory. */
export interface CredentialInventoryProps {
  /** The team that answers for the inventory and its sweeper. */
  readonly owner: string;
  /**
   * At what time of the day the sweeper runs, in UTC: once a day at least. An alarm goes off where it does not.
   *
   * @default - at 05:23
   */
  readonly schedule?: events.Schedule;
}

/**
 * Who has the keys, as it is now: a table with one line for each credential that names this inventory, kept by the
 * functions that rotate them (purpose, owner, end, declared readers, state, last and next rotation; never a value), and
 * a sweeper.
 *
 * Once a day the sweeper tells owners of credentials that end in 30, 14, 7, 3 days or a day, and of rotations that are
 * late by two days. A credential that is past its end stops working wherever it was introduced, and its secret is
 * disabled: it cannot be read, can be restored for 30 days, and is deleted then. Neither waits for the other: where the
 * function of the credential cannot do its part, the secret is deleted, the function is told every day, and an alarm goes
 * off. Where the tag and the declaration name different ends, the earlier counts, and the owner hears of it.
 *
 * The sweeper can touch no secret but those of credentials that name this inventory, while they carry the tag of their
 * compartment; it sees the description of every secret of the account and region, and no value.
 *
 * A secret that has ended is still in the template: remove the credential there, or give it a new end and restore it.
 *
 * The table is a record, not the truth: who may write to it may write nonsense. Who can effectively read a credential
 * says `bulkhead report`, of the templates.
 */
export class CredentialInventory extends Construct {
  /** One item for each credential; the partition key `credential` is the ARN of its secret. */
  public readonly table: dynamodb.ITable;
  /** Hears what owners are told; each message has the attribute `owner`. Alarms go there, too, without it. */
  public readonly ownersTopic: sns.ITopic;
  /** The role of the sweeper. */
  public readonly sweeperRole: WorkloadRole;
  /** The sweeper. */
  public readonly sweeper: lambda.Function;

  constructor(scope: Construct, id: string, props: CredentialInventoryProps) {
    super(scope, id);
    const table = new dynamodb.Table(this, 'Table', {
      partitionKey: { name: 'credential', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.table = table;
    this.sweeperRole = new WorkloadRole(this, 'SweeperRole', {
      owner: props.owner,
      purpose: 'ends credentials that are past their end and tells their owners before',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    this.ownersTopic = this.topic();
    this.sweeper = this.function();
    new events.Rule(this, 'Daily', {
      description: 'Sweeps the credentials once a day',
      schedule: props.schedule ?? events.Schedule.cron({ minute: '23', hour: '5' }),
      targets: [new LambdaFunction(this.sweeper)],
    });
    this.watchSweeper();
  }

  /**
   * Tells an owner by e-mail, who has to confirm it once: what concerns its credentials, and every alarm, since an alarm
   * names no owner.
   *
   * @param owner as the credentials declare it
   * @param email the address
   */
  public tell(owner: string, email: string): void {
    this.ownersTopic.addSubscription(
      new EmailSubscription(email, {
        filterPolicy: {
          owner: new sns.SubscriptionFilter([owner, ...sns.SubscriptionFilter.notExistsFilter().conditions]),
        },
      }),
    );
  }

  /** A sweeper that fails, and one that never runs: its schedule is disabled, its concurrency is 0. */
  private watchSweeper(): void {
    const { sweeper } = this;
    const period = Duration.hours(1);
    const alarms = [
      new cloudwatch.Alarm(this, 'SweeperAlarm', {
        alarmDescription: 'Credentials could not be swept: ends may pass unseen',
        metric: sweeper.metricErrors({ period, statistic: 'Sum' }),
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }),
      new cloudwatch.Alarm(this, 'SweeperSilenceAlarm', {
        alarmDescription:
          'The sweeper of credentials has not run for a day: ends pass unseen. After its deployment this holds until it runs first',
        metric: sweeper.metricInvocations({ period, statistic: 'Sum' }),
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        threshold: 1,
        evaluationPeriods: SILENT_HOURS,
        // What was never called counts nothing: no data is the alarm.
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      }),
    ];
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(this.ownersTopic));
  }

  private topic(): sns.Topic {
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    const key = new kms.Key(this, 'Key', {
      description: `What owners are told by ${this.node.path}`.slice(0, 8192),
      enableKeyRotation: true,
      policy: new iam.PolicyDocument({
        statements: [
          keyAdministration(this, { mayBeDeleted: true }),
          new iam.PolicyStatement({
            sid: 'SweeperEncrypts',
            principals: [new iam.ArnPrincipal(this.sweeperRole.roleArn)],
            actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            resources: ['*'],
          }),
          new iam.PolicyStatement({
            sid: 'AlarmsEncrypt',
            principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
            actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
            resources: ['*'],
            conditions: ofThisAccount,
          }),
        ],
      }),
    });
    const topic = new sns.Topic(this, 'Owners', { masterKey: key, enforceSSL: true });
    // A topic with a policy of its own has lost the one by which SNS lets the account in.
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'AlarmsPublish',
        principals: [new iam.ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: ofThisAccount,
      }),
    );
    const useKey = (resource: string) =>
      new iam.PolicyStatement({
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: [resource],
        conditions: { StringEquals: { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` } },
      });
    const publish = new iam.PolicyStatement({ actions: ['sns:Publish'], resources: [topic.topicArn] });
    // By pattern: the key names the role, and the topic names the key.
    const { account, region, partition } = Stack.of(this);
    this.sweeperRole.extendBoundary(
      new iam.PolicyStatement({ actions: publish.actions, resources: [`arn:${partition}:sns:${region}:${account}:*`] }),
      useKey(`arn:${partition}:kms:${region}:${account}:key/*`),
    );
    new iam.Policy(this, 'PublishPolicy', { roles: [this.sweeperRole], statements: [publish, useKey(key.keyArn)] });
    return topic;
  }

  private function(): lambda.Function {
    const logGroup = new logs.LogGroup(this, 'SweeperLog', {
      retention: logs.RetentionDays.ONE_YEAR,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.let('SweeperPolicy', [
      new iam.PolicyStatement({
        actions: ['dynamodb:DeleteItem', 'dynamodb:Scan', 'dynamodb:UpdateItem'],
        resources: [this.table.tableArn],
      }),
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
      // Of any secret, not by tag: one that is gone or has lost its tags would be a denial like any other, and its end
      // would pass unseen. It tells no value.
      new iam.PolicyStatement({
        actions: ['secretsmanager:DescribeSecret'],
        resources: [this.all('secretsmanager', 'secret')],
      }),
    ]);
    this.leaveRoom();
    return new lambda.Function(this, 'Sweeper', {
      description: `Looks after the credentials of ${this.node.path}`.slice(0, 256),
      code: lambdaAsset('sweep-credentials'),
      handler: 'index.handler',
      runtime: lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      memorySize: 256,
      timeout: Duration.minutes(5),
      reservedConcurrentExecutions: 1,
      environment: { INVENTORY_TABLE: this.table.tableName, OWNERS_TOPIC: this.ownersTopic.topicArn },
      role: this.sweeperRole,
      logGroup,
    });
  }

  /** For what the credentials grant one by one, by tag: they come later, in other stacks. */
  private leaveRoom(): void {
    // Not by the tag of its end, which somebody could take away to keep the secret.
    const isOurs = { Null: { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: 'false' } };
    this.sweeperRole.extendBoundary(
      new iam.PolicyStatement({
        actions: ['secretsmanager:DeleteSecret'],
        resources: [this.all('secretsmanager', 'secret')],
        conditions: isOurs,
      }),
      new iam.PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [this.all('lambda', 'function')],
        conditions: isOurs,
      }),
    );
  }

  private all(service: string, resource: string): string {
    const { partition, region, account } = Stack.of(this);
    return `arn:${partition}:${service}:${region}:${account}:${resource}:*`;
  }

  private let(id: string, statements: iam.PolicyStatement[]): void {
    this.sweeperRole.extendBoundary(...statements);
    new iam.Policy(this, id, { roles: [this.sweeperRole], statements: statements.map((each) => each.copy()) });
  }
}
