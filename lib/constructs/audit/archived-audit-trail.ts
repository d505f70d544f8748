import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { compartmentOf, declareIntent } from '../intent';
import { accessLogBucket } from './access-log-bucket';
import { AuditVaultGrants } from './audit-vault-grants';
import { DataEvents } from './data-events';
import { guardAdministratorArn } from './guard-administrator';
import type { IAuditArchive } from './i-audit-archive';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { archiveOf, keyAliasArn, logTargets, sourceOf } from './known-archive';
import { LogDelivery } from './log-delivery';
import { RecordedEvents } from './recorded-events';
import { vaultKey } from './vault-key';
import { VaultLogGroups, notReceived } from './vault-log-groups';
import { noteParts, partsOf } from './vault-parts';
import { vaultTrail } from './vault-trail';

/** Properties of an ArchivedAuditTrail. */
export interface ArchivedAuditTrailProps {
  /** The archive to which the trail writes: of this app, or of another by `AuditArchive.fromAttributes`. */
  readonly archive: IAuditArchive;
  /** Which of its sources this is. */
  readonly source: string;
  /**
   * What is recorded beyond management events, in the whole account; single resources by `recordFunctions`,
   * `recordTables` and `recordBuckets`. It is paid for by event.
   *
   * @default - nothing of the whole account
   */
  readonly dataEvents?: DataEvents[];
  /**
   * Whether CloudTrail looks for unusual rates of calls and of errors.
   *
   * @default true
   */
  readonly insights?: boolean;
  /**
   * The team that answers for the record. Not the team that runs the system.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
}

/**
 * The trail of an account whose record lies in an `AuditArchive` of another: as that of an `AuditVault`, with a log group
 * here for queries and alarms, and nothing of bucket and lock within reach of this account. Auditors, queries, alarms,
 * `DeploymentBoundary` and APIs take it as they take a vault.
 *
 * A reader of this account is let in on both sides: by its own policies, and by those of bucket and key for its folder
 * alone. Give it a `roleName`, by which the archive knows it. The stack is deployed after that of the archive.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-set-bucket-policy-for-multiple-accounts.html
 */
export class ArchivedAuditTrail extends Construct implements IAuditVault {
  /** The locked bucket, which is in the account of the archive. */
  public readonly bucket: s3.IBucket;
  /** The trail. */
  public readonly trail: cloudtrail.CfnTrail;
  /** The ARN of the trail, known by its name. */
  public readonly trailArn: string;
  /** The log group with the events of the trail, for queries and alarms. */
  public readonly logGroup: logs.ILogGroup;
  /** How long nothing in the bucket can be deleted. */
  public readonly retention: Duration;
  /** Where the record lies, and who writes it. */
  public readonly record: AuditRecord;
  /** What can be granted on the record. */
  public readonly grants: AuditVaultGrants;

  private readonly logGroups: VaultLogGroups;
  private readonly recorded: RecordedEvents;

