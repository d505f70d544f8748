import type { CfnResource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type * as sns from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { declareIntent } from '../intent';
import type { IAlarmTopic } from './i-alarm-topic';
import { topicOf } from './topic-of';

/** The alarms of one construct that watches: each says what happened, and tells the same topic. */
export class WatchingAlarms {
  public readonly all: cloudwatch.IAlarm[] = [];
  public readonly topic: sns.ITopic;

  /** @throws BH4027, BH4029 as `topicOf` */
  constructor(
    private readonly scope: Construct,
    topic: IAlarmTopic,
  ) {
    this.topic = topicOf(scope, topic);
  }

  /**
   * Tells that it is more than `most` for so many periods of the metric; where nothing is measured, nothing happened.
   *
   * @param said what happened, in the words of whoever is told
   */
  public above(
    id: string,
    said: string,
    metric: cloudwatch.IMetric,
    { most = 0, periods = 1 }: { readonly most?: number; readonly periods?: number } = {},
  ): void {
    this.add(
      new cloudwatch.Alarm(this.scope, id, {
        alarmDescription: said,
        metric,
        threshold: most,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }),
    );
  }

  /**
   * Tells the first. By the maximum: whoever may put metrics could take the sum back with a number below zero, and cannot
   * take back what was the most.
   */
  public any(id: string, said: string, of: cloudwatch.MetricProps): void {
    this.above(id, said, new cloudwatch.Metric({ ...of, statistic: 'Maximum' }));
  }

  /** Tells that it is nothing for so many periods; where nothing is measured, that is what is told. */
  public silent(id: string, said: string, metric: cloudwatch.IMetric, periods: number): void {
    this.add(
      new cloudwatch.Alarm(this.scope, id, {
        alarmDescription: said,
        metric,
        threshold: 1,
        comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
        evaluationPeriods: periods,
        treatMissingData: cloudwatch.TreatMissingData.BREACHING,
      }),
    );
  }

  /** Tells that it is more than is normal, by so many standard deviations of what CloudWatch learned. */
  public unusual(id: string, said: string, metric: cloudwatch.IMetric, deviations: number): void {
    this.add(
      new cloudwatch.AnomalyDetectionAlarm(this.scope, id, {
        alarmDescription: said,
        metric,
        stdDevs: deviations,
        comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
        evaluationPeriods: 1,
        treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
      }),
    );
  }

  private add(alarm: cloudwatch.AlarmBase): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    // The rules know it by that: who may change it may silence it.
    declareIntent(alarm.node.defaultChild as CfnResource, { kind: 'audit-alarm', path: this.scope.node.path });
    this.all.push(alarm);
  }
}
