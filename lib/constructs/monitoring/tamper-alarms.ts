import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as events from 'aws-cdk-lib/aws-events';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAuditVault } from '../audit/i-audit-vault';
import { requiredVault } from '../audit/required-vault';
import { partsOf } from '../audit/vault-parts';
import type { WatchedCopy } from '../audit/vault-parts';
import { declareIntent } from '../intent';
import type { IAlarmTopic } from './i-alarm-topic';
import { eventPattern, filterPatterns } from './signal-patterns';
import { TAMPER_SIGNALS } from './tamper-signals';
import type { TamperSignal } from './tamper-signals';
import { WatchingAlarms } from './watching-alarms';

const IN_FIVE_MINUTES = { statistic: 'Sum', period: Duration.minutes(5) };

/** Properties of TamperAlarms. */
export interface TamperAlarmsProps {
  /** The record that is watched. */
  readonly vault: IAuditVault;
  /** Where the alarms go. In the region of the vault. */
  readonly alarmTopic: IAlarmTopic;
  /**
   * Signals that are not watched, each with the reason: `Trail`, `Bucket`, `Objects`, `Keys`, `LogGroups`,
   * `LogDelivery`, `Alarms`, `Functions`, `Root`, `ConsoleWithoutMfa`, `Unauthorized`, `Identities`, `ApiPolicies`, `Network`.
   *
   * @default - all are watched
   */
  readonly notWatched?: { [signal: string]: string };
  /**
   * How long the trail may be silent. Between 5 minutes and a day, in whole minutes.
   *
   * @default Duration.hours(1)
   */
  readonly silence?: Duration;
  /**
   * How many calls of the account may be refused in five minutes.
   *
   * @default 10
   */
  readonly refusedCalls?: number;
  /**
   * Why it is enough to be told of this region alone, where the record has no log group here, such as one of an
   * organization: of other regions, of refused calls and of a silent trail nobody is told here then.
   *
   * @default - the record has a log group here
   */
  readonly withoutLogGroup?: string;
}

