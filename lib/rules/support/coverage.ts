import { actionMayMatch, actionMustMatch } from '../../engine/match/action-pattern';
import { arnMayMatch, arnMustMatch } from '../../engine/match/arn-pattern';
import type { Matcher, PolicyText } from '../../model/policy';

/** Whether patterns cover a name; `open` where a value known only later decides. */
export type Coverage = 'yes' | 'no' | 'open';

type Match = (pattern: PolicyText, subject: PolicyText) => boolean;

/** Whether `Action` or `NotAction` covers this action. */
export function coversAction(matcher: Matcher, action: string): Coverage {
  return covers(matcher, action, actionMayMatch, actionMustMatch);
}

/** Whether it covers each of these for sure. */
export function coversActions(matcher: Matcher, actions: readonly string[]): boolean {
  return actions.every((action) => coversAction(matcher, action) === 'yes');
}

/** Whether `Resource` or `NotResource` covers every ARN of this pattern. */
export function coversArn(matcher: Matcher | undefined, arn: PolicyText): Coverage {
  return matcher === undefined ? 'no' : covers(matcher, arn, arnMayMatch, arnMustMatch);
}

/** INVARIANT: what is excluded by a Not form is judged the other way round: it must not be excluded, for sure. */
function covers({ negated, patterns }: Matcher, subject: PolicyText, may: Match, must: Match): Coverage {
  const surely = patterns.some((pattern) => must(pattern, subject));
  if (surely) return negated ? 'no' : 'yes';
  const perhaps = patterns.some((pattern) => may(pattern, subject));
  if (!perhaps) return negated ? 'yes' : 'no';
  return 'open';
}
