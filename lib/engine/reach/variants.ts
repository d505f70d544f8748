import type { Principal } from '../world/world';
import type { Change } from './actor';
import type { Controlled, ReachOfPrincipal, Way } from './reach';

/** A principal under control as it is after changes. */
export interface Variant {
  readonly principal: Principal;
  readonly way: () => Way;
}

/** How many changes to one principal are looked at one by one, before all of them together. */
const MOST_ALONE = 6;

/**
 * The principals under control after the changes that can be made to them for sure: each change alone, then all of them.
 * None of an administrator, who has it all.
 */
export function* variantsOf(from: ReachOfPrincipal): Generator<Variant> {
  if (from.admin?.certainty === 'certain') return;
  for (const who of from.controlled) {
    if (who.changes.size === 0) continue;
    const certain = [...who.changes].filter(([, { certainty }]) => certainty === 'certain');
    for (const set of setsOf(certain.map(([change]) => change))) {
      yield { principal: who.after(set), way: () => from.way([...who.premises, ...gainedBy(who, set)]) };
    }
  }
}

/** Each alone, then all of them; a principal has one boundary at a time, and what is not known may deny anything. */
export function setsOf(changes: readonly Change[]): readonly (readonly Change[])[] {
  const alone = changes.slice(0, MOST_ALONE).map((change) => [change]);
  const together = changes.filter((change) => !/^(?:bounded:|attached:\?)/.test(change));
  return together.length > 1 ? [...alone, together] : alone;
}

export function gainedBy({ changes }: Controlled, set: readonly Change[]): Parameters<ReachOfPrincipal['way']>[0] {
  return set.flatMap((change) => changes.get(change) ?? []);
}