/**
 * Tells at once when somebody touches the record or what guards it, and of what the CIS benchmark asks to hear of: each
 * signal as an event rule, which tells within seconds what happens in this region, and as a filter with an alarm on the
 * log group of the trail, which within minutes tells what happens in every region. And when the trail falls silent, when
 * log groups wait to be delivered or could not be sent, and when S3 could not copy, or is an hour behind.
 *
 * Tried calls count like successful ones, and all signals but `Bucket` and `Objects` are about the whole account, so that
 * deployments set them off too: of roles `Identities`, of APIs `ApiPolicies`, of functions `Functions`, of networks `Network`,
 * of log groups with their retention and subscriptions `LogGroups` and `LogDelivery`, of alarms and event rules `Alarms`. Who
 * deploys often leaves `Identities` and `ApiPolicies` to a `ScheduledReview`, in `notWatched`, with that as the reason; it
 * compares functions, filters of logs, alarms and event rules once a day, too, but no networks and no retention of log groups.
 * What is told of these at once is best held against the deployments of that hour.
 *
 * The global events of IAM and of the root user's sign-in are in us-east-1: elsewhere the event rules do not see them,
 * and the alarms on the log group do.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export class TamperAlarms extends Construct {
  /** Every alarm, for a composite alarm or a dashboard. */
  public readonly alarms: cloudwatch.IAlarm[];

  private readonly watching: WatchingAlarms;

  /**
   * @throws BH4021 where `notWatched` names no signal or has no reason, BH4022 where `silence` or `refusedCalls` is not
   * plausible, BH4025 where the record has no log group here and nobody said why that is enough, BH4027 where
   * the topic is in another region, BH4028 and BH4029 where `vault` or `alarmTopic` is none.
   */
  constructor(scope: Construct, id: string, props: TamperAlarmsProps) {
    super(scope, id);
    const silence = this.check(props);
    requiredVault(this, props.vault);
    const { bucket, accessLogBucket, logGroup } = props.vault.record;
    const { delivery, copies } = partsOf(props.vault);
    const buckets = [...new Set([bucket, accessLogBucket, delivery?.bucket, delivery?.accessLogBucket])].flatMap(
      (each) => (each === undefined ? [] : [each.bucketName]),
    );
    this.checkLogGroup(logGroup, props.withoutLogGroup);
    this.watching = new WatchingAlarms(this, props.alarmTopic);
    this.alarms = this.watching.all;
    for (const signal of TAMPER_SIGNALS) {
      if (props.notWatched?.[signal.id] !== undefined) continue;
      this.tellAtOnce(signal, buckets);
      const most = signal.special === 'unauthorized' ? (props.refusedCalls ?? 10) : 0;
      if (logGroup !== undefined) this.tellFromTheLog(signal, buckets, logGroup, most);
    }
    if (logGroup !== undefined) this.tellSilence(silence, logGroup);
    if (delivery !== undefined) {
      this.tellDelay(delivery.streamName);
      this.tellNotSent(delivery.streamName);
    }
    copies.forEach((copy, index) => this.tellLostCopy(copy, index));
  }

  private tellAtOnce(signal: TamperSignal, buckets: readonly string[]): void {
    const pattern = eventPattern(signal, buckets);
    if (pattern === undefined) return;
    const rule = new events.CfnRule(this, `${signal.id}Rule`, {
      description: signal.title,
      // In `ENABLED`, what CloudTrail calls read-only does not arrive.
      state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      eventPattern: pattern,
      targets: [{ id: 'Topic', arn: this.watching.topic.topicArn }],
    });
    declareIntent(rule, { kind: 'audit-alarm', path: this.node.path });
  }

  private tellFromTheLog(
    signal: TamperSignal,
    buckets: readonly string[],
    logGroup: logs.ILogGroup,
    most: number,
  ): void {
    const name = { metricNamespace: `Bulkhead/${this.node.addr.slice(0, 12)}`, metricName: signal.id };
    filterPatterns(signal, buckets).forEach((pattern, index) => {
      new logs.CfnMetricFilter(this, `${signal.id}Filter${index === 0 ? '' : index + 1}`, {
        logGroupName: logGroup.logGroupName,
        filterPattern: pattern,
        metricTransformations: [{ ...name, metricValue: '1', defaultValue: 0 }],
      });
    });
    const { metricNamespace: namespace, metricName } = name;
    const of = { ...IN_FIVE_MINUTES, namespace, metricName };
    if (most === 0) this.watching.any(`${signal.id}Alarm`, signal.title, of);
    else this.watching.above(`${signal.id}Alarm`, signal.title, new cloudwatch.Metric(of), { most });
  }

  /** What no longer arrives cannot be counted by a filter: the log group itself says how much came in. */
  private tellSilence(silence: Duration, { logGroupName }: logs.ILogGroup): void {
    const metric = new cloudwatch.Metric({
      ...IN_FIVE_MINUTES,
      namespace: 'AWS/Logs',
      metricName: 'IncomingLogEvents',
      dimensionsMap: { LogGroupName: logGroupName },
    });
    const said = `The trail has been silent for ${silence.toHumanString()}`;
    this.watching.silent('SilenceAlarm', said, metric, Math.ceil(silence.toMinutes() / 5));
  }

  /** What Firehose cannot deliver for a day is gone: CloudWatch Logs does not send it again. */
  private tellDelay(streamName: string): void {
    const metric = new cloudwatch.Metric({
      namespace: 'AWS/Firehose',
      metricName: 'DeliveryToS3.DataFreshness',
      dimensionsMap: { DeliveryStreamName: streamName },
      statistic: 'Maximum',
      period: Duration.minutes(5),
    });
    const said = 'Log groups have been waiting to be delivered to the record for a quarter of an hour';
    this.watching.above('DelayAlarm', said, metric, { most: Duration.minutes(15).toSeconds() });
  }

  /**
   * What CloudWatch Logs could not hand over is in no metric of Firehose. All subscriptions of the record have the name of
   * the stream, so that one query has them, those of later log groups too.
   *
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
   */
  private tellNotSent(filterName: string): void {
    const of = `FROM SCHEMA("AWS/Logs", DestinationType, FilterName, LogGroupName) WHERE FilterName = '${filterName}'`;
    const sum = (label: string): cloudwatch.MathExpression =>
      new cloudwatch.MathExpression({ expression: `SELECT SUM(${label}) ${of}`, label, period: Duration.minutes(5) });
    this.watching.above('NotSentAlarm', 'Log groups could not be sent to the record', sum('DeliveryErrors'));
    // What is throttled is sent again, for a day: a burst is none.
    const throttled = sum('DeliveryThrottling');
    this.watching.above('ThrottledAlarm', 'Log groups are sent to the record too slowly', throttled, { periods: 6 });
  }

  /** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html */
  private tellLostCopy({ from, to, rule }: WatchedCopy, index: number): void {
    const metric = (metricName: string): cloudwatch.MetricProps => ({
      ...IN_FIVE_MINUTES,
      namespace: 'AWS/S3',
      metricName,
      dimensionsMap: { SourceBucket: from, DestinationBucket: to, RuleId: rule },
    });
    const number = index === 0 ? '' : index + 1;
    const failed = new cloudwatch.Metric(metric('OperationsFailedReplication'));
    this.watching.above(`CopyAlarm${number}`, `Objects of the record could not be copied (${rule})`, failed);
    // What is held up, as by a pause, is no failure. Mostly it takes a quarter of an hour.
    const behind = new cloudwatch.Metric({ ...metric('ReplicationLatency'), statistic: 'Maximum' });
    this.watching.above(`CopyDelayAlarm${number}`, `Objects of the record wait to be copied (${rule})`, behind, {
      most: Duration.hours(1).toSeconds(),
      periods: 3,
    });
  }

  private checkLogGroup(logGroup: logs.ILogGroup | undefined, reason: string | undefined): void {
    if (logGroup !== undefined || (reason !== undefined && reason.trim() !== '')) return;
    throw misuse(this, {
      code: 'BH4025',
      what: 'the record has no log group here, and `withoutLogGroup` says no reason',
      why: 'event rules tell of their own region alone, and nobody would be told that the trail is silent',
      mend: 'name the `logGroup` of the record, or say in `withoutLogGroup` who is told of the rest',
    });
  }

  private check({ notWatched = {}, silence = Duration.hours(1), refusedCalls = 10 }: TamperAlarmsProps): Duration {
    const ids = TAMPER_SIGNALS.map((signal) => signal.id);
    for (const [signal, reason] of Object.entries(notWatched)) {
      if (ids.includes(signal) && reason.trim() !== '') continue;
      throw misuse(this, {
        code: 'BH4021',
        what: ids.includes(signal)
          ? `\`notWatched\` has no reason for \`${signal}\``
          : `\`notWatched\` names \`${signal}\`, which is no signal`,
        why: 'what is not watched must be known, and why',
        mend: `name one of ${ids.join(', ')}, with a reason`,
      });
    }
    const minutes = silence.toMinutes({ integral: false });
    if (Number.isInteger(minutes) && minutes >= 5 && minutes <= 1440 && refusedCalls >= 0) return silence;
    throw misuse(this, {
      code: 'BH4022',
      what: `\`silence\` must be between 5 minutes and a day in whole minutes and \`refusedCalls\` not negative, got ${silence.toHumanString()} and ${refusedCalls}`,
      why: 'CloudTrail delivers every few minutes, and an alarm takes no more than a day',
      mend: 'leave them out, or give such values',
    });
  }
}
