import { actionMayMatch, actionMustMatch } from '../../engine/match/action-pattern';
import { arnMayMatch, arnMustMatch } from '../../engine/match/arn-pattern';
import type { Matcher, PolicyText } from '../../model/policy';
import { canonical } from './lookup';

/** Whether patterns cover a name; `open` where a value known only later decides. */
export type Coverage = 'yes' | 'no' | 'open';

/** Whether `Action` or `NotAction` covers this action. */
export function coversAction(matcher: Matcher, action: string): Coverage {
  if (surelyCoversAction(matcher, action)) return 'yes';
  const { negated, patterns } = matcher;
  const may = patterns.some((pattern) => (negated ? actionMustMatch : actionMayMatch)(pattern, action));
  return may === negated ? 'no' : 'open';
}

/** Whether it covers each of these for sure. */
export function coversActions(matcher: Matcher, actions: readonly string[]): boolean {
  return actions.every((action) => surelyCoversAction(matcher, action));
}

/** INVARIANT: what is excluded by a Not form is judged the other way round: it must not be excluded, for sure. */
function surelyCoversAction({ negated, patterns }: Matcher, action: string): boolean {
  return negated
    ? !patterns.some((pattern) => actionMayMatch(pattern, action))
    : patterns.some((pattern) => actionMustMatch(pattern, action));
}

/** Whether `Resource` or `NotResource` covers every ARN of this pattern for sure. */
export function coversArn({ negated, patterns }: Matcher, arn: PolicyText): boolean {
  if (negated) return !patterns.some((pattern) => arnMayMatch(pattern, arn));
  // A text covers itself: no need to compare the patterns, which takes longer.
  const text = canonical(arn);
  if (text !== undefined && patterns.some((pattern) => canonical(pattern) === text)) return true;
  return patterns.some((pattern) => arnMustMatch(pattern, arn));
}
