import { elements, entries, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Value } from '../../model/value';
import { auditParts, BUCKET } from './audit-parts';
import { resourcesNamed } from './lookup';

const STREAM = 'AWS::KinesisFirehose::DeliveryStream';
const LOG_GROUP = 'AWS::Logs::LogGroup';
const ROLE = 'AWS::IAM::Role';
const SUBSCRIPTION = 'AWS::Logs::SubscriptionFilter';

/** By which way log groups reach the record. */
export interface LogDeliveries {
  /** The streams that write to a bucket of the record, or to one in which it lands. */
  readonly streams: ReadonlySet<Resource>;
  /** The subscriptions that send to these, by log group. */
  readonly subscriptions: ReadonlyMap<Resource, readonly Resource[]>;
  /**
   * The roles by which these subscriptions send, and these streams write; and those that may send to these streams and
   * that CloudWatch Logs alone assumes: a record has such a role before it receives its first log group.
   */
  readonly writers: ReadonlySet<Resource>;
}

const known = new WeakMap<Snapshot, LogDeliveries>();

/** Found once a snapshot. */
export function logDeliveries(snapshot: Snapshot): LogDeliveries {
  let found = known.get(snapshot);
  if (found === undefined) known.set(snapshot, (found = find(snapshot)));
  return found;
}

/** The buckets that a stream writes to, as far as they are among the templates. */
export function bucketsOfStream(stream: Resource, snapshot: Snapshot): readonly Resource[] {
  return destinations(stream).flatMap((each) => resourcesNamed(member(each, 'BucketARN'), BUCKET, stream, snapshot));
}

function find(snapshot: Snapshot): LogDeliveries {
  const { buckets, landings } = auditParts(snapshot);
  const streams = new Set(
    snapshot
      .ofType(STREAM)
      .filter((stream) => bucketsOfStream(stream, snapshot).some(({ key }) => buckets.has(key) || landings.has(key))),
  );
  const writers = new Set<Resource>();
  const add = (at: Resource, role: Value | undefined): void => {
    for (const each of resourcesNamed(role, ROLE, at, snapshot)) writers.add(each);
  };
  for (const stream of streams) for (const each of destinations(stream)) add(stream, member(each, 'RoleARN'));
  const subscriptions = new Map<Resource, Resource[]>();
  for (const filter of snapshot.ofType(SUBSCRIPTION)) {
    const to = resourcesNamed(filter.properties['DestinationArn'], STREAM, filter, snapshot);
    if (!to.some((stream) => streams.has(stream))) continue;
    add(filter, filter.properties['RoleArn']);
    for (const logGroup of resourcesNamed(filter.properties['LogGroupName'], LOG_GROUP, filter, snapshot)) {
      subscriptions.set(logGroup, [...(subscriptions.get(logGroup) ?? []), filter]);
    }
  }
  for (const role of senders(streams, snapshot)) writers.add(role);
  return { streams, subscriptions, writers };
}

const LOGS = 'logs.amazonaws.com';
const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::RolePolicy'];

/** The roles that CloudWatch Logs alone assumes, and whose own policies name one of these streams. */
function senders(streams: ReadonlySet<Resource>, snapshot: Snapshot): readonly Resource[] {
  if (streams.size === 0) return [];
  const names = (at: Resource, document: Value): boolean =>
    elements(member(document, 'Statement'))
      .filter((statement) => member(statement, 'Effect') === 'Allow')
      .flatMap((statement) => elements(member(statement, 'Resource')))
      .some((named) => resourcesNamed(named, STREAM, at, snapshot).some((stream) => streams.has(stream)));
  const byPolicy = POLICIES.flatMap((type) => snapshot.ofType(type)).flatMap((policy) =>
    names(policy, member(policy.properties, 'PolicyDocument'))
      ? [...elements(policy.properties['Roles']), ...elements(policy.properties['RoleName'])].flatMap((role) =>
          resourcesNamed(role, ROLE, policy, snapshot),
        )
      : [],
  );
  const inline = snapshot
    .ofType(ROLE)
    .filter((role) =>
      elements(role.properties['Policies']).some((policy) => names(role, member(policy, 'PolicyDocument'))),
    );
  return [...byPolicy, ...inline].filter(isOnlyForLogs);
}

function isOnlyForLogs({ properties }: Resource): boolean {
  const allowed = elements(member(properties, 'AssumeRolePolicyDocument', 'Statement')).filter(
    (statement) => member(statement, 'Effect') !== 'Deny',
  );
  return (
    allowed.length > 0 &&
    allowed.every((statement) => {
      const named = entries(member(statement, 'Principal'));
      return named.length === 1 && named.every(([kind, who]) => kind === 'Service' && elements(who).every(isLogs));
    })
  );
}

function isLogs(who: Value): boolean {
  return who === LOGS;
}

function destinations({ properties }: Resource): readonly Value[] {
  return ['ExtendedS3DestinationConfiguration', 'S3DestinationConfiguration'].flatMap((name) => {
    const found = properties[name];
    return found === undefined ? [] : [found];
  });
}
