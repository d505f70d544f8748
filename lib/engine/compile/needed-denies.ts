import { without } from './role-sets';

/**
 * Leaves out the denies that others make, together or alone, the narrowest first.
 *
 * @param only who is spared by the Deny of a pattern
 * @param mustStop for each class of requests, who must be denied them
 * @param matching for each class, the patterns that match it
 */
export function neededDenies(
  only: ReadonlyMap<string, bigint>,
  everyone: bigint,
  mustStop: readonly bigint[],
  matching: readonly (readonly string[])[],
): ReadonlyMap<string, bigint> {
  const left = new Map(only);
  const classesOf = new Map<string, number[]>();
  matching.forEach((names, index) => {
    for (const name of names) {
      const known = classesOf.get(name);
      if (known === undefined) classesOf.set(name, [index]);
      else known.push(index);
    }
  });
  const stops = (name: string): bigint => without(everyone, left.get(name) ?? everyone);
  for (const name of narrowestFirst(only.keys())) {
    const missed = (classesOf.get(name) ?? []).some((index) => {
      if (mustStop[index] === 0n) return false;
      const others = matching[index].reduce((set, other) => (other === name ? set : set | stops(other)), 0n);
      return without(mustStop[index], others) !== 0n;
    });
    if (!missed) left.delete(name);
  }
  return left;
}

/** Longer patterns first: of two of which one covers the other, the covered one. */
export function narrowestFirst(names: Iterable<string>): readonly string[] {
  return [...names].sort((a, b) => b.length - a.length);
}
