import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';

/** Properties of a record that is there already. */
export interface ExistingAuditVaultProps {
  /** The bucket with the log files and digests of the trail, of this app or imported. */
  readonly bucket: s3.IBucket;
  /**
   * The account of bucket and key, twelve digits: that of a log archive, for one.
   *
   * @default - the account of the stack
   */
  readonly bucketAccount?: string;
  /** The ARN of the trail; of an organization's trail, the one in its management account. */
  readonly trailArn: string;
  /**
   * How long nothing in the bucket can be deleted, in whole days. Log groups that are made here are kept as long; of a
   * bucket of this app the rules ask for no less.
   */
  readonly retention: Duration;
  /**
   * That a retention of more than seven years is meant.
   *
   * @default false
   */
  readonly acceptLongRetention?: boolean;
  /**
   * The key of the bucket, of this app or imported.
   *
   * @default - the bucket is encrypted without a key of the customer
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * The prefix that the trail was given, without slashes at its ends.
   *
   * @default - none
   */
  readonly keyPrefix?: string;
  /**
   * The id of the organization whose trail it is: `o-` and 10 to 32 lower-case letters and digits.
   *
   * @default - it is no trail of an organization
   */
  readonly organizationId?: string;
  /**
   * The account whose events are read here.
   *
   * @default - the account of the stack
   */
  readonly sourceAccount?: string;
  /**
   * Where S3 writes who touched the bucket.
   *
   * @default - not known here
   */
  readonly accessLogBucket?: s3.IBucket;
  /**
   * The log group with the events of the trail, in the account and region of the stack.
   *
   * @default - none here: `TamperAlarms` then asks for a reason
   */
  readonly logGroup?: logs.ILogGroup;
  /**
   * Whether it receives log groups, as an `AuditVault` does: a stream, a landing bucket and three roles are made here, and
   * S3 copies to the bucket, which has to be versioned. Of a bucket and key that are no resources of this app, the owner has
   * to let in the role that copies: a warning and two outputs have the statements.
   *
   * @default false
   */
  readonly logs?: boolean;
  /**
   * The team that answers for the record.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
}
