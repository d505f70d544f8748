import { alternatives, elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Value } from '../../model/value';
import { resourcesNamed } from './lookup';

export const BUCKET = 'AWS::S3::Bucket';
export const KEY = 'AWS::KMS::Key';
const ALIAS = 'AWS::KMS::Alias';
export const TRAIL = 'AWS::CloudTrail::Trail';

/** Where audit logs go, and the keys they are encrypted with. */
export interface AuditParts {
  /** Keys of buckets that a trail delivers to or that were declared as audit buckets. */
  readonly buckets: ReadonlySet<string>;
  /** Keys of buckets whose objects S3 copies to such buckets: what lands there is on its way, without a lock. */
  readonly landings: ReadonlySet<string>;
  /** Keys of buckets in which S3 writes who touched these. */
  readonly accessLogs: ReadonlySet<string>;
  /** Keys of KMS keys of such buckets and of trails. */
  readonly keys: ReadonlySet<string>;
}

const known = new WeakMap<Snapshot, AuditParts>();

/** Collected once a snapshot. */
export function auditParts(snapshot: Snapshot): AuditParts {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const buckets = new Set<string>();
  const keys = new Set<string>();
  const addKeys = (bucket: Resource): void => {
    for (const id of encryptionKeys(bucket)) {
      for (const { key } of resourcesNamed(id, KEY, bucket, snapshot)) keys.add(key);
    }
  };
  for (const trail of snapshot.ofType(TRAIL)) {
    for (const bucket of bucketsOf(trail, snapshot)) buckets.add(bucket.key);
    for (const key of keysOf(trail, snapshot)) keys.add(key.key);
  }
  for (const bucket of snapshot.ofType(BUCKET)) {
    if (bucket.intent?.kind === 'audit-bucket') buckets.add(bucket.key);
    if (!buckets.has(bucket.key)) continue;
    addKeys(bucket);
  }
  const landings = new Set<string>();
  for (const bucket of snapshot.ofType(BUCKET)) {
    if (buckets.has(bucket.key)) continue;
    const isDeclared = bucket.intent?.kind === 'audit-landing';
    if (!isDeclared && !copiesOf(bucket, snapshot).some(({ key }) => buckets.has(key))) continue;
    landings.add(bucket.key);
    addKeys(bucket);
  }
  const accessLogs = new Set(
    [...buckets, ...landings].flatMap((key) => {
      const bucket = snapshot.byKey(key);
      if (bucket === undefined) return [];
      const to = member(bucket.properties, 'LoggingConfiguration', 'DestinationBucketName');
      return resourcesNamed(to, BUCKET, bucket, snapshot).map((each) => each.key);
    }),
  );
  const parts = { buckets, landings, accessLogs, keys };
  known.set(snapshot, parts);
  return parts;
}

/** The buckets of the snapshot that a trail delivers to: none where the bucket is elsewhere or known only later. */
export function bucketsOf(trail: Resource, snapshot: Snapshot): readonly Resource[] {
  return resourcesNamed(trail.properties['S3BucketName'], BUCKET, trail, snapshot);
}

/** The buckets of the snapshot to which S3 copies what is written to a bucket. */
export function copiesOf(bucket: Resource, snapshot: Snapshot): readonly Resource[] {
  return elements(member(bucket.properties, 'ReplicationConfiguration', 'Rules'))
    .filter((rule) => member(rule, 'Status') !== 'Disabled')
    .flatMap((rule) => resourcesNamed(member(rule, 'Destination', 'Bucket'), BUCKET, bucket, snapshot));
}

/** The keys of the snapshot that a trail encrypts with: named themselves, or by an alias. */
export function keysOf(trail: Resource, snapshot: Snapshot): readonly Resource[] {
  const named = trail.properties['KMSKeyId'];
  const aliased = resourcesNamed(named, ALIAS, trail, snapshot).flatMap((alias) =>
    resourcesNamed(alias.properties['TargetKeyId'], KEY, alias, snapshot),
  );
  return [...new Set([...resourcesNamed(named, KEY, trail, snapshot), ...aliased])];
}

/** The bucket policies of a bucket. */
export function policiesOfBucket(bucket: Resource, snapshot: Snapshot): readonly Resource[] {
  return policiesByBucket(snapshot).get(bucket.key) ?? [];
}

const policies = new WeakMap<Snapshot, ReadonlyMap<string, readonly Resource[]>>();

function policiesByBucket(snapshot: Snapshot): ReadonlyMap<string, readonly Resource[]> {
  const before = policies.get(snapshot);
  if (before !== undefined) return before;
  const found = new Map<string, Resource[]>();
  for (const policy of snapshot.ofType('AWS::S3::BucketPolicy')) {
    for (const { key } of resourcesNamed(policy.properties['Bucket'], BUCKET, policy, snapshot)) {
      found.set(key, [...(found.get(key) ?? []), policy]);
    }
  }
  policies.set(snapshot, found);
  return found;
}

function encryptionKeys({ properties }: Resource): readonly Value[] {
  return elements(member(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration')).map((rule) =>
    member(rule, 'ServerSideEncryptionByDefault', 'KMSMasterKeyID'),
  );
}

/** Whether a trail delivers to a bucket that is not among the templates, or only known later. */
export function isElsewhere(trail: Resource, snapshot: Snapshot): boolean {
  return alternatives(trail.properties['S3BucketName']).some(
    (name) => resourcesNamed(name, BUCKET, trail, snapshot).length === 0,
  );
}
