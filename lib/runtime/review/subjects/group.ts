import { orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { deletedDifference } from '../drift';
import type { Difference } from '../drift';
import { identityDifferences } from './identity';

/** A group: what its members may do. Who is a member is asked of each user of the templates. */
export async function groupDifferences(
  group: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const found = (await orMissing(call('iam', 'GetGroup', { GroupName: group.physicalId, MaxItems: 1 })))?.['Group'];
  if (found === undefined) return [deletedDifference('the group is not there')];
  return identityDifferences(group, 'Group', found, declared, call);
}
