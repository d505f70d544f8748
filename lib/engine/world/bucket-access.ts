import type { PolicyText } from '../../model/policy';
import { alternatives, elements, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, isText, isUnknown, text, unknown } from '../../model/value';
import type { Unknown, Value } from '../../model/value';
import type { Tri } from '../match/symbolic';
import { parsePolicy } from '../parse/policy-document';
import { guardedValues } from './guarded';
import { textOr } from './principals';
import type { PublicAccessBlock, SourcedPolicy } from './world';

/**
 * What the block of public access of a bucket says; `undefined` where the template gives none. A setting that a block
 * does not have is off.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
 */
export function publicAccessBlockOf({ properties }: Resource): PublicAccessBlock | undefined {
  const block = member(properties, 'PublicAccessBlockConfiguration');
  if (isAbsent(block)) return undefined;
  const setting = (name: string): Tri => isOn(member(block, name));
  return {
    blocksAcls: setting('BlockPublicAcls'),
    ignoresAcls: setting('IgnorePublicAcls'),
    blocksPolicy: setting('BlockPublicPolicy'),
    restrictsBucket: setting('RestrictPublicBuckets'),
  };
}

function isOn(value: Value): Tri {
  const each = alternatives(value).map((one): Tri => {
    if (one === true || one === 'true') return 'yes';
    return isAbsent(one) || one === false || one === 'false' ? 'no' : 'maybe';
  });
  return each.every((one) => one === each[0]) ? (each[0] ?? 'no') : 'maybe';
}

/** The grants of a canned ACL on a bucket. One that is not known may be the widest. */
const CANNED: Readonly<Record<string, { readonly to: 'everyone' | 'signed'; readonly writes: boolean }>> = {
  PublicRead: { to: 'everyone', writes: false },
  PublicReadWrite: { to: 'everyone', writes: true },
  AuthenticatedRead: { to: 'signed', writes: false },
};
const READ = ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'];

/**
 * What the canned ACL of a bucket grants to everybody, as a policy. Where the template does not say that ACLs are on and
 * public ones not blocked, it counts as possible: buckets made before April 2023 had other defaults than those made since.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
 */
export function publicAclsOf(bucket: Resource): readonly SourcedPolicy[] {
  const { properties, guards } = bucket;
  const acl = member(properties, 'AccessControl');
  if (isAbsent(acl)) return [];
  const block = publicAccessBlockOf(bucket);
  const ownership = alternatives(member(properties, 'OwnershipControls')).map(aclsAreOn);
  if (block?.ignoresAcls === 'yes' || ownership.every((each) => each === 'no')) return [];
  const isOpen = block?.ignoresAcls === 'no' && block.blocksAcls === 'no' && ownership.every((each) => each === 'yes');
  const arn = textOr(bucket.arn, `the ARN of ${bucket.logicalId}`);
  return guardedValues(acl, guards).flatMap(({ value, guards: when }): readonly SourcedPolicy[] => {
    const canned = typeof value === 'string' ? CANNED[value] : isAbsent(value) ? undefined : CANNED.PublicReadWrite;
    if (canned === undefined) return [];
    const statement = (Action: readonly string[], Resource: Value): Value => ({
      Effect: 'Allow',
      Principal: '*',
      Action,
      Resource,
    });
    const Statement = [statement(READ, arn), ...(canned.writes ? [statement(['s3:PutObject'], inside(arn))] : [])];
    const doubt = typeof value === 'string' ? (isOpen ? undefined : NOT_STATED) : reasonOf(value);
    const document = parsePolicy({ Statement }, when);
    return [
      {
        layer: 'resource',
        document,
        resource: bucket,
        place: 'AccessControl',
        acl: canned.to,
        ...(doubt === undefined ? {} : { doubt }),
      },
    ];
  });
}

function inside(arn: PolicyText): PolicyText {
  return isUnknown(arn) ? arn : text([...(isText(arn) ? arn.parts : [arn]), '/*']);
}

const NOT_STATED = unknown('attribute', 'whether ACLs are on, and public ones not blocked, on the bucket');

function reasonOf(value: Value): Unknown {
  return isUnknown(value) ? value : unknown('parameter', 'the ACL of the bucket');
}

/** Of the ownership controls of a bucket. */
function aclsAreOn(controls: Value): Tri {
  const ownership = member(elements(member(controls, 'Rules'))[0], 'ObjectOwnership');
  if (ownership === 'BucketOwnerEnforced') return 'no';
  return ownership === 'ObjectWriter' || ownership === 'BucketOwnerPreferred' ? 'yes' : 'maybe';
}
