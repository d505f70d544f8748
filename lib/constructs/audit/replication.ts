import { Names, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { AuditReplica } from './audit-replica';
import { throughS3 } from './auditor-permissions';

/** The role with which S3 copies, by a name that the replica can know: it has to let it in before it is there. */
export class Replication {
  public readonly roleArn: string;
  private readonly role: iam.Role;

  /** @throws BH4061 where the replica keeps less long, BH4062 where the account of the original is not known */
  constructor(
    private readonly scope: Construct,
    private readonly replica: AuditReplica,
    days: number,
  ) {
    const { account, partition } = Stack.of(scope);
    this.check(days);
    const name = Names.uniqueResourceName(scope, { maxLength: 52, separator: '-' });
    this.role = new iam.Role(scope, 'ReplicationRole', {
      roleName: `${name}-replication`,
      description: 'S3 copies the audit record to its replica',
      assumedBy: new iam.ServicePrincipal('s3.amazonaws.com'),
    });
    this.role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    this.roleArn = `arn:${partition}:iam::${account}:role/${name}-replication`;
    replica._admitReplicator(this.roleArn, account);
  }

  /**
   * Every object is copied, with its retention; no delete marker is. The role reads this bucket and writes that one, and
   * is denied the rest of S3: whoever may pass it could else let it copy a bucket of his over the record, by a policy of
   * that bucket.
   *
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
   */
  public replicate(bucket: s3.Bucket, key: kms.Key): void {
    const { region } = Stack.of(this.scope);
    const { bucketArn, keyAliasArn, region: there } = this.replica._destination;
    const resource = bucket.node.defaultChild as s3.CfnBucket;
    resource.replicationConfiguration = {
      role: this.role.roleArn,
      rules: [
        {
          id: 'EverythingToTheReplica',
          priority: 1,
          status: 'Enabled',
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Disabled' },
          sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
          destination: { bucket: bucketArn, encryptionConfiguration: { replicaKmsKeyId: keyAliasArn } },
        },
      ],
    };
    resource.node.addDependency(...this.replica._writable);
    const replicas = keyAliasArn.replace(/:alias\/.*$/, ':key/*');
    const objects = [bucket.arnForObjects('*')];
    new iam.Policy(this.scope, 'ReplicationPolicy', {
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
        allow(['s3:ReplicateObject'], [`${bucketArn}/*`]),
        allow(['kms:Decrypt'], [key.keyArn], throughS3({ region })),
        // Which key it is, the key policy over there says: its id is made at deployment.
        allow(['kms:Encrypt', 'kms:GenerateDataKey'], [replicas], throughS3({ region: there })),
        new iam.PolicyStatement({
          sid: 'OnlyThese',
          effect: iam.Effect.DENY,
          actions: ['s3:*'],
          notResources: [bucket.bucketArn, ...objects, bucketArn, `${bucketArn}/*`],
        }),
      ],
    }).applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
    key.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'ReplicationDecrypts',
        principals: [new iam.ArnPrincipal(this.role.roleArn)],
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: throughS3({ region }),
      }),
    );
  }

  private check(days: number): void {
    const copies = this.replica.retention.toDays();
    if (copies < days) {
      throw misuse(this.scope, {
        code: 'BH4061',
        what: `the replica \`${this.replica.node.path}\` keeps for ${copies} days, the original for ${days}`,
        why: 'a copy that goes first is none when it is needed',
        mend: 'give the replica at least the same retention',
      });
    }
    if (!Token.isUnresolved(Stack.of(this.scope).account)) return;
    throw misuse(this.scope, {
      code: 'BH4062',
      what: 'the account of the original is not known',
      why: 'the replica has to let in the role of that account, and no other',
      mend: 'give the stack an `env` with the account',
    });
  }
}

function allow(actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ actions, resources, conditions });
}
