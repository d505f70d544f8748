import { elements, member, referencedResources, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { trailAndBucket } from '../support/audit-example';
import { BUCKET, KEY, auditParts } from '../support/audit-parts';
import { isTrue, judge, violationOf } from '../support/property';

const KEPT = ['Retain', 'RetainExceptOnCreate'];
const AUTO_DELETE_TAG = 'aws-cdk:auto-delete-objects';

export const aud5: Rule = {
  id: 'AUD5',
  title: 'Audit logs or their key go when the stack goes',
  severity: 'error',
  why: 'Whoever may delete the stack, or make CloudFormation replace a resource of it, deletes the logs, or the key without which nobody can read them. That is a deployment right, and deployment must not reach the audit log.',
  fix: 'Set `DeletionPolicy` and `UpdateReplacePolicy` to Retain: in CDK, `removalPolicy: RemovalPolicy.RETAIN`, and no `autoDeleteObjects`.',
  page: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html',
  controls: ['NIST 800-53 r5 AU-9', 'NIST 800-53 r5 AU-11', 'NIST 800-53 r5 AC-5'],
  types: [BUCKET, KEY],
  check(resource, snapshot) {
    const { buckets, landings, keys } = auditParts(snapshot);
    const isKey = keys.has(resource.key);
    if (!isKey && !buckets.has(resource.key) && !landings.has(resource.key)) return [];
    return [...policies(resource), ...(isKey ? disabled(resource) : autoDelete(resource, snapshot))];
  },
  examples: {
    bad: trailAndBucket({ deletionPolicy: 'Delete' }),
    good: trailAndBucket({ deletionPolicy: 'Retain' }),
  },
};

function policies({ deletionPolicy, updateReplacePolicy }: Resource): readonly Violation[] {
  return Object.entries({ DeletionPolicy: deletionPolicy, UpdateReplacePolicy: updateReplacePolicy }).flatMap(
    ([attribute, found]) =>
      found !== undefined && KEPT.includes(found)
        ? []
        : [{ message: `found \`${attribute}\` ${show(found)}; expected Retain`, detail: attribute }],
  );
}

/** CDK empties a bucket before its deletion with a custom resource, and marks the bucket with a tag. */
function autoDelete({ key, properties }: Resource, snapshot: Snapshot): readonly Violation[] {
  const tagged = elements(properties['Tags']).some(
    (tag) => member(tag, 'Key') === AUTO_DELETE_TAG && judge(member(tag, 'Value'), isTrue).certainty !== 'certain',
  );
  const emptied = snapshot
    .referencing(key)
    .some(
      (one) =>
        one.type === 'Custom::S3AutoDeleteObjects' && referencedResources(one.properties['BucketName']).includes(key),
    );
  if (!tagged && !emptied) return [];
  return [{ message: 'found `autoDeleteObjects` on the bucket; expected its objects to stay', detail: 'AutoDelete' }];
}

/** A disabled key stops delivery and hides what was delivered. */
function disabled({ properties }: Resource): readonly Violation[] {
  const found = properties['Enabled'];
  if (found === undefined) return [];
  return violationOf(
    judge(found, isTrue),
    `found \`Enabled\` ${show(found)} on the key of the audit log; expected true`,
    'Enabled',
  );
}
