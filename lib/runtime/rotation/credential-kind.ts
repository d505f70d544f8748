/** The values of a credential as they stand: those that a consumer may hold. */
export interface Values {
  /** The value of the rotation that is under way. */
  readonly pending?: string;
  readonly current?: string;
  /** The value before, where it has not been revoked. */
  readonly previous?: string;
}

/**
 * What a kind of credential knows about its values.
 *
 * INVARIANT: everything here can be repeated, also after a crash in its middle, and gives the same end. Nothing but
 * `retire` takes a current value away from its consumers.
 */
export interface CredentialKind {
  /**
   * A new value, as it is stored. It may prepare the service for it.
   *
   * @param now what the credential holds
   * @param fresh nothing of the present values may live on: they are revoked
   */
  generate(now: Values, fresh: boolean): string | Promise<string>;
  /** What is wrong with the form of a stored value, without repeating it; `undefined` for nothing. */
  problemWith(stored: string): string | undefined;
  /** Whether two stored values hold the same secret. Total: a value of any form can stand in the secret. */
  isSame(one: string, other: string): boolean;
  /**
   * Makes the pending value work, beside the current one and the one before. What is wrong with the pending value for
   * good, or nothing.
   */
  introduce?(values: Values): Promise<string | void>;
  /** Really uses a value; what is wrong with it, without repeating it, or `undefined`. */
  tryOut?(value: string): Promise<string | undefined>;
  /**
   * Makes everything stop working but these values. Without any: the credential is at its end.
   *
   * @param atOnce leaves nothing for later, also not what could be brought back: nobody calls again
   */
  retire?(values: Values, atOnce?: boolean): Promise<void>;
  /**
   * The credential is removed: makes its values stop working, and none that another credential has made in the same
   * place since. Without it, `retire` leaves none.
   */
  remove?(values: Values): Promise<void>;
}

/**
 * What is wrong with a value that is to become current; `undefined` for nothing. A rotation that ends with the old
 * value is no rotation.
 */
export function problemWithNext(
  kind: CredentialKind,
  next: string | undefined,
  current: string | undefined,
): string | undefined {
  if (next === undefined) return 'the pending version has no value';
  const problem = kind.problemWith(next);
  if (problem !== undefined) return problem;
  return current !== undefined && kind.isSame(next, current) ? 'the pending value is the current one' : undefined;
}
