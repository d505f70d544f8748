import { elements, referencedResources } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';

/** Where a resource attaches a managed policy as a grant. A mention elsewhere, such as in a policy, attaches nothing. */
const ATTACHING = ['ManagedPolicyArns', 'ManagedPolicies', 'CustomerManagedPolicyReferences', 'PolicyArn'];

/**
 * Whether a managed policy is somebody's permissions boundary and is attached to nobody. A boundary grants nothing: its
 * wildcards are a limit, not a permission.
 */
export function isBoundaryOnly(policy: Resource, snapshot: Snapshot): boolean {
  if (policy.type !== 'AWS::IAM::ManagedPolicy') return false;
  if (['Roles', 'Users', 'Groups'].some((property) => elements(policy.properties[property]).length > 0)) return false;
  const names = (user: Resource, property: string): boolean =>
    referencedResources(user.properties[property]).includes(policy.key);
  const users = snapshot.referencing(policy.key);
  return (
    users.some((user) => names(user, 'PermissionsBoundary')) &&
    !users.some((user) => ATTACHING.some((property) => names(user, property)))
  );
}
