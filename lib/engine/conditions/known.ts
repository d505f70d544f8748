import type { PolicyText } from '../../model/policy';

/** What is known of a condition key of a request. An open key may have any value, or none. */
export type Known =
  | { readonly state: 'known'; readonly values: readonly PolicyText[] }
  | { readonly state: 'absent' }
  | { readonly state: 'open' }
  /** One of these, and nobody's to choose: `false`, or absent. */
  | { readonly state: 'one-of'; readonly choices: readonly Known[] };

/** Keys are asked for in lower case. */
export type Lookup = (key: string) => Known;

export const OPEN: Known = { state: 'open' };
export const ABSENT_KEY: Known = { state: 'absent' };

export function oneOf(...choices: readonly Known[]): Known {
  return { state: 'one-of', choices };
}

export function known(...values: readonly PolicyText[]): Known {
  return { state: 'known', values };
}
