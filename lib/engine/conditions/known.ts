import type { PolicyText } from '../../model/policy';

/**
 * What is known of a condition key of a request. An open key may have any value, or none. One that is `unlikely` is
 * said to have none, by a list that may have gaps: for sure it has no value, and perhaps it has any.
 */
export type Known =
  | { readonly state: 'known'; readonly values: readonly PolicyText[] }
  | { readonly state: 'absent' }
  | { readonly state: 'open'; readonly unlikely?: true }
  /** One of these, and nobody's to choose: `false`, or absent; a tag that is not known, or none. */
  | { readonly state: 'one-of'; readonly choices: readonly Known[] };

/** Keys are asked for in lower case. */
export type Lookup = (key: string) => Known;

export const OPEN: Known = { state: 'open' };
export const UNLIKELY: Known = { state: 'open', unlikely: true };
export const ABSENT_KEY: Known = { state: 'absent' };

export function oneOf(...choices: readonly Known[]): Known {
  return { state: 'one-of', choices };
}

export function known(...values: readonly PolicyText[]): Known {
  return { state: 'known', values };
}
