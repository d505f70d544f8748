import { isText } from '../../model/value';
import { isExact } from '../match/symbolic';
import type { World } from '../world/world';
import { callerOf } from './caller';
import type { Decision, Question } from './decision';
import { ExplainedDecision } from './explain';
import { decideLiteral } from './literal';
import { decidePattern } from './search';
import { isWithoutResource } from './target';

/**
 * Whether a principal may do something, by all policies that AWS looks at, in its order: explicit Deny in any layer,
 * service and resource control policies, resource policy, identity policy, boundary, session policy.
 * Pure and total; what is asked about the same resource again is found in caches of the world.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function decide(question: Question, world: World): Decision {
  const { action, resource } = question;
  const caller = callerOf(question.principal, question.session);
  const literal = typeof action === 'string' && !isText(action) && !/[*?]/.test(action);
  if (literal && (isExact(resource) || isWithoutResource(action.toLowerCase()))) {
    return new ExplainedDecision(decideLiteral(question, action, resource, caller, world));
  }
  return new ExplainedDecision(decidePattern(question, caller, world));
}