  /** @throws BH4051 where the archive has no such source, BH4052 where the source is of another account or region, BH4057
   * where `archive` is none. */
  constructor(scope: Construct, id: string, props: ArchivedAuditTrailProps) {
    super(scope, id);
    const archive = archiveOf(this, props.archive);
    const source = sourceOf(this, archive, props.source);
    this.checkPlace(source);
    const { bucketName, retentionDays: days, parts } = archive;
    const { account, region, partition } = archive.place;
    const ours = account === source.account ? parts : undefined;
    this.retention = Duration.days(days);
    this.trailArn = source.trailArn;
    this.recorded = new RecordedEvents(props.dataEvents ?? []);
    this.bucket = s3.Bucket.fromBucketAttributes(this, 'Archive', { bucketName, account, region });
    const administratorArn = guardAdministratorArn(this, undefined);
    const key = vaultKey(this, 'Key', {
      description: `Log groups of ${this.node.path}`,
      compartment: compartmentOf(this),
      trails: [],
      forLogGroups: true,
      administratorArn,
    });
    this.grants = new AuditVaultGrants(this);
    this.grants._admit = (role) => archive.admit(source, role);
    const delivery = source.logs
      ? new LogDelivery(this, 'LogDelivery', {
          prefix: source.prefix,
          key,
          accessLogs: accessLogBucket(this, 'AccessLogs', {
            retentionDays: days,
            administratorArn,
            readerArns: () => this.grants.readerArns,
          }),
          administratorArn,
          targets: logTargets(props.archive.node.path, archive),
          roleName: source.copierName,
          days,
        })
      : undefined;
    if (delivery !== undefined) this.grants._includeDelivery(delivery);
    noteParts(this, { ...(delivery === undefined ? {} : { delivery }), copies: delivery?.copies ?? [] });
    this.logGroups = new VaultLogGroups(this, days, () => key, delivery);
    this.logGroup = this.logGroups.create(this, 'LogGroup');
    this.record = {
      bucket: this.bucket,
      account,
      region,
      prefix: source.prefix,
      trailArn: this.trailArn,
      // Which key it is, is known at deployment only: the key policy of the archive's lets in, that of others does not.
      encryptionKey:
        ours?.encryptionKey ??
        kms.Key.fromKeyArn(this, 'ArchiveKey', `arn:${partition}:kms:${region}:${account}:key/*`),
      ...(ours === undefined ? { keyAlias: `alias/${bucketName}` } : {}),
      logGroup: this.logGroup,
      logGroupKey: key,
      ...(ours === undefined ? {} : { accessLogBucket: ours.accessLogBucket, keyCompartment: ours.compartment }),
    };
    this.trail = vaultTrail(this, 'Trail', {
      trailName: source.trailName,
      trailArn: this.trailArn,
      bucketName,
      keyPrefix: source.name,
      keyArn: keyAliasArn(archive),
      after: archive.writable(),
      logGroup: this.logGroup,
      recorded: () => this.recorded.data,
      bucketArns: [
        this.bucket.bucketArn,
        ...(ours === undefined ? [] : [ours.accessLogBucket.bucketArn]),
        ...(delivery === undefined ? [] : [delivery.bucket.bucketArn, delivery.accessLogBucket.bucketArn]),
      ],
      insights: props.insights ?? true,
    });
    declareIntent(this.trail, {
      kind: 'audit-trail',
      path: this.node.path,
      retentionDays: days,
      ...(parts === undefined ? { elsewhere: [bucketName] } : {}),
      ...(props.owner === undefined ? {} : { owner: props.owner }),
    });
    archive.trails.set(source.name, this);
    if (parts === undefined) {
      const { name, trailName, logs: sends, readerArns } = source;
      new CfnOutput(this, 'SourceOfTheArchive', {
        description: 'What the `AuditArchive` of the other app has to have among its `sources`',
        value: JSON.stringify({
          name,
          account: source.account,
          region: source.region,
          trailName,
          logs: sends,
          readerArns,
        }),
      });
    }
  }

  /**
   * A log group for another record, such as the access log of an API: under a key of this account, kept as long as the
   * archive keeps but at most ten years, protected from deletion, readable by the auditors, and received by the archive
   * unless its source says `logs: false`.
   *
   * @throws BH4005 where it is known to be in another region or account than the key.
   */
  public createLogGroup(scope: Construct, id: string): logs.LogGroup {
    const logGroup = this.logGroups.create(scope, id);
    this.grants._include(logGroup);
    if (partsOf(this).delivery !== undefined) this.receive(logGroup);
    return logGroup;
  }

  /**
   * From now on every line of this log group is copied to the archive, below `CloudWatchLogs/` in the folder of the trail.
   *
   * @throws BH4005 where it is known to be in another region or account than the trail, BH4063 where the source says
   * `logs: false`.
   */
  public receive(logGroup: logs.ILogGroup): void {
    if (partsOf(this).delivery === undefined) {
      throw notReceived(this, 'its source in the archive says `logs: false`', 'leave that out');
    }
    this.logGroups.receive(logGroup);
  }

  /** Records every invocation of these functions, as `AuditVault` does. */
  public recordFunctions(...functions: lambda.IFunction[]): void {
    this.recorded.add(DataEvents.FUNCTIONS, ...functions.map((each) => each.functionArn));
  }

  /** Records every read and write of items in these tables. */
  public recordTables(...tables: dynamodb.ITable[]): void {
    this.recorded.add(DataEvents.TABLES, ...tables.map((each) => each.tableArn));
  }

  /** Records every read and write of objects in these buckets. */
  public recordBuckets(...buckets: s3.IBucket[]): void {
    this.recorded.add(DataEvents.BUCKETS, ...buckets.map((each) => each.bucketArn));
  }

  private checkPlace(source: { readonly name: string; readonly account: string; readonly region: string }): void {
    const { account, region } = Stack.of(this);
    if (account === source.account && region === source.region) return;
    throw misuse(this, {
      code: 'BH4052',
      what: `the source \`${source.name}\` is in ${source.account} and ${source.region}, the stack is not known to be there`,
      why: 'bucket and key of the archive let in the trail of that account and region, and no other',
      mend: 'give the stack an `env` with both, or name the source of this account',
    });
  }
}
