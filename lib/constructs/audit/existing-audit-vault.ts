import { Annotations, Arn, ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { compartmentOf } from '../intent';
import { declareForTemplate } from '../separation/template-declaration';
import { AuditVaultGrants } from './audit-vault-grants';
import type { ExistingAuditVaultProps } from './existing-audit-vault-props';
import { declareRecord } from './existing-record';
import { existingLogDelivery } from './existing-log-delivery';
import { deployingRoleArn } from './guard-administrator';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { vaultKey } from './vault-key';
import { VaultLogGroups, notReceived } from './vault-log-groups';
import { noteParts, partsOf } from './vault-parts';
import { retentionDays } from './vault-retention';

/** Why an existing record is told of, and how to say that it was looked at: the id of the warning. */
const NOT_VERIFIED = 'cdk-bulkhead:audit-record-not-verified';

/** What `AuditVault.fromExisting` gives. */
export class ExistingAuditVault extends Construct implements IAuditVault {
  public readonly bucket: s3.IBucket;
  public readonly trailArn: string;
  public readonly retention: Duration;
  public readonly record: AuditRecord;
  public readonly grants: AuditVaultGrants;

  private readonly logGroups: VaultLogGroups;

  constructor(scope: Construct, id: string, props: ExistingAuditVaultProps) {
    super(scope, id);
    const days = retentionDays(this, props.retention, props.acceptLongRetention ?? false);
    const stack = Stack.of(this);
    const { bucket, trailArn, encryptionKey, accessLogBucket, logGroup } = props;
    const source = props.sourceAccount ?? stack.account;
    this.check(props, source);
    this.bucket = bucket;
    this.trailArn = trailArn;
    this.retention = Duration.days(days);
    this.record = {
      bucket,
      account: props.bucketAccount ?? stack.account,
      region: regionOf(encryptionKey) ?? stack.region,
      prefix: [props.keyPrefix, 'AWSLogs', props.organizationId, source].filter((part) => part !== undefined).join('/'),
      trailArn,
      ...(encryptionKey === undefined ? {} : { encryptionKey }),
      ...(accessLogBucket === undefined ? {} : { accessLogBucket }),
      ...(logGroup === undefined ? {} : { logGroup }),
    };
    this.grants = new AuditVaultGrants(this);
    const delivery = props.logs === true ? existingLogDelivery(this, () => this.logKey()) : undefined;
    noteParts(this, { ...(delivery === undefined ? {} : { delivery }), copies: delivery?.copies ?? [] });
    this.logGroups = new VaultLogGroups(this, days, () => this.logKey(), delivery);
    const unknown = declareRecord(this, this.record, {
      path: this.node.path,
      retentionDays: days,
      ...(props.owner === undefined ? {} : { owner: props.owner }),
    });
    declareForTemplate(stack, { recordedBy: Token.isUnresolved(trailArn) ? 'known at deployment' : trailArn });
    if (unknown.length > 0) Annotations.of(this).addWarningV2(NOT_VERIFIED, notVerified(unknown));
  }

  public createLogGroup(scope: Construct, id: string): logs.LogGroup {
    const logGroup = this.logGroups.create(scope, id);
    this.grants._include(logGroup);
    if (partsOf(this).delivery !== undefined) this.receive(logGroup);
    return logGroup;
  }

  public receive(logGroup: logs.ILogGroup): void {
    if (partsOf(this).delivery === undefined) {
      throw notReceived(
        this,
        'the bucket was there before, and was declared without `logs`',
        'say `logs: true`, and have the owner of the bucket let in the role that copies; or let an AuditVault receive it',
      );
    }
    this.logGroups.receive(logGroup);
  }

  /** The key of the bucket may be of another account, and lets CloudWatch Logs in for nobody knows whom. */
  private logKey(): kms.IKey {
    const before = this.node.tryFindChild('LogKey') as kms.Key | undefined;
    const administratorArn = deployingRoleArn(this);
    return (
      before ??
      vaultKey(this, 'LogKey', {
        description: `Log groups of ${this.node.path}`,
        compartment: compartmentOf(this),
        trails: [],
        forLogGroups: true,
        ...(administratorArn === undefined ? {} : { administratorArn }),
      })
    );
  }

  private check({ trailArn, organizationId, bucketAccount, keyPrefix }: ExistingAuditVaultProps, source: string): void {
    const refuse = (what: string, mend: string): Error =>
      misuse(this, { code: 'BH4040', what, why: 'auditors would be let in to a folder that nobody writes', mend });
    for (const account of [source, bucketAccount ?? source]) {
      if (Token.isUnresolved(account) || /^\d{12}$/.test(account)) continue;
      throw refuse(`\`${account}\` is no account`, 'give twelve digits');
    }
    if (keyPrefix !== undefined && !/^[^/](?:.*[^/])?$/.test(keyPrefix)) {
      throw refuse(`\`keyPrefix\` is \`${keyPrefix}\``, 'leave it out, or give it without slashes at its ends');
    }
    if (organizationId !== undefined && !/^o-[a-z0-9]{10,32}$/.test(organizationId)) {
      throw refuse(`\`organizationId\` is \`${organizationId}\``, 'give the id, such as `o-a1b2c3d4e5`');
    }
    if (Token.isUnresolved(trailArn)) return;
    const found = /^arn:[^:]+:cloudtrail:[^:*]+:(\d{12}):trail\/[\w.-]+$/.exec(trailArn);
    if (found === null) {
      throw refuse(
        `\`trailArn\` is \`${trailArn}\``,
        'give it in full: `arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME`',
      );
    }
    if (organizationId === undefined && !Token.isUnresolved(source) && found[1] !== source) {
      throw refuse(
        `the trail of account ${found[1]} does not record account ${source}`,
        "name the `organizationId` where it is the trail of an organization, or this account's own trail",
      );
    }
  }
}

function regionOf(key: kms.IKey | undefined): string | undefined {
  if (key === undefined || Token.isUnresolved(key.keyArn)) return undefined;
  return Arn.split(key.keyArn, ArnFormat.SLASH_RESOURCE_NAME).region;
}

function notVerified(unknown: readonly string[]): string {
  return `not verified here, for no template of this app shows it: ${unknown.join(', ')}. Nothing says that it is locked, logs, is written by that trail alone or can be read; have it checked where it is made (\`bulkhead check ONE/cdk.out OTHER/cdk.out\` judges both), then acknowledge this.`;
}
