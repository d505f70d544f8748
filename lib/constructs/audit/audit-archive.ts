import { CfnOutput, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import type * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { compartmentOf, declareIntent } from '../intent';
import { accessLogBucket } from './access-log-bucket';
import type { AuditArchiveAttributes } from './archive-attributes';
import { ArchiveFolder } from './archive-folder';
import { Locating, archiveSources, keyStatement, logsEncryptedOf, readingOf, tooLong } from './archive-sources';
import type { KnownSource } from './archive-sources';
import type { AuditArchiveProps } from './audit-archive-props';
import { guardAdministratorArn } from './guard-administrator';
import type { IAuditArchive } from './i-audit-archive';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import { ImportedAuditArchive } from './imported-archive';
import { noteArchive, sourceOf } from './known-archive';
import type { KnownArchive } from './known-archive';
import { arrivingFolder } from './log-delivery';
import { copiesArriveAt } from './arriving-copies';
import { replicationOf } from './replication';
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
export class AuditArchive extends Construct implements IAuditArchive {
  /**
   * An archive of another app, for the `ArchivedAuditTrail`s of this one. Its own app names this app's trails, roles and
   * readers by `sources` alone; both apps are given the same. An output of each, `…AttributesOfTheArchive` there and
   * `…SourceOfTheArchive` of each trail here, has what the other has to be given.
   *
   * Checked here are the shapes of names and ARNs, that trail and stack are of the account and region of the source, and
   * that each reader is among its `readerArns`. That the archive is there, locked, and lets them in is not: a warning says
   * so (`cdk-bulkhead:audit-archive-not-verified`), which is to be acknowledged by who looked at it.
   *
   * @throws BH4001 where the retention is not plausible, BH4050 where name or sources are not, BH4055 where account, region
   * or replica are not.
   */
  public static fromAttributes(scope: Construct, id: string, attrs: AuditArchiveAttributes): IAuditArchive {
    return new ImportedAuditArchive(scope, id, attrs);
  }

  /** The name of the locked bucket. */
  public readonly bucketName: string;
  /** The locked bucket. */
  public readonly bucket: s3.IBucket;
  /** Where S3 writes who touched it. */
  public readonly accessLogBucket: s3.IBucket;
  /** The key of the bucket. */
  public readonly encryptionKey: kms.IKey;
  /** How long nothing in the bucket can be deleted. */
  public readonly retention: Duration;

  private readonly known: KnownArchive;
  private readonly folders = new Map<string, IAuditVault>();
  private readonly readers = new Map<string, string[]>();
  private readonly watched: readonly WatchedCopy[];
  private readonly locating = new Locating(this);

  /**
   * @throws BH4001, BH4002, BH4004 and BH4008 as an AuditVault, BH4050 where name or sources are not plausible, or the
   * stack has no account and region of its own.
   */
  constructor(scope: Construct, id: string, props: AuditArchiveProps) {
    super(scope, id);
    const days = retentionDays(this, props.retention, props.acceptLongRetention ?? false);
    const lockMode = checkLockMode(this, props);
    const administratorArn = guardAdministratorArn(this, props.administrator);
    const { account: here, region, partition } = Stack.of(this);
    const place = { account: here, region, partition };
    const sources = archiveSources(this, place, props);
    this.bucketName = props.bucketName;
    this.retention = Duration.days(days);
    for (const { name, readerArns } of sources) this.readers.set(name, [...readerArns]);

    const owner = props.owner === undefined ? {} : { owner: props.owner };
    const key = vaultKey(this, 'Key', {
      description: `Audit archive${props.owner === undefined ? '' : ` (owner: ${props.owner})`}`,
      compartment: compartmentOf(this),
      trails: sources,
      forLogGroups: true,
      administratorArn,
      isDeployedByOthers: props.administrator !== undefined,
      more: sources.flatMap(({ readerArns }) => readerArns.map((arn) => keyStatement(this, arn))),
    });
    this.encryptionKey = key;
    const alias = new kms.Alias(this, 'Alias', {
      aliasName: `alias/${props.bucketName}`,
      targetKey: this.encryptionKey,
    });
    alias.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    const senders = sources.filter(({ logs: sends }) => sends);
    const accessLogs = accessLogBucket(this, 'AccessLogs', {
      retentionDays: days,
      administratorArn,
      // The files name objects of all folders.
      readerArns: () => [...new Set([...this.readers.values()].flat())],
    });
    const copies = props.replica === undefined ? [] : [props.replica._target];
    const folders = sources.map(({ name }) => `${name}/`);
    const replication = copies.length === 0 ? undefined : replicationOf(this, copies, days, folders);
    const copied = replication === undefined ? [] : [replication.roleArn];
    const bucket = vaultBucket(this, 'Bucket', {
      bucketName: props.bucketName,
      key: this.encryptionKey,
      accessLogs,
      retentionDays: days,
      lockMode,
      coldAfterDays: coldAfterDays(this, props.coldAfter, days),
      writers: sources,
      arriving: { copierArns: () => senders.map(({ copierArn }) => copierArn) },
      administratorArn,
      readerArns: () => [...new Set([...this.readers.values()].flat()), ...copied],
    });
    for (const { id: sid, name, prefix, readerArns } of sources) {
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
      bucket.addToResourcePolicy(copiesArriveAt(bucket, sids, { roleArn, account, objects }));
      for (const { admit } of copies) admit(roleArn, account, [`${arrivingFolder(prefix)}/`]);
    }
    if (senders.length > 0) key.addToResourcePolicy(logsEncryptedOf(this, senders));
    replication?.replicate(bucket, key);
    this.known = {
      bucketName: props.bucketName,
      place,
      retentionDays: days,
      sources,
      trails: new Map(),
      copies: copies.map((copy) => ({ ...copy, admit: () => undefined })),
      writable: () => [alias, bucket.policy, replication?.policy].filter((each) => each !== undefined),
      admit: (source, role) => this.admit(source, role),
      parts: { encryptionKey: key, accessLogBucket: accessLogs, compartment: compartmentOf(this) },
    };
    noteArchive(this, this.known);
    this.watched = replication?.watched(bucket) ?? [];
    this.accessLogBucket = accessLogs;
    this.bucket = bucket;
    new CfnOutput(this, 'AttributesOfTheArchive', {
      description: 'What `AuditArchive.fromAttributes` of other apps takes, beside their `sources`',
      value: JSON.stringify({
        bucketName: props.bucketName,
        account: here,
        region,
        retentionDays: days,
        ...(props.replica === undefined ? {} : { replica: props.replica._attributes }),
      }),
    });
    this.node.addValidation({ validate: () => tooLong(this, bucket.policy, props.bucketName) });
    declareIntent(bucket.node.defaultChild as CfnResource, {
      kind: 'audit-bucket',
      path: this.node.path,
      retentionDays: days,
      writers: sources.map(({ account, region, trailName }) => `cloudtrail:${region}:${account}:trail/${trailName}`),
      ...owner,
      ...(props.governanceReason === undefined ? {} : { governanceReason: props.governanceReason }),
    });
  }

  /**
   * The folder of a source, as a record for auditors of the account of the archive: for `AuditorRole` and
   * `AuditQueries`. What the trail writes to its log group is not in it, but in the account of the trail. It receives log
   * groups by the `ArchivedAuditTrail` of the source, where that is of this app.
   *
   * @throws BH4051 where there is no such source.
   */
  public folder(name: string): IAuditVault {
    let folder = this.folders.get(name);
    if (folder === undefined) {
      const source = sourceOf(this, this.known, name);
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
        admit: (role) => this.admit(source, role),
        comesBy: () => this.known.trails.get(name),
      });
      noteParts(folder, { copies: this.watched });
      this.folders.set(name, folder);
    }
    return folder;
  }

  /** Lets a role read the folder of a source, on the side of the archive. */
  private admit({ name, prefix }: KnownSource, role: iam.IRole): void {
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
    this.locating.admit(bucket, roleArn, account);
  }

  private recordOf({ prefix, trailArn }: KnownSource): Pick<AuditRecord, 'account' | 'region' | 'prefix' | 'trailArn'> {
    const { account, region } = Stack.of(this);
    return { account, region, prefix, trailArn };
  }
}
