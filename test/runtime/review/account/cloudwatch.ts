import type { Answer } from '../../../../lib/runtime/review/call';
import type { OfType, Raw } from './raw';

/** Alarms, and rules that mute them. */
export class CloudWatch {
  public readonly alarms = new Map<string, Raw>();
  public readonly muted = new Map<string, readonly string[]>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::CloudWatch::Alarm')) {
      this.alarms.set(id, { ActionsEnabled: true, Dimensions: [], TreatMissingData: 'missing', ...properties });
    }
  }

  public DescribeAlarms({ AlarmNames }: Raw): Answer {
    return { MetricAlarms: AlarmNames.flatMap((name: string) => this.alarms.get(name) ?? []), CompositeAlarms: [] };
  }

  public ListAlarmMuteRules({ AlarmName, Statuses }: Raw): Answer {
    if (Statuses.includes('EXPIRED')) return { AlarmMuteRuleSummaries: [{ AlarmMuteRuleArn: 'of the past' }] };
    const rules = this.muted.get(AlarmName) ?? [];
    return { AlarmMuteRuleSummaries: rules.map((AlarmMuteRuleArn) => ({ AlarmMuteRuleArn, Status: 'ACTIVE' })) };
  }
}
