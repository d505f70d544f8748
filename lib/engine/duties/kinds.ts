import type { PolicyText } from '../../model/policy';
import { alternatives, elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, text } from '../../model/value';
import type { Value } from '../../model/value';
import { stageOf } from '../answers/stage-of';
import { append } from '../decide/target';
import { auditParts, KEY } from '../facts/audit-parts';
import { logDeliveries } from '../facts/log-delivery';
import { resourcesNamed } from '../facts/lookup';
import { logGroupsOf, rotationFunctions } from '../facts/rotation-functions';
import type { Target } from '../reach/target';
import { nameOf } from '../world/resource-name';
import type { Api, ApiMethod, World } from '../world/world';

/** A resource that a duty is about. */
export interface DutyTarget extends Target {
  readonly resource: Resource;
  /** The key of the resource whose policy guards it: of an endpoint, its API. */
  readonly guardedBy: string;
}

const READING = ['GET', 'HEAD'];
const WRITING = ['DELETE', 'PATCH', 'POST', 'PUT'];

/** The kinds of resources that duties name, besides CloudFormation types and patterns of ARNs. */
const KINDS: Readonly<Record<string, (world: World) => readonly DutyTarget[]>> = {
  'audit-bucket': ({ snapshot }) => auditBuckets(snapshot).flatMap((each) => targets(each)),
  'audit-object': ({ snapshot }) => auditBuckets(snapshot).flatMap((each) => targets(each, '/*')),
  'audit-locked-object': ({ snapshot }) =>
    byKeys(auditParts(snapshot).buckets, snapshot).flatMap((each) => targets(each, '/*')),
  'audit-key': ({ snapshot }) => byKeys(auditParts(snapshot).keys, snapshot).flatMap((each) => targets(each)),
  'audit-alias': ({ snapshot }) => aliasedKeys(snapshot).flatMap((each) => targets(each)),
  'audit-log-group': ({ snapshot }) => auditLogGroups(snapshot).flatMap((each) => targets(each)),
  'audit-alarm': ({ snapshot }) => auditAlarms(snapshot).flatMap((each) => targets(each)),
  'audit-rule': ({ snapshot }) => auditRules(snapshot).flatMap((each) => targets(each)),
  'audit-topic-key': ({ snapshot }) => topicKeys(snapshot).flatMap((each) => targets(each)),
  'audit-topic': ({ snapshot }) => auditTopics(snapshot).flatMap((each) => targets(each)),
  'audit-function': ({ snapshot }) => auditFunctions(snapshot).flatMap((each) => targets(each)),
  'audit-stream': ({ snapshot }) => [...logDeliveries(snapshot).streams].flatMap((each) => targets(each)),
  'audit-writer-role': ({ snapshot }) => [...logDeliveries(snapshot).writers].flatMap((each) => targets(each)),
  'audit-delivery-role': ({ snapshot }) => deliveryRoles(snapshot).flatMap((each) => targets(each)),
  'secret': ({ snapshot }) => snapshot.ofType('AWS::SecretsManager::Secret').flatMap((each) => targets(each)),
  'key': ({ snapshot }) =>
    ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'].flatMap((type) => snapshot.ofType(type)).flatMap((each) => targets(each)),
  'read-endpoint': (world) => endpoints(world, READING, () => true),
  'write-endpoint': (world) => endpoints(world, WRITING, () => true),
  'high-value-read-endpoint': (world) => endpoints(world, READING, isOfHighValue),
  'high-value-write-endpoint': (world) => endpoints(world, WRITING, isOfHighValue),
};

/** Whatever but the principal itself. */
export const OTHER_IDENTITY = 'other-identity';

/** Whether a text is a kind that duties may name. */
export function isKind(text: string): boolean {
  return text === OTHER_IDENTITY || Object.hasOwn(KINDS, text) || /^AWS::\w+::\w+$/.test(text) || isPattern(text);
}

/** A pattern of ARNs, in place of a kind. */
export function isPattern(kind: string): boolean {
  return kind.startsWith('arn:');
}

/** The resources of a kind, as an action names them. */
export function targetsOfKind(kind: string, world: World): readonly DutyTarget[] {
  const named = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (named !== undefined) return named(world);
  return world.snapshot.ofType(kind).flatMap((each) => {
    // Objects are named through their bucket.
    return kind === 'AWS::S3::Bucket' ? [...targets(each), ...targets(each, '/*')] : targets(each);
  });
}

