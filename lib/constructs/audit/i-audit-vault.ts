import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import type { AuditVaultGrants } from './audit-vault-grants';

/** Where a record lies, and who writes it. */
export interface AuditRecord {
  /** The bucket with the log files and digests of the trail. */
  readonly bucket: s3.IBucket;
  /** The account of bucket and key: twelve digits, or a token. */
  readonly account: string;
  /** The region of bucket and key. */
  readonly region: string;
  /** Under which key the trail writes, without a slash at its end: `AWSLogs/111122223333`. */
  readonly prefix: string;
  /** The ARN of the trail. */
  readonly trailArn: string;
  /**
   * The key of the bucket.
   *
   * @default - no key of the customer
   */
  readonly encryptionKey?: kms.IKey;
  /**
   * The alias of the key, `alias/NAME`, by which policies know it where its ARN is a pattern.
   *
   * @default - the ARN names the key
   */
  readonly keyAlias?: string;
  /**
   * The compartment tag of the key, by which the permissions boundary of an auditor knows it.
   *
   * @default - the key has none
   */
  readonly keyCompartment?: string;
  /**
   * Where S3 writes who touched the bucket.
   *
   * @default - not known here
   */
  readonly accessLogBucket?: s3.IBucket;
  /**
   * The log group of this account and region with the events of the trail, for queries and alarms.
   *
   * @default - none here
   */
  readonly logGroup?: logs.ILogGroup;
  /**
   * The key of the log group, where it is not that of the bucket.
   *
   * @default - that of the bucket
   */
  readonly logGroupKey?: kms.IKey;
}

/** An audit record that nobody who runs the system can change. */
export interface IAuditVault extends IConstruct {
  /** The locked bucket with the log files and digests of the trail. */
  readonly bucket: s3.IBucket;
  /** The ARN of the trail. */
  readonly trailArn: string;
  /** How long nothing in the bucket can be deleted. */
  readonly retention: Duration;
  /** Where the record lies, and who writes it. */
  readonly record: AuditRecord;
  /** What can be granted on the vault. */
  readonly grants: AuditVaultGrants;
  /**
   * A log group for another record, such as the access log of an API: under a key of the vault, kept as long as the
   * vault keeps, protected from deletion, readable by the vault's auditors, and received by the vault where it can.
   */
  createLogGroup(scope: Construct, id: string): logs.LogGroup;
  /**
   * From now on every line of this log group is copied to the locked bucket, below `CloudWatchLogs/` in the folder of
   * the trail, as CloudWatch Logs sends it: JSON, packed. It takes one of the two subscriptions of the log group.
   *
   * Within minutes; a line that is in the log group alone is not write-once yet. What was logged before is not copied.
   *
   * @throws BH4063 where the record is not one that log groups can be copied to, BH4064 where the log group has two
   * subscriptions already.
   * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
   */
  receive(logGroup: logs.ILogGroup): void;
}
