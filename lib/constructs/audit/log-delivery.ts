import { Duration, Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { declareIntent } from '../intent';
import { ACCESS_LOG_PREFIX, throughS3 } from './auditor-permissions';
import { refuseThirdSubscription } from './log-subscriptions';
import { recordBucket } from './record-bucket';
import { Replication, UNIQUE } from './replication';
import type { CopyTarget } from './copy-target';
import { unlockedStatements } from './vault-bucket-policy';
import type { WatchedCopy } from './vault-parts';

/** Below which keys the log groups of an account arrive, beside the files of CloudTrail. */
export function arrivingFolder(prefix: string): string {
  return `${prefix}/CloudWatchLogs`;
}

/** How long the landing bucket keeps what is copied. S3 expires nothing that is not. */
const LANDED_DAYS = 14;

/** What a delivery of log groups is made of. */
export interface LogDeliveryOptions {
  /** The prefix of the trail's files in the locked bucket. */
  readonly prefix: string;
  /** Of the landing bucket. @default - keys of S3, as the target has */
  readonly key: kms.IKey | undefined;
  readonly accessLogs: s3.Bucket;
  readonly administratorArn: string;
  /** The locked bucket, and its copies: what arrives as a copy is not copied again. */
  readonly targets: readonly CopyTarget[];
  /** @default - made from the construct path */
  readonly roleName?: string;
  readonly days: number;
}

/**
 * The way of log groups into the locked bucket: subscription filter, Firehose, landing bucket, replication. Each step has
 * a role that can do this step and no other.
 *
 * @see docs/adr/0013-log-groups-land-then-are-copied.md
 */
export class LogDelivery extends Construct {
  public readonly bucket: s3.Bucket;
  /** Where S3 writes who touched it. */
  public readonly accessLogBucket: s3.IBucket;
  public readonly streamArn: string;
  public readonly streamName: string;
  /** The roles that the delivery works with: who changes them, ends it. */
  public readonly roles: readonly iam.IRole[];
  /** Those that write: who passes them to a stream or bucket of his, forges. */
  public readonly landingRoles: readonly iam.IRole[];
  /** What S3 counts of the copies. */
  public readonly copies: readonly WatchedCopy[];
  private readonly stream: firehose.CfnDeliveryStream;
  private readonly sender: iam.Role;
  private readonly sending: iam.Policy;
  /** By name, where it is known: two imports may name the same log group. */
  private readonly received = new Set<string>();

  constructor(scope: Construct, id: string, options: LogDeliveryOptions) {
    super(scope, id);
    const { key } = options;
    this.accessLogBucket = options.accessLogs;
    const stack = Stack.of(this);
    const folder = arrivingFolder(options.prefix);
    const unique = Names.uniqueResourceName(this, { maxLength: UNIQUE, separator: '-' });
    // Roles are of the whole account, stacks of one region.
    const inRegion = `${unique}-${stack.region}`;
    this.streamName = `${unique}-logs`;
    this.streamArn = stack.formatArn({
      service: 'firehose',
      resource: 'deliverystream',
      resourceName: this.streamName,
    });
    const writer = this.role('Writer', `${inRegion}-landing`, 'Firehose lands log groups', 'firehose.amazonaws.com', {
      // What AWS documents for Firehose: the account, not the stream.
      StringEquals: { 'sts:ExternalId': stack.account },
    });
    const copying = new Replication(this, {
      id: 'LogCopies',
      roleName: options.roleName ?? `${inRegion}-copying`,
      description: 'S3 copies landed log groups into the audit record',
      targets: options.targets,
      days: 1,
      prefix: `${folder}/`,
      folders: [`${folder}/`],
    });
    this.bucket = this.landing(options, writer, copying);
    this.copies = copying.watched(this.bucket);
    const landing = this.mayLand(writer, key, folder);
    this.stream = new firehose.CfnDeliveryStream(this, 'Stream', {
      deliveryStreamName: this.streamName,
      deliveryStreamType: 'DirectPut',
      // A key of the customer would need grants on it for whoever deploys, and rights to it for the sender.
      deliveryStreamEncryptionConfigurationInput: { keyType: 'AWS_OWNED_CMK' },
      extendedS3DestinationConfiguration: {
        bucketArn: this.bucket.bucketArn,
        roleArn: writer.roleArn,
        prefix: `${folder}/${stack.region}/!{timestamp:yyyy/MM/dd/HH}/`,
        errorOutputPrefix: `${folder}/${stack.region}/errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/`,
        bufferingHints: { intervalInSeconds: 60, sizeInMBs: 5 },
        // CloudWatch Logs has packed each record: what it sent stays as it is.
        compressionFormat: 'UNCOMPRESSED',
        fileExtension: '.json.gz',
        ...(key === undefined
          ? {}
          : { encryptionConfiguration: { kmsEncryptionConfig: { awskmsKeyArn: key.keyArn } } }),
      },
    });
    // By its name, a stream that a failed first deployment left would stop the next one.
    this.stream.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.stream.node.addDependency(landing);
    // Nor what lands before S3 may copy it.
    for (const each of [this.bucket.policy, copying.policy])
      if (each !== undefined) this.stream.node.addDependency(each);
    this.sender = this.role('Sender', `${inRegion}-sending`, 'CloudWatch Logs sends log groups', 'logs.amazonaws.com', {
      StringLike: { 'aws:SourceArn': `arn:${stack.partition}:logs:${stack.region}:${stack.account}:*` },
    });
    this.sending = this.policy('Sending', this.sender, [
      allow(['firehose:PutRecord', 'firehose:PutRecordBatch'], [this.streamArn]),
    ]);
    this.landingRoles = [writer, copying.role];
    this.roles = [...this.landingRoles, this.sender];
  }

  /** From now on every line of the log group goes this way. A log group has two subscriptions at most. */
  public receive(logGroup: logs.ILogGroup): void {
    const name = Token.isUnresolved(logGroup.logGroupName) ? logGroup.node.path : logGroup.logGroupName;
    if (this.received.has(name)) return;
    refuseThirdSubscription(this, logGroup);
    this.received.add(name);
    const filter = new logs.CfnSubscriptionFilter(logGroup, 'ToTheRecord', {
      logGroupName: logGroup.logGroupName,
      // The same in all log groups: their metrics are found by it.
      filterName: this.streamName,
      filterPattern: '',
      destinationArn: this.streamArn,
      roleArn: this.sender.roleArn,
    });
    filter.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    // CloudWatch Logs sends a record at once to see whether it may.
    filter.node.addDependency(this.sending, this.stream);
  }

  private landing(options: LogDeliveryOptions, writer: iam.IRole, copying: Replication): s3.Bucket {
    const bucket = recordBucket(this, 'Landing', {
      key: options.key,
      accessLogs: { bucket: options.accessLogs, prefix: `${ACCESS_LOG_PREFIX}landing/` },
      lifecycleRules: [
        {
          id: 'UntilItIsCopied',
          abortIncompleteMultipartUploadAfter: Duration.days(7),
          expiration: Duration.days(LANDED_DAYS),
          noncurrentVersionExpiration: Duration.days(LANDED_DAYS),
        },
      ],
      statements: (bucketArn) =>
        unlockedStatements({
          bucketArn,
          writer: { ArnNotEquals: { 'aws:PrincipalArn': writer.roleArn } },
          readerArns: () => [copying.roleArn, writer.roleArn],
          administratorArn: options.administratorArn,
        }),
    });
    copying.replicate(bucket, options.key);
    const unseen = options.targets.filter(({ isUnseen }) => isUnseen === true);
    declareIntent(bucket.node.defaultChild as s3.CfnBucket, {
      kind: 'audit-landing',
      path: this.node.path,
      retentionDays: options.days,
      ...(unseen.length === 0 ? {} : { elsewhere: unseen.map(({ bucketName }) => bucketName) }),
    });
    return bucket;
  }

  /** @see https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html */
  private mayLand(writer: iam.Role, key: kms.IKey | undefined, folder: string): iam.Policy {
    const { bucketArn } = this.bucket;
    const viaS3 = throughS3(Stack.of(this));
    key?.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'LogsLand',
        principals: [new iam.ArnPrincipal(writer.roleArn)],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
        conditions: viaS3,
      }),
    );
    return this.policy('Writing', writer, [
      allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], [`${bucketArn}/${folder}/*`]),
      allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], [bucketArn]),
      ...(key === undefined ? [] : [allow(['kms:Decrypt', 'kms:GenerateDataKey'], [key.keyArn], viaS3)]),
    ]);
  }

  /** By names that no other role has: what names one of them is not taken for another. */
  private role(
    id: string,
    roleName: string,
    description: string,
    service: string,
    conditions: iam.Conditions,
  ): iam.Role {
    const role = new iam.Role(this, id, {
      roleName,
      description,
      assumedBy: new iam.ServicePrincipal(service, { conditions }),
    });
    role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return role;
  }

  private policy(id: string, role: iam.Role, statements: iam.PolicyStatement[]): iam.Policy {
    const policy = new iam.Policy(this, `${id}Policy`, { roles: [role], statements });
    policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    return policy;
  }
}

function allow(actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}
