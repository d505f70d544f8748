import { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ACCESS_LOG_PREFIX } from './auditor-permissions';
import { LockMode } from './lock-mode';
import { recordBucket } from './record-bucket';
import { vaultBucketStatements } from './vault-bucket-policy';
import type { VaultBucketParties } from './vault-bucket-policy';

/** What the bucket of a vault needs to know. */
export interface VaultBucketOptions extends Omit<VaultBucketParties, 'bucketArn'> {
  /** @default - made up by CloudFormation */
  readonly bucketName?: string | undefined;
  readonly key: kms.IKey;
  /** Where S3 writes who touched the bucket. */
  readonly accessLogs: s3.Bucket;
  readonly retentionDays: number;
  readonly lockMode: LockMode;
  /** After how many days objects move to cheaper storage; never where it is not given. */
  readonly coldAfterDays?: number | undefined;
}

/** The locked bucket of an audit vault. */
export function vaultBucket(scope: Construct, id: string, options: VaultBucketOptions): s3.Bucket {
  const retention = Duration.days(options.retentionDays);
  return recordBucket(scope, id, {
    bucketName: options.bucketName,
    key: options.key,
    accessLogs: { bucket: options.accessLogs, prefix: ACCESS_LOG_PREFIX },
    lock:
      options.lockMode === LockMode.GOVERNANCE
        ? s3.ObjectLockRetention.governance(retention)
        : s3.ObjectLockRetention.compliance(retention),
    lifecycleRules: [
      // Moves, and takes away what was never finished; nothing here deletes a record.
      {
        id: 'Cold',
        abortIncompleteMultipartUploadAfter: Duration.days(7),
        ...(options.coldAfterDays === undefined
          ? {}
          : {
              transitions: [
                {
                  storageClass: s3.StorageClass.GLACIER_INSTANT_RETRIEVAL,
                  transitionAfter: Duration.days(options.coldAfterDays),
                },
              ],
            }),
      },
    ],
    statements: (bucketArn) => vaultBucketStatements({ ...options, bucketArn }),
  });
}
