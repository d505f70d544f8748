import type { PolicyText } from '../../model/policy';
import { canMeet } from '../match/symbolic';
import { append, serviceOf } from '../decide/target';
import type { Target as Rewritable } from '../reach/target';
import type { Target } from './target';

/** Whether the policy of something has a say on what was asked. */
export function isAbout({ arn, resource }: Rewritable, action: string, target: Target): boolean {
  if (resource === undefined) return false;
  if (target.resource !== undefined) return target.resource.key === resource.key;
  const service = serviceOf(arn);
  const asked = action.split(':')[0].toLowerCase();
  if (service !== undefined && !/[*?]/.test(asked) && asked !== service && !(service === 'iam' && asked === 'sts')) {
    return false;
  }
  const spaces: readonly PolicyText[] = [arn, append(arn, '/*'), append(arn, ':*')];
  return target.arns.some((each) => spaces.some((space) => canMeet(space, each)));
}
