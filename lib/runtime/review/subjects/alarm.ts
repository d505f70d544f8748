import { elements, member, show } from '../../../model/read';
import { settingDifferences } from '../as-declared';
import { allOf, NEXT_TOKEN, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { attempt, deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';

/** What an alarm measures, and when it goes off. */
const MEASURES = [
  'ComparisonOperator',
  'DatapointsToAlarm',
  'Dimensions',
  'EvaluateLowSampleCountPercentile',
  'EvaluationPeriods',
  'ExtendedStatistic',
  'MetricName',
  'Metrics',
  'Namespace',
  'Period',
  'Statistic',
  'Threshold',
  'ThresholdMetricId',
  'TreatMissingData',
  'Unit',
];

/** An alarm: whether it tells, whom, and of what. */
export async function alarmDifferences(
  alarm: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const { MetricAlarms = [] } = await call('cloudwatch', 'DescribeAlarms', { AlarmNames: [alarm.physicalId] });
  const [found] = MetricAlarms as readonly Answer[];
  if (found === undefined) return [deletedDifference('the alarm is not there')];
  const { properties } = alarm;
  const periods = member(properties, 'EvaluationPeriods');
  return [
    ...actionDifferences(alarm, found),
    ...settingDifferences(properties, found, MEASURES, {
      severity: 'HIGH',
      defaults: {
        TreatMissingData: 'missing',
        // As many as there are, where CloudWatch says it at all.
        ...(found['DatapointsToAlarm'] === undefined ? {} : { DatapointsToAlarm: periods }),
        ...(found['TreatMissingData'] === undefined ? { TreatMissingData: null } : {}),
      },
    }),
    ...(await attempt('Mute rules', () => muteDifferences(alarm, declared, call))),
  ];
}

function actionDifferences({ properties }: Deployed, found: Answer): readonly Difference[] {
  const off: readonly Difference[] =
    properties['ActionsEnabled'] !== false && found['ActionsEnabled'] === false
      ? [{ aspect: 'ActionsEnabled', sort: 'weakened', severity: 'HIGH', what: 'tells nobody: its actions are off' }]
      : [];
  const declared = member(properties, 'AlarmActions');
  const open = openPart(declared);
  if (open !== undefined) return [...off, unknownDifference('AlarmActions', `${open} is not known`)];
  const wanted = elements(declared).map(show);
  const actual = (found['AlarmActions'] ?? []) as readonly string[];
  return [
    ...off,
    ...wanted
      .filter((each) => !actual.includes(each))
      .map((each): Difference => {
        const what = `tells ${each} no more`;
        return { aspect: `Action ${each}`, sort: 'weakened', severity: 'HIGH', what };
      }),
    ...actual
      .filter((each) => !wanted.includes(each))
      .map((each): Difference => {
        const what = `tells ${each}, which nobody declared`;
        return { aspect: `Action ${each}`, sort: 'changed', severity: 'LOW', what };
      }),
  ];
}

/** A rule that mutes an alarm leaves it as it is, and what it does to nobody's notice. */
async function muteDifferences(alarm: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const known = declared.ofType('AWS::CloudWatch::AlarmMuteRule').map(({ physicalId }) => physicalId);
  const rules = await allOf(
    async (page) =>
      (await orMissing(
        call('cloudwatch', 'ListAlarmMuteRules', {
          AlarmName: alarm.physicalId,
          Statuses: ['ACTIVE', 'SCHEDULED'],
          ...page,
        }),
      )) ?? {},
    'AlarmMuteRuleSummaries',
    NEXT_TOKEN,
  );
  return rules
    .map(({ AlarmMuteRuleArn }) => String(AlarmMuteRuleArn))
    .filter((arn) => !known.some((each) => each === arn || arn.endsWith(`:${each}`)))
    .map((arn): Difference => {
      const what = `is muted by ${arn}, which nobody declared`;
      return { aspect: `Mute rule ${arn}`, sort: 'weakened', severity: 'HIGH', what };
    });
}
