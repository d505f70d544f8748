import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { IDependable } from 'constructs';
import { misuse } from '../../private/errors';
import { compartmentOf, declareIntent } from '../intent';
import { accessLogBucket } from './access-log-bucket';
import { ArchiveFolder } from './archive-folder';
import { archiveSources, keyStatement, logsEncryptedOf, readingOf, tooLong } from './archive-sources';
import type { KnownSource } from './archive-sources';
import type { AuditArchiveProps } from './audit-archive-props';
import { guardAdministratorArn } from './guard-administrator';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { arrivingFolder } from './log-delivery';
import { copiesArrive, replicationOf } from './replication';
import type { CopyTarget } from './replication';
import { vaultBucket } from './vault-bucket';
import { denyLooking } from './vault-bucket-policy';
import { vaultKey } from './vault-key';
import { noteParts } from './vault-parts';
import type { WatchedCopy } from './vault-parts';
import { checkLockMode, coldAfterDays, retentionDays } from './vault-retention';

/**
 * An account's locked bucket for the trails of other accounts, or of several apps: each trail writes to a folder of its
 * own and to no other, and each folder has its own readers. Bucket, key and lock are as those of an `AuditVault`; who
 * runs the apps has no say in this account. On the other side stands an `ArchivedAuditTrail`.
 *
 * It records nothing itself: make the account of the archive one of its `sources`, with an `ArchivedAuditTrail` in the
 * stack of the archive, so that tries to touch the bucket are recorded and told.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-receive-logs-from-multiple-accounts.html
 */
export class AuditArchive extends Construct {
  /** The locked bucket. */
  public readonly bucket: s3.IBucket;
  /** Where S3 writes who touched it. */
  public readonly accessLogBucket: s3.IBucket;
  /** The key of the bucket. */
  public readonly encryptionKey: kms.IKey;
  /** How long nothing in the bucket can be deleted. */
  public readonly retention: Duration;

  private readonly sources: readonly KnownSource[];
  private readonly folders = new Map<string, IAuditVault>();
  private readonly readers = new Map<string, string[]>();
  private readonly alias: kms.Alias;
  private readonly name: string;
  private readonly copies: readonly CopyTarget[];
  private readonly copying: iam.Policy | undefined;
  private readonly watched: readonly WatchedCopy[];

  /**
   * @throws BH4001, BH4002, BH4004 and BH4008 as an AuditVault, BH4050 where name or sources are not plausible, or the
   * stack has no account and region of its own.
   */
  constructor(scope: Construct, id: string, props: AuditArchiveProps) {
    super(scope, id);
    const days = retentionDays(this, props.retention, props.acceptLongRetention ?? false);
    const lockMode = checkLockMode(this, props);
    const administratorArn = guardAdministratorArn(this, props.administrator);
    this.sources = archiveSources(this, props);
    this.name = props.bucketName;
    this.retention = Duration.days(days);
    for (const { name, readerArns } of this.sources) this.readers.set(name, [...readerArns]);

    const owner = props.owner === undefined ? {} : { owner: props.owner };
    const key = vaultKey(this, 'Key', {
      description: `Audit archive${props.owner === undefined ? '' : ` (owner: ${props.owner})`}`,
      compartment: compartmentOf(this),
      trails: this.sources,
      forLogGroups: true,
      administratorArn,
      more: this.sources.flatMap(({ readerArns }) => readerArns.map((arn) => keyStatement(this, arn))),
    });
    this.encryptionKey = key;
    this.alias = new kms.Alias(this, 'Alias', {
      aliasName: `alias/${props.bucketName}`,
      targetKey: this.encryptionKey,
    });
    this.alias.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    const senders = this.sources.filter(({ logs: sends }) => sends);
    const accessLogs = accessLogBucket(this, 'AccessLogs', days);
    this.copies = props.replica === undefined ? [] : [props.replica._target];
    const folders = this.sources.map(({ name }) => `${name}/`);
    const replication = this.copies.length === 0 ? undefined : replicationOf(this, this.copies, days, folders);
    const copied = replication === undefined ? [] : [replication.roleArn];
    const bucket = vaultBucket(this, 'Bucket', {
      bucketName: props.bucketName,
      key: this.encryptionKey,
      accessLogs,
      retentionDays: days,
      lockMode,
      coldAfterDays: coldAfterDays(this, props.coldAfter, days),
      writers: this.sources,
      arriving: { copierArns: () => senders.map(({ copierArn }) => copierArn) },
      administratorArn,
      readerArns: () => [...new Set([...this.readers.values()].flat()), ...copied],
    });
    for (const { id: sid, name, prefix, readerArns } of this.sources) {
      const objects = `${bucket.bucketArn}/${prefix}/*`;
      bucket.addToResourcePolicy(
        denyLooking(`DenyReading${sid}`, objects, () => [...(this.readers.get(name) ?? []), ...copied]),
      );
      for (const arn of readerArns) {
        // In the account of the archive, a role's own policies are enough.
        if (arn.split(':')[4] !== Stack.of(this).account) this.allowReading(bucket, prefix, arn);
      }
    }
    for (const { id: sid, prefix, account, copierArn: roleArn } of senders) {
      const objects = [`${bucket.bucketArn}/${arrivingFolder(prefix)}/*`];
      const sids = { allow: `LogsArrive${sid}`, deny: `DenyCopyingElsewhere${sid}` };
      bucket.addToResourcePolicy(copiesArrive(bucket, sids, { roleArn, account, objects }));
    }
    if (senders.length > 0) key.addToResourcePolicy(logsEncryptedOf(this, senders));
    replication?.replicate(bucket, key);
    this.copying = replication?.policy;
    this.watched = replication?.watched(bucket) ?? [];
    this.accessLogBucket = accessLogs;
    this.bucket = bucket;
    this.node.addValidation({ validate: () => tooLong(this, bucket.policy, props.bucketName) });
    declareIntent(bucket.node.defaultChild as CfnResource, {
      kind: 'audit-bucket',
      path: this.node.path,
      retentionDays: days,
      writers: this.sources.map(
        ({ account, region, trailName }) => `cloudtrail:${region}:${account}:trail/${trailName}`,
      ),
      ...owner,
      ...(props.governanceReason === undefined ? {} : { governanceReason: props.governanceReason }),
    });
  }

