/** A backtracking matcher, written apart from the engine's, and every word over an alphabet: what is compared with. */
export function naiveMatches(pattern: string, subject: string): boolean {
  if (pattern === '') return subject === '';
  const [head] = pattern;
  if (head === '*') {
    return naiveMatches(pattern.slice(1), subject) || (subject !== '' && naiveMatches(pattern, subject.slice(1)));
  }
  return subject !== '' && (head === '?' || head === subject[0]) && naiveMatches(pattern.slice(1), subject.slice(1));
}

/** Shortest first. */
export function words(alphabet: string, longest: number): readonly string[] {
  const found = [''];
  for (let from = 0, length = 0; length < longest; length += 1) {
    const to = found.length;
    for (let index = from; index < to; index += 1) for (const each of alphabet) found.push(found[index] + each);
    from = to;
  }
  return found;
}
