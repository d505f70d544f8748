/** What a kind of credential knows about its values. Pure but for chance. */
export interface RotatedValue {
  /** A new value, as it is stored. */
  generate(): string;
  /** What is wrong with the form of a stored value, without repeating it; `undefined` for nothing. */
  problemWith(stored: string): string | undefined;
  /** Whether two stored values hold the same secret. Total: a value of any form can stand in the secret. */
  isSame(one: string, other: string): boolean;
}

/**
 * What is wrong with a value that is to become current; `undefined` for nothing. A rotation that ends with the old
 * value is no rotation.
 */
export function problemWithNext(
  kind: RotatedValue,
  next: string | undefined,
  current: string | undefined,
): string | undefined {
  if (next === undefined) return 'the pending version has no value';
  const problem = kind.problemWith(next);
  if (problem !== undefined) return problem;
  return current !== undefined && kind.isSame(next, current) ? 'the pending value is the current one' : undefined;
}
