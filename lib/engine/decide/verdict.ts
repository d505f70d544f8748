import type { Condition, Guard } from '../../model/policy';
import type { Known, Lookup } from '../conditions/known';
import { solve } from '../conditions/solve';
import { isBlocked } from './paths';
import type { Path, Slot } from './paths';
import type { Layer } from '../world/world';
import type { Term } from './term';

/** What the terms of one request say. */
export interface Verdict {
  readonly may: boolean;
  readonly must: boolean;
  readonly unconditional: boolean;
  /** The Allows by which it may be, or else is not quite, allowed. */
  readonly allows: readonly Term[];
  /** The Denies that apply or may apply. */
  readonly denies: readonly Term[];
  /** A Deny that applies in every case. */
  readonly explicit?: Term;
  /** Where not `may` and there is no such Deny: the first layer in which nothing allows. */
  readonly missing?: Layer;
  /** Values of open keys by which it is allowed. */
  readonly values: ReadonlyMap<string, Known>;
}

const NO_VALUES: ReadonlyMap<string, Known> = new Map();
/** Past this many conditions of a template, statements under them count as not sure. */
const MOST_CONDITIONS = 6;
/** How many combinations of Allows are tried on each path. */
const MOST_COMBINATIONS = 200;

/**
 * Decides by the terms of a request. Conditions of the template are gone through one by one, so that an Allow and a
 * Deny under the same condition meet, and those under opposite ones do not.
 */
export function verdictOf(
  allPaths: readonly Path[],
  allDenies: readonly Term[],
  lookup: Lookup,
  given: readonly Guard[],
): Verdict {
  if (!isGuarded(allPaths, allDenies)) return single(allPaths, allDenies, lookup, NO_VALUES);
  const [paths, denies] = given.length === 0 ? [allPaths, allDenies] : where(given, allPaths, allDenies, false);
  const names = [...conditionsIn(paths, denies, given)];
  if (names.length === 0) return single(paths, denies, lookup, NO_VALUES);
  if (names.length > MOST_CONDITIONS) {
    const unguardedPaths = paths.map((path) =>
      path.map(({ layer, terms }) => ({ layer, terms: terms.map(unguarded) })),
    );
    return single(unguardedPaths, denies.map(unguarded), lookup, NO_VALUES);
  }
  const scenarios = Array.from({ length: 2 ** names.length }, (_, bits) => {
    const guards = names.map((condition, place) => ({ condition, holds: ((bits >> place) & 1) === 0 }));
    return where([...given, ...guards], paths, denies, true);
  });
  const each = scenarios.map((scenario) => single(...scenario, lookup, NO_VALUES));
  const shown = each.find(({ may }) => may) ?? each[0];
  // The same request must be allowed in all of them.
  const [{ values }] = each;
  const must =
    each.every((one) => one.must) &&
    (values.size === 0
      ? each.every((one) => one.values.size === 0)
      : scenarios.every((scenario) => single(...scenario, lookup, values).must));
  return {
    ...shown,
    may: each.some(({ may }) => may),
    must,
    unconditional: must && each.every(({ unconditional }) => unconditional),
    values: must ? values : shown.values,
  };
}

/** Whether a condition of the template plays a part. */
function isGuarded(paths: readonly Path[], denies: readonly Term[]): boolean {
  for (const term of denies) if (term.guards.length > 0) return true;
  for (const path of paths) {
    for (const { terms } of path) for (const term of terms) if (term.guards.length > 0) return true;
  }
  return false;
}

/** The terms that are there where these guards hold; `whole` where no other condition is left open. */
function where(
  guards: readonly Guard[],
  paths: readonly Path[],
  denies: readonly Term[],
  whole: boolean,
): [readonly Path[], readonly Term[]] {
  const holds = new Map(guards.map((each) => [each.condition, each.holds]));
  const exists = (term: Term): boolean =>
    term.guards.every((each) => {
      const known = holds.get(each.condition);
      return known === undefined ? !whole : known === each.holds;
    });
  const left = ({ layer, terms }: Slot): Slot => ({ layer, terms: terms.filter(exists) });
  return [paths.map((path) => path.map(left)), denies.filter(exists)];
}

function conditionsIn(paths: readonly Path[], denies: readonly Term[], given: readonly Guard[]): ReadonlySet<string> {
  const found = new Set<string>();
  const add = ({ guards }: Term): void => {
    for (const { condition } of guards) if (!given.some((each) => each.condition === condition)) found.add(condition);
  };
  for (const path of paths) {
    for (const { terms } of path) for (const term of terms) if (term.guards.length > 0) add(term);
  }
  for (const term of denies) if (term.guards.length > 0) add(term);
  return found;
}

function unguarded(term: Term): Term {
  return term.guards.length === 0 ? term : { ...term, sure: false };
}

