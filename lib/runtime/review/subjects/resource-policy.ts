import type { PolicyDocument } from '../../../model/policy';
import type { Declared, Deployed } from '../deployed';
import { NO_POLICY, policyDifferences, together } from '../documents';
import type { Difference } from '../drift';

/** The policy on a resource against that of the templates. */
export function resourcePolicyDifferences(
  of: Deployed,
  declared: Declared,
  found: PolicyDocument,
  { arn = of.arn ?? of.physicalId, mustAllow = false }: { readonly arn?: string; readonly mustAllow?: boolean } = {},
): readonly Difference[] {
  const policies = declared.world.resourcePolicies.get(of.key)?.policies.filter(({ acl }) => acl === undefined);
  const wanted = policies === undefined || policies.length === 0 ? NO_POLICY : together(policies);
  return policyDifferences('Resource policy', wanted, found, { kind: 'resource', arn, account: of.account, mustAllow });
}
