import { elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { BUCKET } from '../support/audit-parts';
import { resourcesNamed } from '../support/lookup';
import { isTrue, judge } from '../support/property';

const logged = (target: Readonly<Record<string, unknown>>): ExampleTemplate => ({
  Resources: {
    Uploads: { Type: BUCKET, Properties: { LoggingConfiguration: { DestinationBucketName: { Ref: 'Logs' } } } },
    Logs: { Type: BUCKET, Properties: target },
  },
});

/** Of every bucket, not of audit buckets alone: that the log is missing shows only when it is needed. */
export const aud11: Rule = {
  id: 'AUD11',
  title: 'Server access logs go to a bucket that cannot take them',
  severity: 'error',
  why: 'S3 delivers server access logs neither to a bucket with Object Lock nor to one that encrypts with KMS by default. It says so nowhere: the setting stands, and the log stays empty.',
  fix: 'Send the log to a bucket of its own, without Object Lock and with SSE-S3, guarded by its policy, as `AuditVault` does. For a locked record of object access take data events of CloudTrail.',
  page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html',
  controls: ['NIST 800-53 r5 AU-5', 'NIST 800-53 r5 AU-12', 'NIST 800-53 r5 AU-9'],
  types: [BUCKET],
  check(bucket, snapshot) {
    const logging = bucket.properties['LoggingConfiguration'];
    if (isAbsent(logging)) return [];
    return targetsOf(bucket, snapshot).flatMap(judgeTarget);
  },
  examples: {
    bad: logged({ ObjectLockEnabled: true }),
    good: logged({ VersioningConfiguration: { Status: 'Enabled' } }),
  },
};

/** Without a destination the bucket logs into itself. */
function targetsOf(bucket: Resource, snapshot: Snapshot): readonly Resource[] {
  const name = member(bucket.properties['LoggingConfiguration'], 'DestinationBucketName');
  return isAbsent(name) ? [bucket] : resourcesNamed(name, BUCKET, bucket, snapshot);
}

function judgeTarget({ logicalId, properties }: Resource): readonly Violation[] {
  const lock = judge(properties['ObjectLockEnabled'] ?? false, isTrue);
  const kms = elements(member(properties['BucketEncryption'], 'ServerSideEncryptionConfiguration'))
    .map((each) => member(each, 'ServerSideEncryptionByDefault', 'SSEAlgorithm'))
    .filter((each) => typeof each === 'string' && each.startsWith('aws:kms'));
  return [
    ...(lock.certainty === 'certain'
      ? []
      : [
          {
            message: `found Object Lock on \`${logicalId}\`, where the server access log is to go; expected a bucket without`,
            detail: `Lock::${logicalId}`,
            ...(lock.certainty === undefined ? {} : { certainty: 'possible' as const, unknowns: lock.unknowns }),
          },
        ]),
    ...kms.map((found) => ({
      message: `found the default encryption ${show(found)} on \`${logicalId}\`, where the server access log is to go; expected AES256`,
      detail: `Encryption::${logicalId}`,
    })),
  ];
}
