import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { guardAdministratorArn } from '../audit/guard-administrator';
import { DELETION, encryptedTransportOnly, FORGERY, GUARD_CHANGE } from '../audit/vault-bucket-policy';
import { BoundedRole } from '../roles/bounded-role';

/** The name of the evidence in the cloud assembly, and its key in the bucket. */
export const EVIDENCE_KEY = 'bulkhead-evidence.json';

/**
 * Where a pipeline puts the evidence of its last synth: every version is kept, and nobody else writes it, or deletes any.
 */
export function evidenceBucket(scope: Construct, id: string, writer: iam.IRole): s3.Bucket {
  const bucket = new s3.Bucket(scope, id, {
    versioned: true,
    encryption: s3.BucketEncryption.S3_MANAGED,
    blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
    objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const objects = `${bucket.bucketArn}/*`;
  const deny = (sid: string, actions: string[], resources: string[], but?: string): iam.PolicyStatement =>
    new iam.PolicyStatement({
      sid,
      effect: iam.Effect.DENY,
      principals: [new iam.StarPrincipal()],
      actions,
      resources,
      conditions: but === undefined ? undefined : { ArnNotEquals: { 'aws:PrincipalArn': but } },
    });
  for (const statement of [
    ...encryptedTransportOnly(bucket.bucketArn),
    deny('OnlyThePipelineWrites', FORGERY, [objects], writer.roleArn),
    deny('NobodyDeletes', DELETION, [bucket.bucketArn, objects]),
    deny('DenyGuardChange', GUARD_CHANGE, [bucket.bucketArn], guardAdministratorArn(scope, undefined)),
  ]) {
    bucket.addToResourcePolicy(statement);
  }
  // By the key alone: the bucket's policy names the role, and its boundary must not name the bucket back.
  if (BoundedRole.isBoundedRole(writer)) {
    writer.extendBoundary(
      new iam.PolicyStatement({
        actions: ['s3:PutObject'],
        resources: [`arn:${Stack.of(scope).partition}:s3:::*/${EVIDENCE_KEY}`],
        conditions: { StringEquals: { 'aws:ResourceAccount': Stack.of(scope).account } },
      }),
    );
  }
  new iam.Policy(scope, `${id}WriterPolicy`, {
    roles: [writer],
    statements: [
      new iam.PolicyStatement({ actions: ['s3:PutObject'], resources: [bucket.arnForObjects(EVIDENCE_KEY)] }),
    ],
  });
  return bucket;
}
