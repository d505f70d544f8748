import { auditAlarms, auditRules } from '../../engine/duties/kinds';
import { elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { resourcesNamed } from '../support/lookup';
import { isTextEqual, isTrue, judge, violationOf } from '../support/property';

const ALARM = 'AWS::CloudWatch::Alarm';
const EVENT_RULE = 'AWS::Events::Rule';
const TOPIC = 'AWS::SNS::Topic';
const SUBSCRIPTION = 'AWS::SNS::Subscription';
const MUTE_RULE = 'AWS::CloudWatch::AlarmMuteRule';
const DECLARED = { 'cdk-bulkhead': { kind: 'audit-alarm', path: 'Record/Tampering' } };

const withActions = (AlarmActions: readonly unknown[]) => ({
  Resources: {
    Topic: { Type: 'AWS::SNS::Topic', Properties: {} },
    Stopped: {
      Type: ALARM,
      Metadata: DECLARED,
      Properties: {
        MetricName: 'Trail',
        Namespace: 'Audit',
        ComparisonOperator: 'GreaterThanThreshold',
        EvaluationPeriods: 1,
        Threshold: 0,
        AlarmActions,
      },
    },
  },
});

/**
 * Of those that were declared as alarms on the record, and of alarms on metrics that are counted in its log groups; of
 * an `AlarmTopic`, which has subscribers in its template. Other topics may have theirs from elsewhere.
 */
export const aud8: Rule = {
  id: 'AUD8',
  title: 'An alarm on the audit record tells nobody',
  severity: 'error',
  why: 'An alarm without an action changes a colour in a console that nobody has open. The tampering that it saw is found months later, if at all.',
  fix: 'Give the alarm an action that reaches people, and keep the rule enabled with a target: `TamperAlarms` and `AccessMonitor` tell an `AlarmTopic`. Leave its subscribers there without a filter, and mute no such alarm.',
  page: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html',
  controls: ['NIST 800-53 r5 AU-5', 'NIST 800-53 r5 SI-4(5)', 'NIST 800-53 r5 IR-4'],
  types: [ALARM, EVENT_RULE, TOPIC],
  check(resource, snapshot) {
    if (resource.type === TOPIC) return resource.intent?.kind === 'audit-alarm' ? ofTopic(resource, snapshot) : [];
    if (resource.type === ALARM) {
      return auditAlarms(snapshot).includes(resource) ? [...ofAlarm(resource), ...muted(resource, snapshot)] : [];
    }
    return auditRules(snapshot).includes(resource) ? ofRule(resource) : [];
  },
  examples: {
    bad: withActions([]),
    good: withActions([{ Ref: 'Topic' }]),
  },
};

function ofAlarm({ properties }: Resource): readonly Violation[] {
  const { ActionsEnabled: enabled, AlarmActions: actions } = properties;
  return [
    ...(isAbsent(enabled)
      ? []
      : violationOf(
          judge(enabled, isTrue),
          `found \`ActionsEnabled\` ${show(enabled)}; expected true`,
          'ActionsEnabled',
        )),
    ...(elements(actions).length > 0
      ? []
      : [{ message: 'found no `AlarmActions`; expected at least one', detail: 'AlarmActions' }]),
  ];
}

/** A schedule of muting is judged by nobody: it may be each minute of the day. */
function muted(alarm: Resource, snapshot: Snapshot): readonly Violation[] {
  return snapshot
    .ofType(MUTE_RULE)
    .filter((mute) =>
      elements(member(mute.properties, 'MuteTargets', 'AlarmNames')).some((name) =>
        resourcesNamed(name, ALARM, mute, snapshot).includes(alarm),
      ),
    )
    .map(({ logicalId }) => ({
      message: `found its actions muted by ${logicalId}; expected no mute rule for it`,
      detail: `MuteRule::${logicalId}`,
    }));
}

function ofTopic(topic: Resource, snapshot: Snapshot): readonly Violation[] {
  const subscriptions = snapshot
    .ofType(SUBSCRIPTION)
    .filter((each) => resourcesNamed(each.properties['TopicArn'], TOPIC, each, snapshot).includes(topic));
  const inside = elements(topic.properties['Subscription']).length;
  if (subscriptions.length + inside === 0) {
    return [{ message: 'found no subscriber; expected at least one', detail: 'Subscription' }];
  }
  if (inside > 0 || subscriptions.some(({ properties }) => isAbsent(properties['FilterPolicy']))) return [];
  return [
    {
      message: 'found every subscriber with a `FilterPolicy`; expected at least one who hears of everything',
      detail: 'FilterPolicy',
    },
  ];
}

function ofRule({ properties }: Resource): readonly Violation[] {
  const { State: state, Targets: targets } = properties;
  const isEnabled = judge(state, (value) =>
    typeof value === 'string' && value.startsWith('ENABLED') ? 'holds' : isTextEqual('ENABLED')(value),
  );
  return [
    ...(isAbsent(state) ? [] : violationOf(isEnabled, `found \`State\` ${show(state)}; expected it enabled`, 'State')),
    ...(elements(targets).length > 0
      ? []
      : [{ message: 'found no `Targets`; expected at least one', detail: 'Targets' }]),
  ];
}
