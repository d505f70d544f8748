import { Duration, Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import type * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { compartmentOf, declareIntent } from '../intent';
import { accessLogBucket } from './access-log-bucket';
import type { AuditReplica } from './audit-replica';
import { AuditVaultGrants } from './audit-vault-grants';
import { DataEvents } from './data-events';
import { ExistingAuditVault } from './existing-audit-vault';
import type { ExistingAuditVaultProps } from './existing-audit-vault-props';
import { guardAdministratorArn } from './guard-administrator';
import type { AuditRecord, IAuditVault } from './i-audit-vault';
import type { LockMode } from './lock-mode';
import { RecordedEvents } from './recorded-events';
import { LogDelivery, arrivingFolder } from './log-delivery';
import { logsArrive } from './arriving-copies';
import { replicationOf } from './replication';
import { trailName } from './trail-name';
import { vaultBucket } from './vault-bucket';
import { vaultKey } from './vault-key';
import { VaultLogGroups } from './vault-log-groups';
import { noteParts } from './vault-parts';
import { checkLockMode, coldAfterDays, retentionDays } from './vault-retention';
import { vaultTrail } from './vault-trail';

const AUDIT_VAULT = Symbol.for('cdk-bulkhead.AuditVault');

/** Properties of an AuditVault. */
export interface AuditVaultProps {
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
   * Why the record needs no COMPLIANCE lock, such as that the account is for development and holds no evidence.
   *
   * @default - none is needed
   */
  readonly governanceReason?: string;
  /**
   * The team that answers for the record. Not the team that runs the system.
   *
   * @default - nobody is named
   */
  readonly owner?: string;
  /**
   * What the record is kept for, in a few words.
   *
   * @default - not said
   */
  readonly purpose?: string;
  /**
   * The name of the trail, unique in account and region. The policies name the trail by it: with another name a new
   * trail is made, and the old one can no longer write.
   *
   * @default - made from the construct path
   */
  readonly trailName?: string;
  /**
   * What is recorded beyond management events, in the whole account; single resources by `recordFunctions`,
   * `recordTables` and `recordBuckets`. It is paid for by event.
   *
   * @default - nothing of the whole account
   */
  readonly dataEvents?: DataEvents[];
  /**
   * Whether CloudTrail looks for unusual rates of calls and of errors. It is paid for by event analysed.
   *
   * @default true
   */
  readonly insights?: boolean;
  /**
   * After how long records move to cheaper storage, from which reading is paid for. At least 30 days, in whole days.
   *
   * @default Duration.days(90)
   */
  readonly coldAfter?: Duration;
  /**
   * The only role that may change the guards after they stand: bucket policy, versioning, default retention,
   * lifecycle, replication, encryption, ACL, logging and public access of the buckets; policy, tags and aliases of the
   * key. Nobody may delete objects or change their retention, this role included.
   *
   * With a role of your own a deployment creates the vault but can no longer change these guards; it then fails for
   * bucket, key and their policies until it runs with this role. The root user can replace the bucket policy in any case. By
   * default it is the role of the synthesizer: KMS refuses to make the key for another one, such as by `cdk deploy --role-arn`.
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

/**
 * An audit record that nobody who runs the system can stop, shorten, read or forge through the bucket: a trail of all
 * management events of all regions with signed digests, in a bucket with Object Lock, under a key of its own, and in a
 * log group for queries and alarms.
 *
 * Bucket, key, log group and trail outlive the stack. A deployment that fails half-way leaves bucket and key behind.
 *
 * Not promised: whoever holds `cloudtrail:StopLogging`, `UpdateTrail`, `DeleteTrail` or `PutEventSelectors` can stop
 * what is yet to be recorded (CloudTrail has no policy on the trail that could deny it). Give these to nobody. What is
 * written stays.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/best-practices-security.html
 */
export class AuditVault extends Construct implements IAuditVault {
  /** Whether this is an audit vault. Works across copies of the library. */
  public static isAuditVault(x: any): x is AuditVault {
    return x !== null && typeof x === 'object' && AUDIT_VAULT in x;
  }

  /**
   * A record that is there already: the trail of an organization, a log archive's bucket, a trail and bucket of this app.
   * Auditors, queries, alarms, `DeploymentBoundary` and APIs take it as they take a vault.
   *
   * What of it is a resource of this app is judged in the final template, by the rules and the analysis, like a vault's.
   * Of what is not, a warning says *not verified here* (`cdk-bulkhead:audit-record-not-verified`), which is to be
   * acknowledged by who looked at it. Nothing of the record is changed, but the policies of a bucket and key of this
   * app, which let in whom `grants.read` names; elsewhere, bucket and key have to let the reader in themselves. Log
   * groups that are made of it are under a key of their own; with `logs` they are copied to the bucket.
   *
   * @throws BH4001 where the retention is not plausible, BH4040 where trail, prefix and accounts do not fit each other,
   * BH4041 where the trail is of this app and writes elsewhere; with `logs`, BH4062 where the bucket is of another account
   * and that of the stack is not known, BH4063 where S3 could not copy to it.
   */
  public static fromExisting(scope: Construct, id: string, props: ExistingAuditVaultProps): IAuditVault {
    return new ExistingAuditVault(scope, id, props);
  }

  /** The locked bucket with the log files and digests of the trail. */
  public readonly bucket: s3.IBucket;
  /** Where S3 writes who touched the locked bucket. */
  public readonly accessLogBucket: s3.IBucket;
  /** The key of bucket and log groups. CloudWatch Logs may use it for every log group of this account and region. */
  public readonly encryptionKey: kms.IKey;
  /** The trail. */
  public readonly trail: cloudtrail.CfnTrail;
  /** The ARN of the trail, known by its name: it makes no reference to the trail. */
  public readonly trailArn: string;
  /** The log group with the events of the trail, for queries and alarms. */
  public readonly logGroup: logs.ILogGroup;
  /** How long nothing in the bucket can be deleted. */
  public readonly retention: Duration;
  /** Where the record lies, and who writes it. */
  public readonly record: AuditRecord;
  /** What can be granted on the vault. */
  public readonly grants: AuditVaultGrants;

  private readonly days: number;
  private readonly logGroups: VaultLogGroups;
  private readonly recorded: RecordedEvents;

  /**
   * @throws BH4001 where the retention is not plausible, BH4002 where nobody is known who could change the guards,
   * BH4003 where CloudTrail would refuse the name, BH4004 where GOVERNANCE has no reason, BH4008 where `coldAfter` is not plausible.
   */
  constructor(scope: Construct, id: string, props: AuditVaultProps) {
    super(scope, id);
    Object.defineProperty(this, AUDIT_VAULT, { value: true });
    this.days = retentionDays(this, props.retention, props.acceptLongRetention ?? false);
    this.retention = Duration.days(this.days);
    const lockMode = checkLockMode(this, props);
    const administratorArn = guardAdministratorArn(this, props.administrator);
    const name = trailName(this, props.trailName);
    this.trailArn = Stack.of(this).formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: name });
    this.grants = new AuditVaultGrants(this);
    this.recorded = new RecordedEvents(props.dataEvents ?? []);

    const key = vaultKey(this, 'Key', {
      description: description(props),
      compartment: compartmentOf(this),
      trails: [{ trailArn: this.trailArn, trailName: name, account: Stack.of(this).account }],
      forLogGroups: true,
      administratorArn,
      isDeployedByOthers: props.administrator !== undefined,
    });
    this.encryptionKey = key;
    const accessLogs = accessLogBucket(this, 'AccessLogs', {
      retentionDays: this.days,
      administratorArn,
      readerArns: () => this.grants.readerArns,
    });
    const { account, region } = Stack.of(this);
    const prefix = `AWSLogs/${account}`;
    const copies = props.replica === undefined ? [] : [props.replica._target];
    const replication = copies.length === 0 ? undefined : replicationOf(this, copies, this.days, [`${prefix}/`]);
    const copied = replication === undefined ? [] : [replication.roleArn];
    const copierArns: string[] = [];
    const bucket = vaultBucket(this, 'Bucket', {
      key,
      accessLogs,
      retentionDays: this.days,
      lockMode,
      coldAfterDays: coldAfterDays(this, props.coldAfter, this.days),
      writers: [{ id: '', trailArn: this.trailArn, prefix }],
      arriving: { folder: arrivingFolder(prefix), copierArns: () => copierArns },
      administratorArn,
      readerArns: () => [...this.grants.readerArns, ...copied],
    });
    replication?.replicate(bucket, key);
    this.accessLogBucket = accessLogs;
    this.bucket = bucket;
    const delivery = new LogDelivery(this, 'LogDelivery', {
      prefix,
      key,
      accessLogs,
      administratorArn,
      targets: [
        {
          id: 'LogsToTheRecord',
          path: this.node.path,
          bucketArn: bucket.bucketArn,
          bucketName: bucket.bucketName,
          key: { arn: key.keyArn, pattern: key.keyArn },
          region,
          retentionDays: this.days,
          admit: (roleArn) => {
            copierArns.push(roleArn);
            key.addToResourcePolicy(logsArrive([new iam.ArnPrincipal(roleArn)], { region }));
          },
          writable: bucket.policy === undefined ? [] : [bucket.policy],
          isElsewhere: false,
        },
        ...copies,
      ],
      days: this.days,
    });
    this.grants._includeDelivery(delivery);
    noteParts(this, { delivery, copies: [...(replication?.watched(bucket) ?? []), ...delivery.copies] });
    this.logGroups = new VaultLogGroups(this, this.days, () => this.encryptionKey, delivery);
    this.logGroup = this.logGroups.create(this, 'LogGroup');
    this.record = {
      bucket,
      account,
      region,
      prefix,
      trailArn: this.trailArn,
      encryptionKey: this.encryptionKey,
      keyCompartment: compartmentOf(this),
      accessLogBucket: accessLogs,
      logGroup: this.logGroup,
    };
    this.trail = vaultTrail(this, 'Trail', {
      trailName: name,
      trailArn: this.trailArn,
      bucketName: bucket.bucketName,
      keyArn: this.encryptionKey.keyArn,
      after: [bucket.policy, replication?.policy].filter((each) => each !== undefined),
      logGroup: this.logGroup,
      recorded: () => this.recorded.data,
      bucketArns: [bucket.bucketArn, accessLogs.bucketArn, delivery.bucket.bucketArn],
      insights: props.insights ?? true,
    });

    const declared = {
      path: this.node.path,
      retentionDays: this.days,
      ...(props.owner === undefined ? {} : { owner: props.owner }),
      ...(props.governanceReason === undefined ? {} : { governanceReason: props.governanceReason }),
    };
    declareIntent(bucket.node.defaultChild as CfnResource, { kind: 'audit-bucket', ...declared });
    declareIntent(this.trail, { kind: 'audit-trail', ...declared });
  }

  /**
   * A log group for another record, such as the access log of an API: under the vault's key, kept as long as the vault
   * keeps but at most ten years, protected from deletion, readable by the vault's auditors, and received by it.
   *
   * @throws BH4005 where it is known to be in another region or account than the key.
   */
  public createLogGroup(scope: Construct, id: string): logs.LogGroup {
    const logGroup = this.logGroups.create(scope, id);
    this.grants._include(logGroup);
    this.receive(logGroup);
    return logGroup;
  }

  /**
   * From now on every line of this log group is copied to the locked bucket, below `CloudWatchLogs/` in the folder of
   * the trail. Twice is once.
   *
   * @throws BH4005 where it is known to be in another region or account than the vault, BH4064 where it has two
   * subscriptions already, BH4065 where it is no log group.
   */
  public receive(logGroup: logs.ILogGroup): void {
    this.logGroups.receive(logGroup);
  }

  /**
   * Records every invocation of these functions. They are named by the trail: in another stack they must not depend on
   * the stack of the vault; for those that do there is `dataEvents`.
   *
   * Past some 450 resources of all kinds together, everything of the kind with most of them is recorded: a trail takes
   * 500 values.
   */
  public recordFunctions(...functions: lambda.IFunction[]): void {
    this.recorded.add(DataEvents.FUNCTIONS, ...functions.map((each) => each.functionArn));
  }

  /** Records every read and write of items in these tables. As `recordFunctions` says. */
  public recordTables(...tables: dynamodb.ITable[]): void {
    this.recorded.add(DataEvents.TABLES, ...tables.map((each) => each.tableArn));
  }

  /** Records every read and write of objects in these buckets. As `recordFunctions` says. */
  public recordBuckets(...buckets: s3.IBucket[]): void {
    this.recorded.add(DataEvents.BUCKETS, ...buckets.map((each) => each.bucketArn));
  }
}

function description({ owner, purpose }: AuditVaultProps): string {
  const words = ['Audit vault', ...(purpose === undefined ? [] : [`: ${purpose}`])].join('');
  return `${words}${owner === undefined ? '' : ` (owner: ${owner})`}`.slice(0, 8192);
}
