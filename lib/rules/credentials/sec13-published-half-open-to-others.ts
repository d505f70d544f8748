import { append } from '../../engine/decide/target';
import { resourcePolicy } from '../../engine/parse/policies-of';
import { INTENT_KEY } from '../../model/intent';
import type { PublishedIntent } from '../../model/intent';
import type { PolicyDocument } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { arnsOf } from '../support/arns-of';
import { BUCKET, policiesOfBucket } from '../support/audit-parts';
import { certaintyOf, undeclared } from '../support/declared-roles';
import { LAMBDA_TRUST } from '../support/examples';
import { coversBucket, deniesToAll, exempted } from '../support/guards';
import { accessViolation, undeclaredAccess } from '../support/undeclared-access';
import { inEachWorld } from '../support/worlds';

const WRITING = 's3:PutObject';

const published = (...writers: readonly string[]): ExampleTemplate => {
  const role = (path: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST },
    Metadata: { 'aws:cdk:path': `${path}/Resource` },
  });
  const intent: PublishedIntent = {
    kind: 'published',
    path: 'Orders/Token',
    object: 'Orders-Token/jwks.json',
    rotator: 'Orders/Token/RotatorRole',
  };
  return {
    Resources: {
      Example: { Type: BUCKET, Properties: {}, Metadata: { [INTENT_KEY]: intent } },
      Rotator: role(intent.rotator),
      Other: role('Orders/Other'),
      Guard: {
        Type: 'AWS::S3::BucketPolicy',
        Properties: {
          Bucket: { Ref: 'Example' },
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              {
                Effect: 'Deny',
                Principal: '*',
                Action: 's3:PutObject*',
                Resource: { 'Fn::Sub': '${Example.Arn}/*' },
                Condition: {
                  ArnNotEquals: { 'aws:PrincipalArn': writers.map((name) => ({ 'Fn::GetAtt': [name, 'Arn'] })) },
                },
              },
            ],
          },
        },
      },
    },
  };
};

/**
 * Of the bucket: whom its policy leaves out of the Deny. Of roles and users: who may write the object, by permissions, by
 * becoming somebody, or by rewriting the policy of the bucket first; SEC8's exceptions hold.
 */
export const sec13: Rule = {
  id: 'SEC13',
  title: 'What verifiers of a credential read can be written by others than its rotation',
  severity: 'error',
  why: 'Verifiers believe what stands in the object: keys of a JWKS, hashes of tokens. Whoever writes there a key of his own signs as you, for every verifier, and no secret had to leak.',
  fix: 'Deny `s3:PutObject` on the objects to everybody, with `ArnNotEquals` on `aws:PrincipalArn` and the role of the rotation, as `SigningKey` does, and leave `s3:PutBucketPolicy` on the bucket to the deployment.',
  page: 'https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 SC-12', 'NIST 800-53 r5 SI-7'],
  types: [BUCKET, 'AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    if (resource.type !== BUCKET) return byOthers(resource, snapshot);
    const { intent } = resource;
    if (intent?.kind !== 'published') return [];
    const documents = policiesOfBucket(resource, snapshot).flatMap((policy) => resourcePolicy(policy) ?? []);
    return inEachWorld(documents, resource.guards, (document) => openings(document, intent, resource, snapshot));
  },
  examples: { bad: published('Rotator', 'Other'), good: published('Rotator') },
};

function openings(
  document: PolicyDocument,
  { rotator, path }: PublishedIntent,
  bucket: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  const lists = deniesToAll(document, [WRITING])
    .filter((statement) => coversBucket(statement, bucket, 'objects'))
    .flatMap((statement) => {
      const left = exempted(statement);
      return left === undefined ? [] : [left];
    });
  const [first, ...more] = lists;
  if (first === undefined) {
    return [
      {
        message: `found no Deny of \`${WRITING}\` that shuts out all but ${rotator}; expected one on \`aws:PrincipalArn\` in the policy of the bucket, in which ${path} publishes`,
        about: document.statements.filter(({ effect }) => effect === 'Allow'),
      },
    ];
  }
  const inAll = first.filter((value) => more.every((list) => list.some((other) => show(other) === show(value))));
  return undeclared(inAll, new Set([rotator]), bucket, snapshot).map((value) => ({
    message: `found \`${show(value)}\` left out of the Deny of \`${WRITING}\`; expected ${rotator} only, which publishes for ${path}`,
    detail: `Principal::${show(value)}`,
    ...certaintyOf(value),
  }));
}

function byOthers(resource: Resource, snapshot: Snapshot): readonly Violation[] {
  return snapshot.ofType(BUCKET).flatMap((bucket): readonly Violation[] => {
    const { intent } = bucket;
    if (intent?.kind !== 'published') return [];
    const arns = arnsOf(bucket).map((arn) => append(arn, `/${intent.object}`));
    const guarded = { resource: bucket, arns, action: WRITING, declared: [intent.rotator] };
    const found = undeclaredAccess(resource, guarded, snapshot, 'by any way');
    if (found === undefined) return [];
    const told = {
      what: `write what verifiers of ${intent.path} read`,
      expected: `its rotation only (${intent.rotator})`,
      detail: `Published::${intent.path}`,
    };
    return [accessViolation(resource, guarded, found, told, snapshot)];
  });
}
