import { resourcePolicy } from '../../engine/parse/policies-of';
import type { PolicyDocument, Statement } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { policyOfLogs, trailAndBucket } from '../support/audit-example';
import { BUCKET, auditParts, policiesOfBucket } from '../support/audit-parts';
import { coversBucket, deniesToAll, exempted, isForPlainHttp } from '../support/guards';
import { inEachWorld } from '../support/worlds';

interface Wanted {
  readonly name: string;
  readonly actions: readonly string[];
  readonly part: 'bucket' | 'objects';
  /** Asked of the buckets of an `AuditVault` alone: who else writes into other buckets, nobody declared. */
  readonly declaredOnly?: true;
  /** Not asked of a bucket in which logs only land: nothing there has a retention. */
  readonly lockedOnly?: true;
  /** The same for such a bucket, where another than CloudTrail writes. */
  readonly whereItLands?: (statement: Statement) => boolean;
  /** Whether the conditions of a Deny leave out nobody who must be kept out. */
  readonly holds: (statement: Statement) => boolean;
}

const WANTED: readonly Wanted[] = [
  {
    name: 'deleting objects and versions',
    actions: ['s3:DeleteObject', 's3:DeleteObjectVersion'],
    part: 'objects',
    holds: isForEverybody,
  },
  {
    name: 'changing the retention of objects',
    actions: ['s3:BypassGovernanceRetention', 's3:PutObjectRetention', 's3:PutObjectLegalHold'],
    part: 'objects',
    lockedOnly: true,
    holds: isForEverybody,
  },
  {
    // Somebody must be able to change the policy again: who it is, is named by the Deny.
    name: 'changing the guards of the bucket',
    actions: [
      's3:PutBucketPolicy',
      's3:DeleteBucketPolicy',
      's3:PutBucketObjectLockConfiguration',
      's3:PutLifecycleConfiguration',
    ],
    part: 'bucket',
    holds: (statement) => exempted(statement) !== undefined,
  },
  {
    name: 'writing by anybody but CloudTrail',
    actions: ['s3:PutObject'],
    part: 'objects',
    declaredOnly: true,
    holds: isForAllButTheTrail,
    whereItLands: (statement) => exempted(statement) !== undefined,
  },
  {
    name: 'reading by anybody who is not named',
    actions: ['s3:GetObject', 's3:GetObjectVersion'],
    part: 'objects',
    declaredOnly: true,
    holds: (statement) => exempted(statement) !== undefined,
  },
  { name: 'plain HTTP', actions: ['s3:GetObject', 's3:PutObject'], part: 'objects', holds: isForPlainHttp },
];

const withDenies = (deletion: readonly string[]) => {
  const deny = (Action: readonly string[], Condition?: Readonly<Record<string, unknown>>) => ({
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource: [{ 'Fn::GetAtt': ['Logs', 'Arn'] }, { 'Fn::Sub': '${Logs.Arn}/*' }],
    ...(Condition === undefined ? {} : { Condition }),
  });
  return trailAndBucket({
    others: policyOfLogs([
      deny(deletion),
      deny(['s3:BypassGovernanceRetention', 's3:PutObjectRetention', 's3:PutObjectLegalHold']),
      deny(
        [
          's3:PutBucketPolicy',
          's3:DeleteBucketPolicy',
          's3:PutBucketObjectLockConfiguration',
          's3:PutLifecycleConfiguration',
        ],
        { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/audit-deployment' } },
      ),
      deny(['s3:*'], { Bool: { 'aws:SecureTransport': 'false' } }),
    ]),
  });
};

export const aud4: Rule = {
  id: 'AUD4',
  title: 'The policy of an audit bucket leaves a door open',
  severity: 'error',
  why: 'Object Lock keeps versions, but a delete marker hides an object, whoever may write retention extends it at your cost, and a changed policy or lifecycle undoes the rest. Only explicit Denies hold against an administrator whose identity policy allows everything.',
  fix: 'Deny everybody, in the policy of the bucket: deleting objects and versions; changing retention and legal holds; writing by anybody but CloudTrail, and reading by anybody who is not named; changing policy, lock and lifecycle, except for one role named by `aws:PrincipalArn`; everything over plain HTTP. `AuditVault` writes these.',
  page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-9(4)', 'NIST 800-53 r5 SC-8'],
  types: [BUCKET],
  check(bucket, snapshot) {
    const { buckets, landings } = auditParts(snapshot);
    const lands = landings.has(bucket.key);
    if (!lands && !buckets.has(bucket.key)) return [];
    const isDeclared = bucket.intent?.kind === 'audit-bucket' || bucket.intent?.kind === 'audit-landing';
    const documents = policiesOfBucket(bucket, snapshot).flatMap((policy) => resourcePolicy(policy) ?? []);
    if (documents.length === 0) {
      return [
        { message: `found no bucket policy; expected one that denies ${WANTED.map(({ name }) => name).join(', ')}` },
      ];
    }
    return inEachWorld(documents, bucket.guards, (document) =>
      WANTED.filter(
        ({ declaredOnly, lockedOnly }) => (declaredOnly !== true || isDeclared) && !(lands && lockedOnly === true),
      ).flatMap((wanted) =>
        judge(lands ? { ...wanted, holds: wanted.whereItLands ?? wanted.holds } : wanted, document, bucket),
      ),
    );
  },
  examples: {
    bad: withDenies(['s3:DeleteObject']),
    good: withDenies(['s3:DeleteObject', 's3:DeleteObjectVersion']),
  },
};

function judge(
  { name, actions, part, holds }: Wanted,
  document: PolicyDocument,
  bucket: Resource,
): readonly Violation[] {
  const open = actions.filter(
    (action) =>
      !deniesToAll(document, [action]).some((statement) => holds(statement) && coversBucket(statement, bucket, part)),
  );
  if (open.length === 0) return [];
  return [
    {
      message: `found no Deny of ${name} for everybody: ${open.map((action) => `\`${action}\``).join(', ')} stays open; expected a Deny with Principal \`*\` on ${part === 'objects' ? 'all objects' : 'the bucket'}`,
      detail: `Deny::${name}`,
      about: document.statements.filter(({ effect }) => effect === 'Allow'),
    },
  ];
}

function isForEverybody({ conditions }: Statement): boolean {
  return conditions.length === 0;
}

function isForAllButTheTrail({ conditions }: Statement): boolean {
  return conditions.every(
    ({ operator, ifExists, qualifier, key, values }) =>
      operator === 'StringNotEquals' &&
      !ifExists &&
      qualifier === undefined &&
      key === 'aws:principalservicename' &&
      values.every((each) => each === 'cloudtrail.amazonaws.com'),
  );
}
