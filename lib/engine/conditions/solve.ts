import type { Condition } from '../../model/policy';
import { choosable } from './choosable';
import { conditionHolds } from './evaluate';
import type { Known, Lookup } from './known';
import { representativesOf } from './representatives';
import type { Representatives } from './representatives';

/** What is asked of the open keys of a request. */
export interface Constraints {
  /** All of them hold. */
  readonly hold: readonly Condition[];
  /** Of each list at least one fails. */
  readonly oneFails: readonly (readonly Condition[])[];
}

/** Values of the open keys that do; `none` for sure; or `unknown` where not every sort of value was looked at. */
export type Solution =
  | { readonly kind: 'found'; readonly values: ReadonlyMap<string, Known> }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

const NOTHING_FIXED: ReadonlyMap<string, Known> = new Map();

/** How many choices are tried. */
const BUDGET = 2_000;

/**
 * Whether open keys can have values that satisfy the constraints. With `certain`, the values do for sure; without, a
 * condition that is not known may hold as well as fail.
 * All conditions are on open keys, of which `fixed` have their value already. Exact for equality, sets, Bool, numbers, dates, addresses and up to five patterns.
 */
export function solve(
  { hold, oneFails }: Constraints,
  lookup: Lookup,
  certain: boolean,
  fixed: ReadonlyMap<string, Known> = NOTHING_FIXED,
): Solution {
  const keys = new Map<string, Condition[]>();
  for (const condition of [...hold, ...oneFails.flat()]) {
    const same = keys.get(condition.key);
    if (same === undefined) keys.set(condition.key, [condition]);
    else same.push(condition);
  }
  const table = new Map<string, readonly Known[]>();
  /** Keys of which not all sorts are in the table: what none of these does another may do. */
  const partial = new Set<string>();
  for (const [key, conditions] of keys) {
    const { values, complete } = choicesOf(key, conditions);
    const required = hold.filter((condition) => condition.key === key);
    const left = values.filter((value) => required.every((condition) => can(condition, key, value, true)));
    if (!complete) partial.add(key);
    if (left.length === 0) return complete ? { kind: 'none' } : { kind: 'unknown' };
    table.set(key, left);
  }

  function choicesOf(key: string, conditions: readonly Condition[]): Representatives {
    const settled = fixed.get(key);
    if (settled !== undefined) return { values: [settled], complete: true };
    return choosable(lookup(key), representativesOf(key, conditions, lookup), certain);
  }

  function can(condition: Condition, key: string, value: Known, holds: boolean): boolean {
    const found = conditionHolds(condition, (each) => (each === key ? value : lookup(each)));
    return found === 'maybe' ? !certain : (found === 'yes') === holds;
  }

  let tries = 0;
  let gaveUp = false;
  const choose = (
    at: number,
    left: ReadonlyMap<string, readonly Known[]>,
  ): ReadonlyMap<string, readonly Known[]> | undefined => {
    if (at === oneFails.length) return left;
    for (const condition of oneFails[at]) {
      tries += 1;
      if (tries > BUDGET) {
        gaveUp = true;
        return undefined;
      }
      const { key } = condition;
      const failing = (left.get(key) ?? []).filter((value) => can(condition, key, value, false));
      if (failing.length === 0) {
        gaveUp ||= partial.has(key);
        continue;
      }
      const found = choose(at + 1, new Map(left).set(key, failing));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const found = choose(0, table);
  if (found === undefined) return { kind: gaveUp || partial.size > 0 ? 'unknown' : 'none' };
  return { kind: 'found', values: new Map([...found].map(([key, values]) => [key, values[0]])) };
}
