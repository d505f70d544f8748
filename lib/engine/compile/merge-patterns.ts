/**
 * Patterns that could stand for several others: everything below a common prefix, such as `prod/GET/orders/*`. Whether
 * one may is for the caller to say. None stands for every method: a `*` there would span slashes, so that a pattern for
 * `/b/c` of any method would also match `GET /a/b/c`.
 */
export function candidates(names: readonly string[]): readonly string[] {
  const covered = new Map<string, number>();
  for (const name of new Set(names)) {
    const [stage, method, ...path] = name.split('/');
    for (let kept = 0; kept < path.length; kept += 1) {
      const pattern = [stage, method, ...path.slice(0, kept), '*'].join('/');
      covered.set(pattern, (covered.get(pattern) ?? 0) + 1);
    }
  }
  return [...covered].flatMap(([pattern, times]) => (times > 1 ? [pattern] : []));
}

/** What a merger has to know of a pattern: which classes of requests it matches, by their place. */
export type ClassesOf = (pattern: string) => ReadonlySet<number>;

/**
 * The same patterns in fewer characters: each candidate that `admits` says yes to takes the place of those whose
 * requests it all matches, the one that saves most first.
 */
export function merge(
  patterns: readonly string[],
  available: readonly string[],
  classesOf: ClassesOf,
  admits: (classes: ReadonlySet<number>) => boolean,
): readonly string[] {
  const admitted = available.filter((candidate) => admits(classesOf(candidate)));
  let left = [...new Set(patterns)];
  for (;;) {
    const best = admitted
      .map((candidate) => {
        const wide = classesOf(candidate);
        const replaced = left.filter((each) => each !== candidate && isWithin(classesOf(each), wide));
        const saved = replaced.reduce((sum, each) => sum + each.length, 0) - candidate.length;
        return {
          candidate,
          replaced: new Set(replaced),
          saved: left.includes(candidate) ? saved + candidate.length : saved,
        };
      })
      .reduce<{ candidate: string; replaced: Set<string>; saved: number } | undefined>(
        (most, each) => (each.saved > (most?.saved ?? 0) ? each : most),
        undefined,
      );
    if (best === undefined) return left;
    left = [...left.filter((each) => !best.replaced.has(each) && each !== best.candidate), best.candidate];
  }
}

function isWithin(inner: ReadonlySet<number>, outer: ReadonlySet<number>): boolean {
  if (inner.size > outer.size) return false;
  for (const each of inner) if (!outer.has(each)) return false;
  return true;
}
