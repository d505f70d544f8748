import type { Duration } from 'aws-cdk-lib';
import type { ArchiveSource } from './audit-archive-props';

/** The replica of an archive that is of another app: what is sent there is copied to both. */
export interface ArchiveReplicaAttributes {
  /** The name of its bucket, as the `AuditReplica` was given it. */
  readonly bucketName: string;
  /** Its account, twelve digits. */
  readonly account: string;
  /** Its region. */
  readonly region: string;
  /** How long nothing in it can be deleted. */
  readonly retention: Duration;
}

/** What an app has to know of an archive of another app. The output `…AttributesOfTheArchive` over there has all of it. */
export interface AuditArchiveAttributes {
  /** The name of the bucket, as the `AuditArchive` was given it. */
  readonly bucketName: string;
  /** The account of the archive, twelve digits. */
  readonly account: string;
  /** The region of the archive. */
  readonly region: string;
  /** How long nothing in the bucket can be deleted, as the `AuditArchive` was given it. */
  readonly retention: Duration;
  /**
   * The sources that this app has trails for, word for word as the `AuditArchive` was given them, with the ARNs of their
   * readers.
   */
  readonly sources: ArchiveSource[];
  /**
   * The replica of the archive. It has to be said: S3 does not copy on what arrives as a copy, so that log groups are
   * copied to both from here.
   *
   * @default - the archive has none
   */
  readonly replica?: ArchiveReplicaAttributes;
}
