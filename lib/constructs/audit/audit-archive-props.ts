import type { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type { AuditReplica } from './audit-replica';
import type { LockMode } from './lock-mode';

/** A trail that writes to an archive, and where. */
export interface ArchiveSource {
  /**
   * What it is called here, and the folder that it writes to: 1 to 40 lower-case letters, digits and hyphens, unique in
   * the archive.
   */
  readonly name: string;
  /** The account of the trail, twelve digits. */
  readonly account: string;
  /**
   * The region of the trail.
   *
   * @default - the region of the archive
   */
  readonly region?: string;
  /**
   * The name of the trail, as `ArchivedAuditTrail` gets it too.
   *
   * @default - the name of the source with `-audit` behind it
   */
  readonly trailName?: string;
  /**
   * Whether log groups of the account arrive here too, by the role `NAME-logs-REGION` of it.
   *
   * @default true
   */
  readonly logs?: boolean;
  /**
   * The ARNs of roles of other apps that may read this folder; roles of this app get in by `grants.read` of the folder or
   * of the trail. Each needs permissions of its own besides, where it is of another account.
   *
   * @default - none
   */
  readonly readerArns?: string[];
}

/** Properties of an AuditArchive. */
export interface AuditArchiveProps {
  /**
   * The name of the bucket, by which trails of other accounts know it: 3 to 63 lower-case letters, digits and hyphens,
   * unique in the world. An alias of the key has the same name.
   */
  readonly bucketName: string;
  /**
   * The trails that write to it. At least one and at most 20; a bucket policy takes 20 KB, which is 11 with the longest
   * names, and 6 with a reader of another account each.
   */
  readonly sources: ArchiveSource[];
  /**
   * How long nothing that is written can be deleted, in whole days, at least one. **It cannot be undone**: under
   * COMPLIANCE nobody, not even the root user or AWS Support, can shorten it for an object that is written, and the
   * storage is paid for until the end.
   */
  readonly retention: Duration;
  /**
   * That a retention of more than seven years is meant.
   *
   * @default false
   */
  readonly acceptLongRetention?: boolean;
  /**
   * How firmly the objects are locked. GOVERNANCE needs `governanceReason`.
   *
   * @default LockMode.COMPLIANCE
   */
  readonly lockMode?: LockMode;
  /**
   * Why the record needs no COMPLIANCE lock.
   *
   * @default - none is needed
   */
  readonly governanceReason?: string;
  /**
   * The team that answers for the archive. Not a team whose system is recorded.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * After how long records move to cheaper storage. At least 30 days, in whole days.
   *
   * @default Duration.days(90)
   */
  readonly coldAfter?: Duration;
  /**
   * The only role that may change the guards after they stand, as of an AuditVault.
   *
   * @default - the role with which CloudFormation deploys the stack
   */
  readonly administrator?: iam.IRole;
  /**
   * Where every object is copied to, with its retention. The stack is deployed after that of the replica.
   *
   * @default - nowhere
   */
  readonly replica?: AuditReplica;
}
