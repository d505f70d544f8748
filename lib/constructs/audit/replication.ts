import { Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { below } from './arriving-copies';
import { throughS3 } from './auditor-permissions';
import type { CopyKey, CopyTarget } from './copy-target';
import type { WatchedCopy } from './vault-parts';

/** What is copied, and how it is called. */
export interface ReplicationOptions {
  /** Tells its statements in the key policy from others. */
  readonly id: string;
  /** The role has a fixed name, by which targets know it before it is there. */
  readonly roleName: string;
  readonly description: string;
  readonly targets: readonly CopyTarget[];
  /** How long the originals are kept. */
  readonly days: number;
  /** What is copied: keys that begin so. @default - everything */
  readonly prefix?: string;
  /** Where all of that lies: the role writes there, and nowhere else. `orders/` */
  readonly folders: readonly string[];
}

/** The role with which S3 copies, by a name that the targets can know: they have to let it in before it is there. */
export class Replication {
  public readonly roleArn: string;
  public readonly role: iam.Role;
  /** What the role may, once it replicates: nothing is copied before it stands. */
  public policy?: iam.Policy;

  /** @throws BH4061 where a target keeps less long, BH4062 where account or region of the original are not known */
  constructor(
    private readonly scope: Construct,
    private readonly options: ReplicationOptions,
  ) {
    const { account, partition } = Stack.of(scope);
    for (const target of options.targets) this.check(target);
    this.role = new iam.Role(scope, 'ReplicationRole', {
      roleName: options.roleName,
      description: options.description,
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
    });
    this.role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.roleArn = `arn:${partition}:iam::${account}:role/${options.roleName}`;
    for (const { admit } of options.targets) admit(this.roleArn, account, options.folders);
  }

  /**
   * Every object is copied, with its retention; no delete marker is. The role reads this bucket and writes those, and
   * is denied the rest of S3: whoever may pass it could else let it copy a bucket of his over the record, by a policy of
   * that bucket. What could not be copied is counted (`OperationsFailedReplication`).
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/repl-metrics.html
   */
  public replicate(bucket: s3.Bucket, key: kms.IKey | undefined): void {
    const { region } = Stack.of(this.scope);
    const { id, targets, prefix = '', folders } = this.options;
    const resource = bucket.node.defaultChild as s3.CfnBucket;
    resource.replicationConfiguration = {
      role: this.role.roleArn,
      rules: targets.map(({ id: rule, bucketArn, key: of }, index) => ({
        id: rule,
        priority: index + 1,
        status: 'Enabled',
        filter: { prefix },
        deleteMarkerReplication: { status: 'Disabled' },
        ...(key === undefined ? {} : { sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } } }),
        destination: {
          bucket: bucketArn,
          ...(of === undefined ? {} : { encryptionConfiguration: { replicaKmsKeyId: of.arn } }),
          metrics: { status: 'Enabled' },
        },
      })),
    };
    const objects = [bucket.arnForObjects('*')];
    this.policy = new iam.Policy(this.scope, 'ReplicationPolicy', {
      roles: [this.role],
      statements: [
        allow(['s3:GetReplicationConfiguration', 's3:ListBucket'], [bucket.bucketArn]),
        allow(
          [
            's3:GetObjectLegalHold',
            's3:GetObjectRetention',
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionTagging',
          ],
          objects,
        ),
        allow(
          ['s3:ReplicateObject'],
          targets.flatMap(({ bucketArn }) => below(bucketArn, folders)),
        ),
        ...(key === undefined ? [] : [allow(['kms:Decrypt'], [key.keyArn], throughS3({ region }))]),
        // Which key it is, the alias says, and the key policy over there: its id is made at deployment.
        ...targets.flatMap(({ key: of, region: there }) => (of === undefined ? [] : [mayEncrypt(of, there)])),
        new iam.PolicyStatement({
          sid: 'OnlyThese',
          effect: iam.Effect.DENY,
          actions: ['s3:*'],
          notResources: [
            bucket.bucketArn,
            ...objects,
            ...targets.flatMap(({ bucketArn }) => [bucketArn, ...below(bucketArn, folders)]),
          ],
        }),
      ],
    });
    this.policy.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    resource.node.addDependency(...targets.flatMap(({ writable }) => writable));
    key?.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: `${id}Decrypts`,
        principals: [new iam.ArnPrincipal(this.role.roleArn)],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: throughS3({ region }),
      }),
    );
  }

  /** What S3 counts of the copies of a bucket. */
  public watched(bucket: s3.IBucket): readonly WatchedCopy[] {
    return this.options.targets.map(({ id, bucketName }) => ({ from: bucket.bucketName, to: bucketName, rule: id }));
  }

  private check({ path, retentionDays, isElsewhere }: CopyTarget): void {
    const { days } = this.options;
    if (retentionDays < days) {
      throw misuse(this.scope, {
        code: 'BH4061',
        what: `the replica \`${path}\` keeps for ${retentionDays} days, the original for ${days}`,
        why: 'a copy that goes first is none when it is needed',
        mend: 'give the replica at least the same retention',
      });
    }
    const { account, region } = Stack.of(this.scope);
    if (!isElsewhere || !(Token.isUnresolved(account) || Token.isUnresolved(region))) return;
    throw misuse(this.scope, {
      code: 'BH4062',
      what: 'account or region of the original are not known',
      why: 'the replica has to let in the role of that account and region, and no other',
      mend: 'give the stack an `env` with both',
    });
  }
}

function mayEncrypt({ pattern, alias }: CopyKey, region: string): iam.PolicyStatement {
  return allow(['kms:Encrypt', 'kms:GenerateDataKey'], [pattern], {
    ...throughS3({ region }),
    ...(alias === undefined ? {} : { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': alias } }),
  });
}

function allow(actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}

/** What a name of a role leaves beside its region and `-replication`: 64 in all. */
export const UNIQUE = 36;

/** The copying of everything in a bucket of trails. */
export function replicationOf(
  at: Construct,
  targets: readonly CopyTarget[],
  days: number,
  folders: readonly string[],
): Replication {
  const name = Names.uniqueResourceName(at, { maxLength: UNIQUE, separator: '-' });
  return new Replication(at, {
    id: 'Replication',
    roleName: `${name}-${Stack.of(at).region}-replication`,
    description: 'S3 copies the audit record to its replica',
    targets,
    days,
    folders,
  });
}
