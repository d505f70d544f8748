/**
 * Patterns that could stand for several others: everything below a common prefix (`prod/GET/orders/*`), and, where
 * `anyMethod`, the same for every method. Whether one may is for the caller to say.
 */
export function candidates(
  names: readonly string[],
  { anyMethod }: { readonly anyMethod: boolean },
): readonly string[] {
  const covered = new Map<string, number>();
  const count = (pattern: string): void => void covered.set(pattern, (covered.get(pattern) ?? 0) + 1);
  for (const name of new Set(names)) {
    const [stage, method, ...path] = name.split('/');
    for (const verb of anyMethod ? [method, '*'] : [method]) {
      if (verb === '*') count([stage, verb, ...path].join('/'));
      for (let kept = 0; kept < path.length; kept += 1) count([stage, verb, ...path.slice(0, kept), '*'].join('/'));
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
