import { Duration, Stack } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AuditVaultGrants } from './audit-vault-grants';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { VaultLogGroups, notReceived } from './vault-log-groups';
import { partsOf } from './vault-parts';

/** What a folder is made of. */
export interface ArchiveFolderOptions {
  readonly days: number;
  readonly key: kms.IKey;
  readonly record: AuditRecord;
  readonly admit: (role: iam.IRole) => void;
  /** By which record log groups come to the folder, where it is of this app. */
  readonly comesBy: () => IAuditVault | undefined;
}

/** What `AuditArchive.folder` gives. */
export class ArchiveFolder extends Construct implements IAuditVault {
  public readonly bucket: s3.IBucket;
  public readonly trailArn: string;
  public readonly retention: Duration;
  public readonly record: AuditRecord;
  public readonly grants: AuditVaultGrants;

  private readonly logGroups: VaultLogGroups;
  private readonly comesBy: () => IAuditVault | undefined;

  constructor(scope: Construct, id: string, { days, key, record, admit, comesBy }: ArchiveFolderOptions) {
    super(scope, id);
    this.bucket = record.bucket;
    this.trailArn = record.trailArn;
    this.retention = Duration.days(days);
    this.record = record;
    this.grants = new AuditVaultGrants(this);
    this.grants._admit = admit;
    this.comesBy = comesBy;
    this.logGroups = new VaultLogGroups(this, days, () => key);
  }

  public createLogGroup(scope: Construct, id: string): logs.LogGroup {
    const logGroup = this.logGroups.create(scope, id);
    this.grants._include(logGroup);
    if (this.isBeside(this.comesBy())) this.receive(logGroup);
    return logGroup;
  }

  public receive(logGroup: logs.ILogGroup): void {
    const by = this.comesBy();
    if (by !== undefined) {
      by.receive(logGroup);
      return;
    }
    throw notReceived(
      this,
      'log groups come to a folder by the trail that writes to it, and none of this app does so yet',
      'make its `ArchivedAuditTrail` before, or let that of the other app receive the log group',
    );
  }

  /** Whether it can receive what is made here. */
  private isBeside(by: IAuditVault | undefined): boolean {
    if (by === undefined || partsOf(by).delivery === undefined) return false;
    const [ours, theirs] = [Stack.of(this), Stack.of(by)];
    return ours.account === theirs.account && ours.region === theirs.region;
  }
}
