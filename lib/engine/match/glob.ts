import { exactly, intersects, patternOf } from './pattern';

/**
 * Whether a literal text matches a pattern with `*`, `?` and policy variables. Without holes the answer is exact; a
 * policy variable may be anything, so that the answer errs on `true`.
 */
export function matches(pattern: string, subject: string): boolean {
  if (pattern === '*' || pattern === subject) return true;
  if (pattern.includes('${')) return intersects(patternOf(pattern), exactly(subject));
  return globMatches(pattern, subject);
}

/** Linear but for the last `*`, to which it goes back. */
function globMatches(pattern: string, subject: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let index = 0; index < subject.length; ) {
    if (pattern[at] === '*') {
      star = at;
      resume = index;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === subject[index])) {
      at += 1;
      index += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      index = resume;
    } else return false;
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
