import { Duration } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { AuditVaultGrants } from './audit-vault-grants';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { VaultLogGroups, notReceived } from './vault-log-groups';

/** What a folder is made of. */
export interface ArchiveFolderOptions {
  readonly days: number;
  readonly key: kms.IKey;
  readonly record: AuditRecord;
  readonly admit: (role: iam.IRole) => void;
}

/** What `AuditArchive.folder` gives. */
export class ArchiveFolder extends Construct implements IAuditVault {
  public readonly bucket: s3.IBucket;
  public readonly trailArn: string;
  public readonly retention: Duration;
  public readonly record: AuditRecord;
  public readonly grants: AuditVaultGrants;

  private readonly logGroups: VaultLogGroups;

  constructor(scope: Construct, id: string, { days, key, record, admit }: ArchiveFolderOptions) {
    super(scope, id);
    this.bucket = record.bucket;
    this.trailArn = record.trailArn;
    this.retention = Duration.days(days);
    this.record = record;
    this.grants = new AuditVaultGrants(this);
    this.grants._admit = admit;
    this.logGroups = new VaultLogGroups(this, days, () => key);
  }

  public createLogGroup(scope: Construct, id: string): logs.LogGroup {
    const logGroup = this.logGroups.create(scope, id);
    this.grants._include(logGroup);
    return logGroup;
  }

  public receive(_logGroup: logs.ILogGroup): void {
    throw notReceived(this, 'what comes to a folder comes from the account of its trail', 'let the trail receive it');
  }
}