function targets(resource: Resource, end = ''): readonly DutyTarget[] {
  return alternatives(resource.arn)
    .filter((each): each is PolicyText => typeof each === 'string' || isText(each))
    .map((arn) => ({
      id: resource.key,
      name: nameOf(resource),
      arn: end === '' ? arn : append(arn, end),
      resource,
      guardedBy: resource.key,
      principals: [],
    }));
}

function byKeys(keys: ReadonlySet<string>, snapshot: Snapshot): readonly Resource[] {
  return [...keys].flatMap((key) => snapshot.byKey(key) ?? []);
}

/** Those in which the record lies, and those in which it lands, and those that tell who touched these. */
function auditBuckets(snapshot: Snapshot): readonly Resource[] {
  const { buckets, landings, accessLogs } = auditParts(snapshot);
  return byKeys(new Set([...buckets, ...landings, ...accessLogs]), snapshot);
}

const LOG_GROUP = 'AWS::Logs::LogGroup';

/**
 * The log groups that trails deliver to, those of the access logs of APIs (who called what) and of the functions that
 * rotate declared credentials, and all that are sent to the record.
 */
function findAuditLogGroups(snapshot: Snapshot): readonly Resource[] {
  const named = (at: Resource, value: Value): readonly Resource[] => resourcesNamed(value, LOG_GROUP, at, snapshot);
  return [
    ...new Set([
      ...snapshot
        .ofType('AWS::CloudTrail::Trail')
        .flatMap((trail) => named(trail, member(trail.properties, 'CloudWatchLogsLogGroupArn'))),
      ...snapshot
        .ofType('AWS::ApiGateway::Stage')
        .flatMap((stage) => named(stage, member(stage.properties, 'AccessLogSetting', 'DestinationArn'))),
      ...snapshot
        .ofType('AWS::ApiGatewayV2::Stage')
        .flatMap((stage) => named(stage, member(stage.properties, 'AccessLogSettings', 'DestinationArn'))),
      ...rotationFunctions(snapshot).flatMap((code) => logGroupsOf(code, snapshot)),
      ...logDeliveries(snapshot).subscriptions.keys(),
    ]),
  ];
}

/** The alarms that were declared as such, and those on metrics that are counted in an audit log group. */
function findAuditAlarms(snapshot: Snapshot): readonly Resource[] {
  const groups = new Set(auditLogGroups(snapshot));
  const counted = new Set(
    snapshot
      .ofType('AWS::Logs::MetricFilter')
      .filter((each) =>
        resourcesNamed(each.properties['LogGroupName'], LOG_GROUP, each, snapshot).some((one) => groups.has(one)),
      )
      .flatMap(({ properties }) => elements(member(properties, 'MetricTransformations')))
      .map((each) => metric(member(each, 'MetricNamespace'), member(each, 'MetricName'))),
  );
  return snapshot
    .ofType('AWS::CloudWatch::Alarm')
    .filter(
      (each) => isDeclared(each) || counted.has(metric(each.properties['Namespace'], each.properties['MetricName'])),
    );
}

/** The event rules that were declared as alarms. */
function findAuditRules(snapshot: Snapshot): readonly Resource[] {
  return snapshot.ofType('AWS::Events::Rule').filter(isDeclared);
}

/** The functions that watch and review. */
function auditFunctions(snapshot: Snapshot): readonly Resource[] {
  return snapshot.ofType('AWS::Lambda::Function').filter(isDeclared);
}

/** The keys of the record that go by an alias: to change it, KMS asks for the permission on the key as well. */
function aliasedKeys(snapshot: Snapshot): readonly Resource[] {
  const { keys } = auditParts(snapshot);
  const aliased = snapshot
    .ofType('AWS::KMS::Alias')
    .flatMap((alias) => resourcesNamed(alias.properties['TargetKeyId'], KEY, alias, snapshot));
  return [...new Set(aliased)].filter(({ key }) => keys.has(key));
}

const TOPIC = 'AWS::SNS::Topic';

