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
  if (typeof source === 'string' && typeof action === 'string' && writtenOf(action).isLiteral) {
    return actionMatches(source, action);
  }
  return intersects(pattern(source), pattern(action));
}

/** MUST: whether an action pattern matches the action, or every action of the other pattern, for sure. */
export function actionMustMatch(source: PolicyText, action: PolicyText): boolean {
  if (typeof source === 'string' && typeof action === 'string' && writtenOf(action).isLiteral) {
    return actionMatches(source, action);
  }
  return contains(pattern(source), pattern(action));
}

/** A pattern of which every letter is small, by itself, and whether it is a pattern at all. */
interface Written {
  readonly text: string;
  readonly isLiteral: boolean;
}

/** How many are kept: the same few are compared with everything. */
const MOST_KEPT = 10_000;
const written = new Map<string, Written>();

function writtenOf(source: string): Written {
  let found = written.get(source);
  if (found === undefined) {
    if (written.size >= MOST_KEPT) written.clear();
    // The stand-in for `$` keeps `matches` from reading a policy variable, which actions do not have.
    const text = source.toLowerCase().replaceAll('$', '\0');
    written.set(source, (found = { text, isLiteral: !/[*?]/.test(text) }));
  }
  return found;
}

function actionMatches(source: string, action: string): boolean {
  const { text, isLiteral } = writtenOf(source);
  const subject = writtenOf(action).text;
  return isLiteral ? text === subject : matches(text, subject);
}