  /**
   * The folder of a source, as a record for auditors of the account of the archive: for `AuditorRole` and
   * `AuditQueries`. What the trail writes to its log group is not in it, but in the account of the trail.
   *
   * @throws BH4051 where there is no such source.
   */
  public folder(name: string): IAuditVault {
    let folder = this.folders.get(name);
    if (folder === undefined) {
      const source = this._source(name);
      folder = new ArchiveFolder(this, `Folder-${name}`, {
        days: this.retention.toDays(),
        key: this.encryptionKey,
        record: {
          ...this.recordOf(source),
          bucket: this.bucket,
          encryptionKey: this.encryptionKey,
          keyCompartment: compartmentOf(this),
          accessLogBucket: this.accessLogBucket,
        },
        admit: (role) => this._admit(name, role),
      });
      noteParts(folder, { copies: this.watched });
      this.folders.set(name, folder);
    }
    return folder;
  }

  /**
   * What is known of a source.
   *
   * @internal
   */
  public _source(name: string): KnownSource {
    const found = this.sources.find((each) => each.name === name);
    if (found !== undefined) return found;
    throw misuse(this, {
      code: 'BH4051',
      what: `\`${name}\` is no source of the archive`,
      why: 'bucket and key let in the trails alone that are named',
      mend: `name one of ${this.sources.map((each) => `\`${each.name}\``).join(', ')}, or add it to \`sources\``,
    });
  }

  /**
   * The name of the bucket, as it was given: no reference to it.
   *
   * @internal
   */
  public get _bucketName(): string {
    return this.name;
  }

  /**
   * To where S3 copies the log groups of a source: here, and to the replica of it.
   *
   * @internal
   */
  public get _logTargets(): CopyTarget[] {
    const { account, region, partition } = Stack.of(this);
    return [
      {
        id: 'LogsToTheArchive',
        path: this.node.path,
        bucketArn: `arn:${partition}:s3:::${this.name}`,
        bucketName: this.name,
        keyArn: this._keyAliasArn,
        keyPattern: `arn:${partition}:kms:${region}:${account}:key/*`,
        keyAlias: `alias/${this.name}`,
        region,
        retentionDays: this.retention.toDays(),
        // It lets in the roles of its sources by their names, which are fixed.
        admit: () => undefined,
        writable: this._writable,
        isElsewhere: true,
      },
      ...this.copies,
    ];
  }

  /**
   * By which name the account of a trail knows the key: its id is made at deployment.
   *
   * @internal
   */
  public get _keyAliasArn(): string {
    const { account, region, partition } = Stack.of(this);
    return `arn:${partition}:kms:${region}:${account}:alias/${this.name}`;
  }

  /**
   * What has to stand before a trail can write.
   *
   * @internal
   */
  public get _writable(): IDependable[] {
    const { policy } = this.bucket as s3.Bucket;
    return [this.alias, policy, this.copying].filter((each) => each !== undefined);
  }

  /**
   * Lets a role read the folder of a source, on the side of the archive.
   *
   * @internal
   */
  public _admit(name: string, role: iam.IRole): void {
    const { prefix } = this._source(name);
    if (Token.isUnresolved(role.env.account)) {
      throw misuse(this, {
        code: 'BH4053',
        what: `the account of the reader \`${role.node.path}\` is not known`,
        why: 'the archive has to let in that role of that account, and no other',
        mend: 'give its stack an `env` with the account',
      });
    }
    this.readers.get(name)?.push(role.roleArn);
    this.encryptionKey.addToResourcePolicy(keyStatement(this, role.roleArn, role.env.account));
    if (role.env.account === Stack.of(this).account) return;
    this.allowReading(this.bucket, prefix, role.roleArn, role.env.account);
  }

  private allowReading(bucket: s3.IBucket, prefix: string, roleArn: string, account?: string): void {
    for (const statement of readingOf(this, bucket, prefix, roleArn, account)) bucket.addToResourcePolicy(statement);
  }

  private recordOf({ prefix, trailArn }: KnownSource): Pick<AuditRecord, 'account' | 'region' | 'prefix' | 'trailArn'> {
    const { account, region } = Stack.of(this);
    return { account, region, prefix, trailArn };
  }
}
