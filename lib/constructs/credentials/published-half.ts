import { Aws, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { PolicyGrantee } from '../audit/policy-grantee';
import { declareIntent } from '../intent';
import { BoundedRole } from '../roles/bounded-role';

/** What the rotation does with the object. Without `ListBucket` S3 calls a missing object forbidden. */
const WRITE = ['s3:GetObject', 's3:PutObject'];
const CHANGE = ['s3:PutObject*', 's3:DeleteObject*', 's3:BypassGovernanceRetention', 's3:ReplicateObject'];

/**
 * The public half of a credential, as one object of a bucket of its own. It is no secret, but whoever could write it
 * could make verifiers take his tokens: the policy of the bucket denies that to everyone but the rotation.
 *
 * The bucket outlives its stack, since it is not empty then, and so does its policy. What counted is taken out of the
 * object when the credential is removed.
 */
export class PublishedHalf {
  public readonly bucket: s3.Bucket;
  public readonly key: string;

  constructor(
    private readonly scope: Construct,
    compartment: string,
    name: string,
    rotator: iam.IRole,
  ) {
    // Unique in the account: boundaries name the object without the bucket, which may be of a later stack.
    this.key = `${compartment}/${name}`;
    this.bucket = new s3.Bucket(scope, 'Published', {
      versioned: true,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.bucket.addToResourcePolicy(
      new iam.PolicyStatement({
        sid: 'OnlyTheRotatorWrites',
        effect: iam.Effect.DENY,
        principals: [new iam.AnyPrincipal()],
        actions: CHANGE,
        resources: [this.bucket.arnForObjects('*')],
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': rotator.roleArn } },
      }),
    );
    declareIntent(this.bucket.node.defaultChild as CfnResource, {
      kind: 'published',
      path: scope.node.path,
      object: this.key,
      rotator: rotator.node.path,
    });
    // The bucket stays, with an object of which nothing is accepted; nobody shall put something into it that is.
    this.bucket.policy?.applyRemovalPolicy(RemovalPolicy.RETAIN);
  }

  /** What the rotation is allowed. */
  public get writing(): iam.PolicyStatement[] {
    return [
      new iam.PolicyStatement({ actions: WRITE, resources: [this.bucket.arnForObjects(this.key)] }),
      new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [this.bucket.bucketArn] }),
    ];
  }

  public grantRead(role: iam.IRole): iam.Grant {
    const grantee = new PolicyGrantee(this.scope, `VerifyBy${Names.nodeUniqueId(role.node)}`, role);
    if (BoundedRole.isBoundedRole(role)) {
      role.extendBoundary(
        new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:${Aws.PARTITION}:s3:::*/${this.key}`] }),
      );
    }
    return grantee.grant([{ actions: ['s3:GetObject'], resourceArns: [this.bucket.arnForObjects(this.key)] }]);
  }
}
