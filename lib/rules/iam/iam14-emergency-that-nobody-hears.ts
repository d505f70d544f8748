import { resourcePolicy } from '../../engine/parse/policies-of';
import { INTENT_KEY } from '../../model/intent';
import { elements, entries, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isMap } from '../../model/value';
import type { Value } from '../../model/value';
import type { ExampleTemplate, Rule } from '../rule';
import { coversAction } from '../support/coverage';
import { roleTrusting } from '../support/examples';
import { resourcesNamed } from '../support/lookup';
import { isAnyone, principalsOf } from '../support/principals';
import { mayBeAnything } from '../support/property';

const STATE = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
const TOPIC = 'AWS::SNS::Topic';
/** Whatever else a pattern asks for keeps events out. */
const ASKED = ['source', 'detail-type', 'detail', 'eventSource', 'eventName', 'requestParameters', 'roleArn'];

const heard = (State: string): ExampleTemplate => {
  const template = roleTrusting({ Principal: { AWS: 'arn:aws:iam::111122223333:root' } });
  const [[, role]] = Object.entries(template.Resources);
  const intent = {
    kind: 'role',
    roleKind: 'break-glass',
    path: 'Orders/Emergency',
    owner: 'platform',
    purpose: 'stop',
  };
  return {
    Resources: {
      Emergency: { ...(role as object), Metadata: { [INTENT_KEY]: intent } },
      Heard: {
        Type: 'AWS::Events::Rule',
        Properties: {
          State,
          EventPattern: {
            'source': ['aws.sts'],
            'detail-type': ['AWS API Call via CloudTrail'],
            'detail': {
              eventSource: ['sts.amazonaws.com'],
              eventName: [{ prefix: 'AssumeRole' }],
              requestParameters: { roleArn: [{ 'Fn::GetAtt': ['Emergency', 'Arn'] }] },
            },
          },
          Targets: [{ Id: 'OnCall', Arn: 'arn:aws:sns:eu-west-1:111122223333:on-call' }],
        },
      },
    },
  };
};

export const iam14: Rule = {
  id: 'IAM14',
  title: 'An emergency role can be used without anybody hearing of it',
  severity: 'error',
  why: 'A role for emergencies is bearable because each use is loud: somebody is told at once, and asks why. Without a rule that hears every assumption and a topic with somebody behind it, it is a back door.',
  fix: 'Leave the alarm of `BreakGlassRole` as it is: a rule in state `ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS` on `AssumeRole…` of this role, a topic into which EventBridge may publish, and a subscriber.',
  page: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_permissions_emergency_process.html',
  controls: ['NIST 800-53 r5 AC-2(12)', 'NIST 800-53 r5 AC-6(9)', 'NIST 800-53 r5 SI-4'],
  types: ['AWS::IAM::Role'],
  check(role, snapshot) {
    if (role.intent?.kind !== 'role' || role.intent.roleKind !== 'break-glass') return [];
    const rules = snapshot.referencing(role.key).filter(({ type }) => type === 'AWS::Events::Rule');
    const faults = rules.map((rule) => faultOf(rule, role, snapshot));
    if (faults.includes(undefined)) return [];
    const [first = 'no event rule that names the role'] = faults;
    return [{ message: `found ${first}; expected every assumption of \`${role.intent.path}\` to be told to somebody` }];
  },
  examples: { bad: heard('ENABLED'), good: heard(STATE) },
};

/** Why a rule does not tell; `undefined` where it does. */
function faultOf(rule: Resource, role: Resource, snapshot: Snapshot): string | undefined {
  const { State, EventPattern, Targets } = rule.properties;
  const at = `the event rule \`${rule.logicalId}\``;
  if (State !== STATE) return `${at} in state ${show(State)}, which hears nothing that CloudTrail counts as reading`;
  const narrowed = keysOf(EventPattern).find((key) => !ASKED.includes(key));
  if (narrowed !== undefined) return `${at} that asks for \`${narrowed}\` besides`;
  const detail = member(EventPattern, 'detail');
  if (!hearsAll(member(detail, 'eventName'))) return `${at} that does not hear every \`AssumeRole…\``;
  const named = elements(member(detail, 'requestParameters', 'roleArn'));
  if (!named.some((each) => resourcesNamed(each, 'AWS::IAM::Role', rule, snapshot).includes(role))) {
    return `${at} that listens for another role`;
  }
  const targets = elements(Targets).map((each) => member(each, 'Arn'));
  if (targets.length === 0) return `${at} without a target`;
  const silent = targets.map((each) =>
    each === undefined ? 'a target without ARN' : silentTopic(each, rule, snapshot),
  );
  return silent.includes(undefined) ? undefined : silent[0];
}

/** Every name that begins with AssumeRole, as one prefix. */
function hearsAll(names: Value | undefined): boolean {
  return elements(names).some((each) => {
    const prefix = member(each, 'prefix');
    return typeof prefix === 'string' && 'AssumeRole'.startsWith(prefix);
  });
}

/** Why nobody hears of a topic of the templates; of another one nothing is known, and nothing is said. */
function silentTopic(arn: Value, rule: Resource, snapshot: Snapshot): string | undefined {
  const [topic] = resourcesNamed(arn, TOPIC, rule, snapshot);
  if (topic === undefined) return undefined;
  const names = (value: Value | undefined, at: Resource): boolean =>
    value !== undefined && resourcesNamed(value, TOPIC, at, snapshot).includes(topic);
  const subscribed =
    elements(topic.properties['Subscription']).length > 0 ||
    snapshot.ofType('AWS::SNS::Subscription').some((each) => names(each.properties['TopicArn'], each));
  if (!subscribed) return `the topic \`${topic.logicalId}\` without a subscriber`;
  const policies = snapshot
    .ofType('AWS::SNS::TopicPolicy')
    .filter((each) => elements(each.properties['Topics']).some((one) => names(one, each)));
  const lets = policies
    .flatMap((each) => resourcePolicy(each)?.statements ?? [])
    .some(
      (statement) =>
        statement.effect === 'Allow' &&
        coversAction(statement.actions, 'sns:Publish') !== 'no' &&
        principalsOf(statement).some(
          (each) => isAnyone(each) || show(each.value) === 'events.amazonaws.com' || mayBeAnything(each.value),
        ),
    );
  return lets ? undefined : `the topic \`${topic.logicalId}\`, into which EventBridge may not publish`;
}

function keysOf(value: Value | undefined): readonly string[] {
  if (value === undefined || !isMap(value)) return [];
  return entries(value).flatMap(([key, each]) => [key, ...keysOf(each)]);
}
