import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { throughS3 } from './auditor-permissions';
import { denyCopyingElsewhere } from './vault-bucket-policy';

/** The objects whose keys begin with one of these. */
export function below(bucketArn: string, folders: readonly string[]): string[] {
  return folders.map((folder) => `${bucketArn}/${folder}*`);
}

/**
 * What the bucket of a target says of the role of an original: it copies to its folders. Of another account, the account
 * is named, for the role may not be there yet, and the condition leaves none of its other roles in. Of the account of the
 * target, a role's own policies are enough: a Deny keeps it from everything else.
 */
export function copiesArriveAt(
  bucket: s3.IBucket,
  sids: { readonly allow: string; readonly deny: string },
  from: Copier,
): iam.PolicyStatement {
  if (from.account !== Stack.of(bucket).account) return copiesArrive(sids.allow, Stack.of(bucket), from);
  return denyCopyingElsewhere(sids.deny, from.objects, { ArnEquals: { 'aws:PrincipalArn': from.roleArn } });
}

/** The role of an original, and what it copies to. */
interface Copier {
  readonly roleArn: string;
  readonly account: string;
  readonly objects: string[];
}

/** Lets a role of another account copy. */
export function copiesArrive(
  sid: string,
  { partition }: { readonly partition: string },
  { roleArn, account, objects }: Copier,
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid,
    principals: [new iam.ArnPrincipal(`arn:${partition}:iam::${account}:root`)],
    actions: ['s3:ReplicateObject'],
    resources: objects,
    conditions: { ArnEquals: { 'aws:PrincipalArn': roleArn } },
  });
}

/** Lets the roles that copy log groups encrypt what arrives, through S3. */
export function logsArrive(
  principals: iam.PrincipalBase[],
  place: { readonly region: string },
  conditions: iam.Conditions = {},
): iam.PolicyStatement {
  return new iam.PolicyStatement({
    sid: 'LogsArrive',
    principals,
    actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
    resources: ['*'],
    conditions: { ...throughS3(place), ...conditions },
  });
}
