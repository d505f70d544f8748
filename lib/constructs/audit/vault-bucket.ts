import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { ACCESS_LOG_PREFIX } from './auditor-permissions';
import { LockMode } from './lock-mode';
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

/**
 * The locked bucket of an audit vault. It outlives its stack, and so does its policy: removing the policy while the
 * bucket stays would take away every guard but the lock.
 */
export function vaultBucket(scope: Construct, id: string, options: VaultBucketOptions): s3.Bucket {
  const retention = Duration.days(options.retentionDays);
  const bucket = new s3.Bucket(scope, id, {
    bucketName: options.bucketName,
    objectLockEnabled: true,
    objectLockDefaultRetention:
      options.lockMode === LockMode.GOVERNANCE
        ? s3.ObjectLockRetention.governance(retention)
        : s3.ObjectLockRetention.compliance(retention),
    versioned: true,
    encryption: s3.BucketEncryption.KMS,
    encryptionKey: options.key,
    bucketKeyEnabled: true,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
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
    removalPolicy: RemovalPolicy.RETAIN,
  });
  logAccessTo(bucket, options.accessLogs);

  for (const statement of vaultBucketStatements({ ...options, bucketArn: bucket.bucketArn })) {
    bucket.addToResourcePolicy(statement);
  }
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return bucket;
}

/** By the L1: the property of the L2 asks for an ACL on the target unless a feature flag of the app is set. */
function logAccessTo(bucket: s3.Bucket, target: s3.Bucket): void {
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.loggingConfiguration = { destinationBucketName: target.bucketName, logFilePrefix: ACCESS_LOG_PREFIX };
  // S3 refuses a target whose policy does not yet let the log delivery in.
  if (target.policy !== undefined) resource.node.addDependency(target.policy);
}
