import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import type { TamperAlarmsProps } from '../../../lib/constructs/monitoring/tamper-alarms';
import { newStack, newVault } from '../audit/deployed';

function alarms(props: Partial<TamperAlarmsProps> = {}): { alarms: TamperAlarms; template: Template } {
  const vault = newVault();
  const stack = Stack.of(vault);
  vault.createLogGroup(stack, 'AccessLog');
  vault.createLogGroup(stack, 'RotationLog');
  const alarmTopic = new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'] });
  const made = new TamperAlarms(stack, 'Tampering', { vault, alarmTopic, ...props });
  return { alarms: made, template: Template.fromStack(stack) };
}

describe('tamper alarms', () => {
  const { alarms: made, template } = alarms();

  it('tell each signal by a rule in the state that sees all management events, and by an alarm on the log of the trail', () => {
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    expect(rules).toHaveLength(13);
    for (const { Properties } of rules) {
      expect(Properties.State).toBe('ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS');
      expect(Properties.Targets).toHaveLength(1);
    }
    expect(made.alarms).toHaveLength(20);
    for (const { Properties, Metadata } of Object.values(template.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties.AlarmActions).toHaveLength(1);
      expect(Metadata['cdk-bulkhead']).toEqual({ kind: 'audit-alarm', path: 'Orders/Tampering' });
    }
  });

  it('tell when the trail is silent: nothing arrived is as bad as nothing counted', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'IncomingLogEvents',
      ComparisonOperator: 'LessThanThreshold',
      EvaluationPeriods: 12,
      TreatMissingData: 'breaching',
    });
  });

  it('tell when log groups wait to be delivered, and when S3 could not copy them', () => {
    const alarm = (properties: object): void => {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        ...properties,
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    };
    const { DeliveryStreamName } = Object.values<any>(template.findResources('AWS::KinesisFirehose::DeliveryStream'))[0]
      .Properties;
    alarm({
      MetricName: 'DeliveryToS3.DataFreshness',
      Dimensions: [{ Name: 'DeliveryStreamName', Value: DeliveryStreamName }],
      Threshold: 900,
    });
    alarm({ MetricName: 'ReplicationLatency', Statistic: 'Maximum', Threshold: 3600, EvaluationPeriods: 3 });
    alarm({
      MetricName: 'OperationsFailedReplication',
      Dimensions: [
        { Name: 'DestinationBucket', Value: { Ref: Match.stringLikeRegexp('^AuditBucket') } },
        { Name: 'RuleId', Value: 'LogsToTheRecord' },
        { Name: 'SourceBucket', Value: { Ref: Match.stringLikeRegexp('^AuditLogDeliveryLanding') } },
      ],
      Threshold: 0,
    });
  });

  it('tell what CloudWatch Logs could not send, of every log group that the record receives', () => {
    const filters = Object.values<any>(template.findResources('AWS::Logs::SubscriptionFilter'));
    const names = new Set(filters.map(({ Properties }) => JSON.stringify(Properties.FilterName)));
    expect(names.size).toBe(1);
    for (const [metric, periods] of [
      ['DeliveryErrors', 1],
      ['DeliveryThrottling', 6],
    ]) {
      const [alarm] = Object.values<any>(template.findResources('AWS::CloudWatch::Alarm')).filter(({ Properties }) =>
        JSON.stringify(Properties.Metrics ?? '').includes(`SELECT SUM(${metric})`),
      );
      expect(alarm.Properties).toMatchObject({ Threshold: 0, EvaluationPeriods: periods });
      expect(JSON.stringify(alarm.Properties.Metrics)).toContain([...names][0]?.slice(1, -1));
    }
  });

  it('leave out what is named with a reason, and nothing without one', () => {
    const { template: less } = alarms({ notWatched: { Network: 'there is no network in this account' } });
    expect(Object.keys(less.findResources('AWS::Events::Rule'))).toHaveLength(12);
    expect(() => alarms({ notWatched: { Network: ' ' } })).toThrow(/^BH4021: `notWatched` has no reason for `Network`/);
    expect(() => alarms({ notWatched: { Nothing: 'x' } })).toThrow(/^BH4021: .* names `Nothing`, which is no signal/);
  });

  it('refuse to watch no record', () => {
    expect(() => alarms({ vault: undefined as any })).toThrow(/^BH4028: `vault` is missing/);
  });

  it('refuse a silence that no alarm can wait for', () => {
    expect(() => alarms({ silence: Duration.days(2) })).toThrow(/^BH4022/);
    expect(() => alarms({ silence: Duration.seconds(30) })).toThrow(/^BH4022/);
  });
});

describe('the topic', () => {
  const { template } = alarms();

  it('is encrypted with a key that EventBridge and CloudWatch may use, and nobody may disable', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ Sid: 'EventsEncrypt', Principal: { Service: 'events.amazonaws.com' } }),
          Match.objectLike({ Sid: 'AlarmsEncrypt', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
          Match.objectLike({ Sid: 'DenyLoss', Effect: 'Deny', Principal: '*' }),
        ]),
      },
    });
  });

  it('needs somebody who hears', () => {
    expect(() => new AlarmTopic(newStack(), 'Topic', { emails: [] })).toThrow(/^BH4020/);
    expect(() => new AlarmTopic(newStack(), 'Topic', {} as any)).toThrow(/^BH4020/);
  });
});
