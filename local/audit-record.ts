import type { Answer, Credentials } from './client';
import type { DeployedStage } from './deployed';
import type { LocalCloud } from './local-cloud';

/** An object in the vault. */
export interface AuditRecord {
  readonly bucket: string;
  /** `/bucket/key`. */
  readonly path: string;
  readonly version: string;
}

/** Puts an object where the trail would write one: the emulator's trail writes none. */
export async function writeRecord(cloud: LocalCloud, stage: DeployedStage): Promise<AuditRecord> {
  const bucket = stage.find('AWS::S3::Bucket', `${stage.name}/Record/Vault/Bucket/`);
  const path = `/${bucket}/AWSLogs/${stage.account}/CloudTrail/${stage.region}/events.json`;
  const { status, headers, body } = await cloud.past(stage.account).s3('PUT', path, stage.region, { body: '{}' });
  const version = headers['x-amz-version-id'];
  if (status !== 200 || typeof version !== 'string') throw new Error(`the vault took no object: ${status} ${body}`);
  return { bucket, path, version };
}

/** What somebody might try on a record, through the guard. */
export function attemptsOnRecord(
  cloud: LocalCloud,
  { region }: DeployedStage,
  { bucket, path, version }: AuditRecord,
): Readonly<Record<string, (as: Credentials) => Promise<Answer>>> {
  const retention =
    '<Retention xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Mode>COMPLIANCE</Mode><RetainUntilDate>2027-01-01T00:00:00Z</RetainUntilDate></Retention>';
  const s3 =
    (method: string, at: string, more: Parameters<LocalCloud['client']['s3']>[4] = {}) =>
    (as: Credentials) =>
      cloud.client.s3(method, at, region, as, more);
  return {
    'delete the object': s3('DELETE', path),
    'delete its version': s3('DELETE', path, { query: { versionId: version } }),
    'delete its version, past GOVERNANCE': s3('DELETE', path, {
      query: { versionId: version },
      headers: { 'x-amz-bypass-governance-retention': 'true' },
    }),
    'overwrite the object': s3('PUT', path, { body: 'forged' }),
    'shorten its retention': s3('PUT', path, { query: { retention: '', versionId: version }, body: retention }),
    'change the policy of the bucket': s3('PUT', `/${bucket}`, { query: { policy: '' }, body: '{}' }),
    'suspend versioning': s3('PUT', `/${bucket}`, { query: { versioning: '' }, body: '<VersioningConfiguration/>' }),
    'change the lock of the bucket': s3('PUT', `/${bucket}`, { query: { 'object-lock': '' }, body: '<x/>' }),
    'delete the bucket': s3('DELETE', `/${bucket}`),
  };
}
