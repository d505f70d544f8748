import { Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { compartmentOf, declareIntent } from '../intent';
import { accessLogBucket } from './access-log-bucket';
import { ArchiveFolder } from './archive-folder';
import { isBucketName } from './bucket-name';
import { guardAdministratorArn } from './guard-administrator';
import type { IAuditVault } from './i-audit-vault';
import type { LockMode } from './lock-mode';
import { below, copiesArriveAt } from './arriving-copies';
import { namedTarget } from './copy-target';
import type { CopyTarget } from './copy-target';
import { vaultBucket } from './vault-bucket';
import { vaultKey } from './vault-key';
import { checkLockMode, coldAfterDays, retentionDays } from './vault-retention';

/** Properties of an AuditReplica. */
export interface AuditReplicaProps {
  /** The name of the bucket: 3 to 63 lower-case letters, digits and hyphens. An alias of the key has the same name. */
  readonly bucketName: string;
  /** How long nothing that is copied can be deleted, in whole days: at least as long as what it is a copy of. */
  readonly retention: Duration;
  /**
   * That a retention of more than seven years is meant.
   *
   * @default false
   */
  readonly acceptLongRetention?: boolean;
  /**
   * How firmly the copies are locked. GOVERNANCE needs `governanceReason`.
   *
   * @default LockMode.COMPLIANCE
   */
  readonly lockMode?: LockMode;
  /**
   * Why the copies need no COMPLIANCE lock.
   *
   * @default - none is needed
   */
  readonly governanceReason?: string;
  /**
   * The team that answers for the copies.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * After how long copies move to cheaper storage. At least 30 days, in whole days.
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
}

/**
 * A copy of records in another region or account, with a lock and a key of its own: S3 copies each object with its
 * retention as soon as it is written, and nobody else writes here. It stays when the original's key or account is lost.
 * `AuditVault` and `AuditArchive` name it as their `replica`.
 *
 * Deletions are not copied: neither delete markers nor of versions. What was written before the replica was there is not
 * copied either.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export class AuditReplica extends Construct {
  /** The locked bucket with the copies. */
  public readonly bucket: s3.IBucket;
  /** Where S3 writes who touched it. */
  public readonly accessLogBucket: s3.IBucket;
  /** The key of the copies. */
  public readonly encryptionKey: kms.IKey;
  /** How long nothing in the bucket can be deleted. */
  public readonly retention: Duration;

  private readonly name: string;
  private readonly alias: kms.Alias;
  private readonly replicatorArns: string[] = [];
  private readonly readerArns: string[] = [];

  /**
   * @throws BH4001, BH4002, BH4004 and BH4008 as an AuditVault, BH4060 where the name is none, or the stack has no
   * account and region of its own.
   */
  constructor(scope: Construct, id: string, props: AuditReplicaProps) {
    super(scope, id);
    const days = retentionDays(this, props.retention, props.acceptLongRetention ?? false);
    const lockMode = checkLockMode(this, props);
    const administratorArn = guardAdministratorArn(this, props.administrator);
    this.check(props.bucketName);
    this.name = props.bucketName;
    this.retention = Duration.days(days);
    this.encryptionKey = vaultKey(this, 'Key', {
      description: `Copies of audit records${props.owner === undefined ? '' : ` (owner: ${props.owner})`}`,
      compartment: compartmentOf(this),
      trails: [],
      forLogGroups: true,
      administratorArn,
      isDeployedByOthers: props.administrator !== undefined,
    });
    this.alias = new kms.Alias(this, 'Alias', { aliasName: `alias/${this.name}`, targetKey: this.encryptionKey });
    this.alias.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    const accessLogs = accessLogBucket(this, 'AccessLogs', {
      retentionDays: days,
      administratorArn,
      readerArns: () => this.readerArns,
    });
    this.bucket = vaultBucket(this, 'Bucket', {
      bucketName: this.name,
      key: this.encryptionKey,
      accessLogs,
      retentionDays: days,
      lockMode,
      coldAfterDays: coldAfterDays(this, props.coldAfter, days),
      writers: [],
      arriving: { copierArns: () => this.replicatorArns },
      administratorArn,
      readerArns: () => this.readerArns,
    });
    this.accessLogBucket = accessLogs;
    declareIntent(this.bucket.node.defaultChild as CfnResource, {
      kind: 'audit-bucket',
      path: this.node.path,
      retentionDays: days,
      ...(props.owner === undefined ? {} : { owner: props.owner }),
      ...(props.governanceReason === undefined ? {} : { governanceReason: props.governanceReason }),
    });
  }

  /** The copy of a record, for `AuditorRole` and `AuditQueries` in the account of the replica. */
  public copyOf(vault: IAuditVault): IAuditVault {
    const { account, region } = Stack.of(this);
    const { prefix, trailArn } = vault.record;
    return new ArchiveFolder(this, `CopyOf-${vault.node.addr.slice(0, 12)}`, {
      days: this.retention.toDays(),
      key: this.encryptionKey,
      record: {
        bucket: this.bucket,
        account,
        region,
        prefix,
        trailArn,
        encryptionKey: this.encryptionKey,
        keyCompartment: compartmentOf(this),
        accessLogBucket: this.accessLogBucket,
      },
      admit: (role) => this.admitReader(role),
      comesBy: () => vault,
    });
  }

  /**
   * By which names the original knows it.
   *
   * @internal
   */
  public get _target(): CopyTarget {
    const { account, region, partition } = Stack.of(this);
    const { policy } = this.bucket as s3.Bucket;
    return namedTarget({
      id: 'EverythingToTheReplica',
      path: this.node.path,
      bucketName: this.name,
      account,
      region,
      partition,
      retentionDays: this.retention.toDays(),
      admit: (roleArn, original, folders) => this.admitReplicator(roleArn, original, folders),
      writable: [this.alias, ...(policy === undefined ? [] : [policy])],
    });
  }

  /**
   * What another app has to know of it.
   *
   * @internal
   */
  public get _attributes(): object {
    const { account, region } = Stack.of(this);
    return { bucketName: this.name, account, region, retentionDays: this.retention.toDays() };
  }

  /** Lets the role of an original copy to its folders here, and to no others. */
  private admitReplicator(roleArn: string, account: string, folders: readonly string[]): void {
    const { partition, region } = Stack.of(this);
    const number = this.replicatorArns.push(roleArn);
    const objects = below(this.bucket.bucketArn, folders);
    const sids = { allow: `ReplicationWrites${number}`, deny: `DenyCopyingElsewhere${number}` };
    this.bucket.addToResourcePolicy(copiesArriveAt(this.bucket, sids, { roleArn, account, objects }));
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `ReplicationEncrypts${number}`,
        principals: [new iam.ArnPrincipal(`arn:${partition}:iam::${account}:root`)],
        actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: {
          ArnEquals: { 'aws:PrincipalArn': roleArn },
          StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        },
      }),
    );
  }

  private admitReader(role: iam.IRole): void {
    const number = this.readerArns.push(role.roleArn);
    this.encryptionKey.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `AuditorDecrypts${number}`,
        principals: [new iam.ArnPrincipal(role.roleArn)],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }

  private check(bucketName: string): void {
    const { account, region } = Stack.of(this);
    const isNamed = isBucketName(bucketName);
    if (isNamed && !Token.isUnresolved(account) && !Token.isUnresolved(region)) return;
    throw misuse(this, {
      code: 'BH4060',
      what: isNamed ? 'account or region of the stack are not known' : `\`bucketName\` is \`${bucketName}\``,
      why: 'the original, which is elsewhere, knows it by its name',
      mend: 'give the stack an `env` with both, and 3 to 63 lower-case letters, digits and single hyphens',
    });
  }
}