/** The topics that were declared, and those to which alarms and rules of the audit tell. */
function auditTopics(snapshot: Snapshot): readonly Resource[] {
  const told = [
    ...auditAlarms(snapshot).flatMap((each) => elements(each.properties['AlarmActions']).map((arn) => ({ each, arn }))),
    ...auditRules(snapshot).flatMap((each) =>
      elements(each.properties['Targets']).map((target) => ({ each, arn: member(target, 'Arn') })),
    ),
  ];
  return [
    ...new Set([
      ...snapshot.ofType(TOPIC).filter(isDeclared),
      ...told.flatMap(({ each, arn }) => resourcesNamed(arn, TOPIC, each, snapshot)),
    ]),
  ];
}

/** Their keys: without its key a topic takes nothing from alarms and rules. */
function topicKeys(snapshot: Snapshot): readonly Resource[] {
  const keys = auditTopics(snapshot).flatMap((topic) =>
    resourcesNamed(topic.properties['KmsMasterKeyId'], KEY, topic, snapshot),
  );
  return [...new Set(keys)];
}

function isDeclared({ intent }: Resource): boolean {
  return intent?.kind === 'audit-alarm';
}

/**
 * The roles with which trails write to log groups, log groups are sent to the record, and S3 copies: without their
 * permissions, metric filters see nothing, and nothing arrives.
 */
function deliveryRoles(snapshot: Snapshot): readonly Resource[] {
  const named = (at: Resource, value: Value | undefined): readonly Resource[] =>
    resourcesNamed(value, 'AWS::IAM::Role', at, snapshot);
  return [
    ...snapshot
      .ofType('AWS::CloudTrail::Trail')
      .flatMap((trail) => named(trail, trail.properties['CloudWatchLogsRoleArn'])),
    ...auditBuckets(snapshot).flatMap((bucket) =>
      named(bucket, member(bucket.properties, 'ReplicationConfiguration', 'Role')),
    ),
    ...logDeliveries(snapshot).writers,
  ];
}

function metric(namespace: Value | undefined, name: Value | undefined): string {
  return JSON.stringify([namespace, name]);
}

function isOfHighValue({ resource: { intent } }: ApiMethod): boolean {
  return intent?.kind === 'endpoint' && intent.highValue;
}

/** Only where AWS asks for credentials does a permission decide: what is open to everyone is nobody's duty. */
function endpoints(
  world: World,
  verbs: readonly string[],
  counts: (method: ApiMethod) => boolean,
): readonly DutyTarget[] {
  return [...world.apis.values()].flatMap((api) =>
    api.methods
      .filter((each) => each.authorization === 'AWS_IAM' && counts(each))
      .flatMap((each) => requests(each, verbs).map((request) => endpointTarget(api, each, request, world))),
  );
}

function requests({ verb, path }: ApiMethod, verbs: readonly string[]): readonly string[] {
  const asked = verb === '*' ? verbs : verbs.filter((each) => each === verb);
  return asked.map((each) => `/${each}${typeof path === 'string' ? path : '/*'}`);
}

/** A parameter stays as it is written: a value that no policy names, and that no literal sibling has. */
function endpointTarget(api: Api, { resource }: ApiMethod, request: string, world: World): DutyTarget {
  const prefix = isText(api.arnPrefix) ? api.arnPrefix.parts : [api.arnPrefix as string];
  return {
    id: api.resource.key,
    name: `${nameOf(api.resource)} ${request.slice(1).replace('/', ' /')}`,
    arn: text([...prefix, '/', ...stageOf(api, world), request]),
    resource,
    guardedBy: api.resource.key,
    principals: [],
  };
}

/** Asked about each alarm and log group of a snapshot: found once. */
function onceASnapshot(find: (snapshot: Snapshot) => readonly Resource[]): (snapshot: Snapshot) => readonly Resource[] {
  const known = new WeakMap<Snapshot, readonly Resource[]>();
  return (snapshot) => {
    let found = known.get(snapshot);
    if (found === undefined) known.set(snapshot, (found = find(snapshot)));
    return found;
  };
}

export const auditAlarms = onceASnapshot(findAuditAlarms);
export const auditRules = onceASnapshot(findAuditRules);
export const auditLogGroups = onceASnapshot(findAuditLogGroups);
