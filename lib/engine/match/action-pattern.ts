import type { PolicyText } from '../../model/policy';
import { matches } from './glob';
import { contains, intersects, patternOf } from './pattern';
import type { Pattern } from './pattern';

/** Actions are compared without regard to case and hold no policy variables. */
const pattern = (source: PolicyText): Pattern => patternOf(source, { caseless: true, variables: false });

/**
 * MAY: whether an action pattern can match the action, or the two patterns have an action in common.
 * An unknown pattern can match everything.
 */
export function actionMayMatch(source: PolicyText, action: PolicyText): boolean {
  if (typeof source === 'string' && typeof action === 'string' && !/[*?]/.test(action)) {
    return actionMatches(source, action);
  }
  return intersects(pattern(source), pattern(action));
}

/** MUST: whether an action pattern matches the action, or every action of the other pattern, for sure. */
export function actionMustMatch(source: PolicyText, action: PolicyText): boolean {
  if (typeof source === 'string' && typeof action === 'string' && !/[*?]/.test(action)) {
    return actionMatches(source, action);
  }
  return contains(pattern(source), pattern(action));
}

function actionMatches(source: string, action: string): boolean {
  // The stand-in for `$` keeps `matches` from reading a policy variable, which actions do not have.
  return matches(source.toLowerCase().replaceAll('$', '\0'), action.toLowerCase().replaceAll('$', '\0'));
}
