import { RemovalPolicy } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';

/** What every bucket of a record has, and what tells it from the others. */
export interface RecordBucketOptions extends Pick<s3.BucketProps, 'bucketName' | 'lifecycleRules'> {
  /** @default - under keys of S3 */
  readonly key?: kms.IKey | undefined;
  /** Where S3 writes who touched it, and below which keys. @default - nowhere */
  readonly accessLogs?: { readonly bucket: s3.Bucket; readonly prefix: string };
  readonly lock?: s3.ObjectLockRetention;
  readonly statements: (bucketArn: string) => readonly iam.PolicyStatement[];
}

const OF_A_RECORD = Symbol.for('cdk-bulkhead.recordBucket');

/** Whether a bucket is one of those that are made here. Works across copies of the library. */
export function isRecordBucket(bucket: s3.IBucket): boolean {
  return OF_A_RECORD in bucket;
}

/**
 * A bucket in which the record lies, or by way of which it comes. It outlives its stack, and so does its policy: removing
 * the policy while the bucket stays would take away every guard but the lock.
 */
export function recordBucket(scope: Construct, id: string, options: RecordBucketOptions): s3.Bucket {
  const { key, lock } = options;
  const bucket = new s3.Bucket(scope, id, {
    bucketName: options.bucketName,
    ...(lock === undefined ? {} : { objectLockEnabled: true, objectLockDefaultRetention: lock }),
    versioned: true,
    ...(key === undefined
      ? { encryption: s3.BucketEncryption.S3_MANAGED }
      : { encryption: s3.BucketEncryption.KMS, encryptionKey: key, bucketKeyEnabled: true }),
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    lifecycleRules: options.lifecycleRules,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  Object.defineProperty(bucket, OF_A_RECORD, { value: true });
  if (options.accessLogs !== undefined) logAccessTo(bucket, options.accessLogs);
  for (const statement of options.statements(bucket.bucketArn)) bucket.addToResourcePolicy(statement);
  bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  return bucket;
}

/** By the L1: the property of the L2 asks for an ACL on the target unless a feature flag of the app is set. */
function logAccessTo(
  bucket: s3.Bucket,
  { bucket: target, prefix }: NonNullable<RecordBucketOptions['accessLogs']>,
): void {
  const resource = bucket.node.defaultChild as s3.CfnBucket;
  resource.loggingConfiguration = { destinationBucketName: target.bucketName, logFilePrefix: prefix };
  // S3 refuses a target whose policy does not yet let the log delivery in.
  if (target.policy !== undefined) resource.node.addDependency(target.policy);
}
