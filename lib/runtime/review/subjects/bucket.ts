import { member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import { orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { readDocument } from '../documents';
import { attempt, deletedDifference } from '../drift';
import type { Difference } from '../drift';
import { replicationDifferences } from './replication';
import { resourcePolicyDifferences } from './resource-policy';

const PUBLIC_ACCESS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'RestrictPublicBuckets'] as const;

/** A bucket: its policy, Object Lock, versioning, where it is copied to, and what keeps the public out. */
export async function bucketDifferences(
  bucket: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const at = { Bucket: bucket.physicalId, ExpectedBucketOwner: bucket.account };
  const versioning = await call('s3', 'GetBucketVersioning', at).catch((error: unknown) => {
    if ((error as Error).name === 'NoSuchBucket') return undefined;
    throw error;
  });
  if (versioning === undefined) return [deletedDifference('the bucket is not there')];
  const isLocked = member(bucket.properties, 'ObjectLockEnabled') === true;
  return [
    ...(await attempt('Resource policy', async () => {
      const policy = await orMissing(call('s3', 'GetBucketPolicy', at));
      return resourcePolicyDifferences(bucket, declared, readDocument(policy?.['Policy']));
    })),
    ...(await attempt('Object Lock', async () => {
      if (!isLocked) return [];
      const lock = await orMissing(call('s3', 'GetObjectLockConfiguration', at));
      return lockDifferences(bucket, lock?.['ObjectLockConfiguration']);
    })),
    ...versioningDifferences(bucket, isLocked, versioning['Status']),
    ...(await attempt('Replication', () => replicationDifferences(bucket, at, call))),
    ...(await attempt('Public access block', async () => {
      const open = await orMissing(call('s3', 'GetPublicAccessBlock', at));
      return publicDifferences(bucket, open?.['PublicAccessBlockConfiguration']);
    })),
  ];
}

function lockDifferences(bucket: Deployed, found: Answer | undefined): readonly Difference[] {
  const aspect = 'Object Lock';
  const retention = member(bucket.properties, 'ObjectLockConfiguration', 'Rule', 'DefaultRetention');
  if (found?.['ObjectLockEnabled'] !== 'Enabled') {
    return [{ aspect, sort: 'weakened', severity: 'CRITICAL', what: 'has no Object Lock' }];
  }
  if (isAbsent(retention)) return [];
  const wanted = {
    mode: show(member(retention, 'Mode')),
    days: daysOf(member(retention, 'Days'), member(retention, 'Years')),
  };
  const rule = found['Rule']?.DefaultRetention;
  const actual = { mode: String(rule?.Mode), days: daysOf(rule?.Days, rule?.Years) };
  if (wanted.mode === actual.mode && wanted.days === actual.days) return [];
  const isWeaker = actual.days < wanted.days || (wanted.mode === 'COMPLIANCE' && actual.mode !== 'COMPLIANCE');
  const text = ({ mode, days }: { readonly mode: string; readonly days: number }): string =>
    days === 0 ? 'no default retention' : `${mode} for ${days} days`;
  return [
    {
      aspect,
      sort: isWeaker ? 'weakened' : 'changed',
      severity: isWeaker ? 'CRITICAL' : 'MEDIUM',
      what: `new objects are locked by ${text(actual)}, declared is ${text(wanted)}`,
    },
  ];
}

function daysOf(days: unknown, years: unknown): number {
  const number = (value: unknown): number =>
    typeof value === 'number' || typeof value === 'string' ? Number(value) : 0;
  return number(days) + 365 * number(years);
}

function versioningDifferences(bucket: Deployed, isLocked: boolean, found = 'off'): readonly Difference[] {
  const wanted = isLocked || member(bucket.properties, 'VersioningConfiguration', 'Status') === 'Enabled';
  if (!wanted || found === 'Enabled') return [];
  return [
    {
      aspect: 'Versioning',
      sort: 'weakened',
      severity: 'HIGH',
      what: `versioning is ${found}, declared is Enabled`,
    },
  ];
}

function publicDifferences(bucket: Deployed, found: Answer | undefined): readonly Difference[] {
  const declared = member(bucket.properties, 'PublicAccessBlockConfiguration');
  const lost = PUBLIC_ACCESS.filter((each) => member(declared, each) === true && found?.[each] !== true);
  if (lost.length === 0) return [];
  return [
    {
      aspect: 'Public access block',
      sort: 'weakened',
      severity: 'HIGH',
      what: `${lost.join(', ')} is off, declared is on`,
    },
  ];
}
