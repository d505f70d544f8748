import { CfnResource, Stack, Token } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct } from 'constructs';
import type { AuditIntent } from '../../model/intent';
import { INTENT_KEY } from '../../model/intent';
import { misuse } from '../../private/errors';
import { declareIntent } from '../intent';
import type { AuditRecord } from './i-audit-vault';

/**
 * The parts of a record that are resources of this app are declared as such, so that the rules and the analysis judge
 * them in the final template as they judge a vault of ours. Gives the words for those that are not: of them no template
 * of this app says anything.
 *
 * @throws BH4041 where the trail is of this app and writes to another bucket, or elsewhere in it
 */
export function declareRecord(
  at: IConstruct,
  record: AuditRecord,
  declared: Omit<AuditIntent, 'kind'>,
): readonly string[] {
  const { bucket, trailArn, encryptionKey, accessLogBucket, logGroup } = record;
  const foundBucket = resourceOf(bucket, s3.CfnBucket.CFN_RESOURCE_TYPE_NAME);
  const foundTrail = trailOf(at, trailArn);
  if (foundTrail !== undefined) checkTrail(at, foundTrail, record);
  declare(foundBucket, { kind: 'audit-bucket', ...declared });
  declare(foundTrail, { kind: 'audit-trail', ...declared });
  const missing = (what: string, found: unknown, name: string): readonly string[] =>
    found === undefined ? [`${what} ${Token.isUnresolved(name) ? '' : `\`${name}\``}`.trim()] : [];
  return [
    ...missing('the trail', foundTrail, trailArn),
    ...missing('the bucket', foundBucket, bucket.bucketName),
    ...(encryptionKey === undefined
      ? []
      : missing('the key', resourceOf(encryptionKey, kms.CfnKey.CFN_RESOURCE_TYPE_NAME), encryptionKey.keyArn)),
    ...(accessLogBucket === undefined ? ['where S3 writes who touched the bucket'] : []),
    ...(logGroup === undefined ? ['the log group of the trail'] : []),
  ];
}

function declare(resource: CfnResource | undefined, intent: AuditIntent): void {
  if (resource !== undefined && resource.getMetadata(INTENT_KEY) === undefined) declareIntent(resource, intent);
}

/** The resource of this app that a construct is. */
export function resourceOf(construct: IConstruct, type: string): CfnResource | undefined {
  const child = construct.node.defaultChild;
  return child !== undefined && CfnResource.isCfnResource(child) && child.cfnResourceType === type ? child : undefined;
}

/** By the ARN that the trail has by its name, or by a reference to it. */
function trailOf(at: IConstruct, trailArn: string): cloudtrail.CfnTrail | undefined {
  const wanted = JSON.stringify(Stack.of(at).resolve(trailArn));
  return at.node.root.node.findAll().find((each): each is cloudtrail.CfnTrail => {
    if (!cloudtrail.CfnTrail.isCfnTrail(each)) return false;
    const stack = Stack.of(each);
    if (JSON.stringify(stack.resolve(each.attrArn)) === wanted) return true;
    if (each.trailName === undefined || Token.isUnresolved(each.trailName)) return false;
    const named = stack.formatArn({ service: 'cloudtrail', resource: 'trail', resourceName: each.trailName });
    return [named, named.replace(stack.partition, 'aws')].some((arn) => JSON.stringify(stack.resolve(arn)) === wanted);
  });
}

function checkTrail(at: IConstruct, trail: cloudtrail.CfnTrail, { bucket, prefix }: AuditRecord): void {
  const same = (one: unknown, other: unknown): boolean =>
    JSON.stringify(Stack.of(trail).resolve(one)) === JSON.stringify(Stack.of(at).resolve(other));
  const folder = prefix.split('/AWSLogs/');
  const keyPrefix = folder.length === 2 ? folder[0] : undefined;
  if (same(trail.s3BucketName, bucket.bucketName) && same(trail.s3KeyPrefix ?? '', keyPrefix ?? '')) return;
  throw misuse(at, {
    code: 'BH4041',
    what: `the trail \`${trail.node.path}\` of this app does not write to the bucket under \`${prefix}\``,
    why: 'auditors would read, and alarms would watch, what is not the record',
    mend: 'name the bucket and the `keyPrefix` to which the trail writes',
  });
}
