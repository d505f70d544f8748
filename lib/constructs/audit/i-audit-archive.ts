import type { Duration } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/** An archive, of this app or of another one: `AuditArchive`, or what `AuditArchive.fromAttributes` gives. */
export interface IAuditArchive extends IConstruct {
  /** The name of the locked bucket. */
  readonly bucketName: string;
  /** How long nothing in the bucket can be deleted. */
  readonly retention: Duration;
}