function single(
  paths: readonly Path[],
  denies: readonly Term[],
  lookup: Lookup,
  fixed: ReadonlyMap<string, Known>,
): Verdict {
  for (const term of denies) {
    if (term.sure && term.open.length === 0) return denied(denies, firstOf(paths), term, undefined);
  }
  if (denies.length === 0) {
    // Most requests: nothing is denied, and an Allow without conditions is there or none is.
    for (const path of paths) {
      const allows = freely(path);
      if (allows !== undefined) {
        return { may: true, must: true, unconditional: true, allows, denies, values: NO_VALUES };
      }
    }
  }
  const open = paths.filter((path) => !isBlocked(path));
  if (open.length === 0) return denied(denies, firstOf(paths), undefined, missingIn(paths));
  const avoided = denies.map((each) => each.open);
  const surely = denies.filter((each) => each.sure).map((each) => each.open);
  if (!avoided.some((each) => each.length === 0)) {
    for (const allows of combinations(open, true)) {
      const hold = allows.flatMap((term) => term.open);
      const values = solving(hold, avoided, lookup, fixed, true);
      if (values === undefined) continue;
      const unconditional = hold.length === 0 && avoided.length === 0;
      return { may: true, must: true, unconditional, allows, denies, values };
    }
  }
  let last: readonly Term[] = firstOf(open);
  for (const allows of combinations(open, false)) {
    last = allows;
    const hold = allows.flatMap((term) => term.open);
    const values = solving(hold, surely, lookup, fixed, false);
    if (values !== undefined) return { may: true, must: false, unconditional: false, allows, denies, values };
  }
  return denied(
    denies,
    last,
    denies.find((each) => each.sure),
    undefined,
  );
}

function denied(
  denies: readonly Term[],
  allows: readonly Term[],
  explicit: Term | undefined,
  missing: Layer | undefined,
): Verdict {
  return {
    may: false,
    must: false,
    unconditional: false,
    allows,
    denies,
    values: NO_VALUES,
    ...(explicit === undefined ? undefined : { explicit }),
    ...(missing === undefined ? undefined : { missing }),
  };
}

/** For each slot an Allow that applies for sure and in every case; `undefined` where there is none. */
function freely(path: Path): readonly Term[] | undefined {
  const found: Term[] = [];
  for (const { terms } of path) {
    const free = terms.find((term) => term.sure && term.open.length === 0);
    if (free === undefined) return undefined;
    found.push(free);
  }
  return found;
}

/** Values of the open keys; where `certain` is false, none where it is not known whether there are any. */
function solving(
  hold: readonly Condition[],
  oneFails: readonly (readonly Condition[])[],
  lookup: Lookup,
  fixed: ReadonlyMap<string, Known>,
  certain: boolean,
): ReadonlyMap<string, Known> | undefined {
  if (hold.length === 0 && oneFails.length === 0) return NO_VALUES;
  const found = solve({ hold, oneFails }, lookup, certain, fixed);
  if (found.kind === 'found') return found.values;
  return found.kind === 'unknown' && !certain ? NO_VALUES : undefined;
}

/**
 * Choices of one Allow of each list. An Allow without conditions makes all others of its list needless. Past the most
 * that are tried, the last choice has no conditions, so that it may do: what was not tried may be allowed.
 */
function* combinations(paths: readonly Path[], sureOnly: boolean): Generator<readonly Term[]> {
  let left = MOST_COMBINATIONS;
  for (const path of paths) {
    const lists = path.map(({ terms }) => {
      const usable = sureOnly ? terms.filter((term) => term.sure) : terms;
      const free =
        usable.find((term) => term.open.length === 0 && term.sure) ?? usable.find((term) => term.open.length === 0);
      return free === undefined ? usable : [free];
    });
    if (lists.some((terms) => terms.length === 0)) continue;
    const at = lists.map(() => 0);
    for (;;) {
      left -= 1;
      if (left < 0) {
        if (!sureOnly) yield lists.map((terms, index) => ({ ...terms[at[index]], open: [] }));
        return;
      }
      yield lists.map((terms, index) => terms[at[index]]);
      let place = 0;
      while (place < lists.length && ++at[place] === lists[place].length) at[place++] = 0;
      if (place === lists.length) break;
    }
  }
}

/** The Allows of the path on which the most layers allow. */
function firstOf(paths: readonly Path[]): readonly Term[] {
  const found: Term[] = [];
  for (const { terms } of fullestOf(paths)) if (terms.length > 0) found.push(terms[0]);
  return found;
}

function missingIn(paths: readonly Path[]): Layer {
  return fullestOf(paths).find(({ terms }) => terms.length === 0)?.layer ?? 'identity';
}

function fullestOf(paths: readonly Path[]): Path {
  let fullest: Path = paths[0] ?? [];
  let fewest = missingCount(fullest);
  for (const path of paths) {
    const missing = missingCount(path);
    if (missing < fewest) [fullest, fewest] = [path, missing];
  }
  return fullest;
}

function missingCount(path: Path): number {
  let found = 0;
  for (const { terms } of path) if (terms.length === 0) found += 1;
  return found;
}
