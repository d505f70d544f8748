import type { World } from '../world/world';
import type { Decision, Question } from './decision';

/**
 * Whether a principal may do something, by all policies that AWS looks at, in its order: explicit Deny in any layer,
 * service and resource control policies, resource policy, identity policy, boundary, session policy.
 * Pure and total; what is asked about the same resource again is found in caches of the world.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(question: Question, world: World): Decision {
  throw new Error(`not there yet: ${typeof question} ${typeof world}`);
}
