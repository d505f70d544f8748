import type { PolicyDocument } from '../../../model/policy';
import { policiesOf } from '../../../engine/parse/policies-of';
import { orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { NO_POLICY, policyDifferences, readDocument } from '../documents';
import { deletedDifference } from '../drift';
import type { Difference } from '../drift';

/** The document in force of a managed policy; `undefined` where the policy is not there. */
export async function managedDocument(PolicyArn: string, call: Call): Promise<PolicyDocument | undefined> {
  const policy = (await orMissing(call('iam', 'GetPolicy', { PolicyArn })))?.['Policy'];
  if (policy === undefined) return undefined;
  const { PolicyVersion } = await call('iam', 'GetPolicyVersion', { PolicyArn, VersionId: policy.DefaultVersionId });
  return readDocument(PolicyVersion?.Document);
}

/** A managed policy of the templates: it grants, or is a boundary. */
export async function managedPolicyDifferences(
  policy: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const arn = policy.arn ?? policy.physicalId;
  const found = await managedDocument(arn, call);
  if (found === undefined) return [deletedDifference('the policy is not there')];
  const resource = declared.world.snapshot.byKey(policy.key);
  const wanted = (resource && policiesOf(resource)[0]?.document) ?? NO_POLICY;
  return policyDifferences('Document', wanted, found, { kind: 'identity', arn, account: policy.account });
}
