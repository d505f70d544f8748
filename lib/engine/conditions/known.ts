import type { PolicyText } from '../../model/policy';

/** When requests come, in seconds since 1970: the present is between `from` and `to`, and some come later. */
export interface Present {
  readonly from: number;
  readonly to: number;
}

/**
 * What is known of a condition key of a request. An open key may have any value, or none, and whoever asks chooses it,
 * unless it says otherwise.
 */
export type Known =
  | { readonly state: 'known'; readonly values: readonly PolicyText[] }
  | { readonly state: 'absent' }
  | {
      readonly state: 'open';
      /** What can be chosen for sure; `nothing` where the value is given and all that it may be must do. */
      readonly choices?: readonly Known[] | 'nothing';
      /** Of a point in time, which nobody chooses: nothing is earlier than `earliest`. */
      readonly time?: Present & { readonly earliest: number; readonly mayBeAbsent: boolean };
    }
  /** One of these, and nobody's to choose: `false`, or absent; a tag that is not known, or none. */
  | {
      readonly state: 'one-of';
      readonly choices: readonly Known[];
      /** Which of them stands for all in a witness: for a time, the first. */
      readonly example?: PolicyText;
    };

/** Keys are asked for in lower case. */
export type Lookup = (key: string) => Known;

export const OPEN: Known = { state: 'open' };
/** Said to have no value, by a list that may have gaps. */
export const UNLIKELY: Known = { state: 'open', choices: [{ state: 'absent' }] };
/** Has some value or none, and it is nobody's to choose. */
export const GIVEN: Known = { state: 'open', choices: 'nothing' };
export const ABSENT_KEY: Known = { state: 'absent' };

export function oneOf(...choices: readonly Known[]): Known {
  return { state: 'one-of', choices };
}

export function known(...values: readonly PolicyText[]): Known {
  return { state: 'known', values };
}
