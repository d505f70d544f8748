import type { Duration } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct, IConstruct } from 'constructs';
import type { AuditVaultGrants } from './audit-vault-grants';

/** An audit record that nobody who runs the system can change. */
export interface IAuditVault extends IConstruct {
  /** The locked bucket with the log files and digests of the trail. */
  readonly bucket: s3.IBucket;
  /** Where S3 writes who touched the locked bucket. */
  readonly accessLogBucket: s3.IBucket;
  /**
   * The key of bucket and log groups. CloudWatch Logs may use it for every log group of the vault's account and region.
   */
  readonly encryptionKey: kms.IKey;
  /** The ARN of the trail. */
  readonly trailArn: string;
  /** The log group with the events of the trail, for queries and alarms. */
  readonly logGroup: logs.ILogGroup;
  /** How long nothing in the bucket can be deleted. */
  readonly retention: Duration;
  /** What can be granted on the vault. */
  readonly grants: AuditVaultGrants;
  /**
   * A log group for another record, such as the access log of an API: under the vault's key, kept as long as the
   * vault keeps, protected from deletion, readable by the vault's auditors.
   */
  createLogGroup(scope: Construct, id: string): logs.LogGroup;
}
