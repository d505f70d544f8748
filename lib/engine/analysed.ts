import type { Snapshot } from '../model/snapshot';
import { declaredSeparation } from './duties/declared';
import type { DeclaredSeparation } from './duties/declared';
import { DirectDuties } from './duties/direct';
import { ReachedDuties } from './duties/reached';
import type { Reach } from './reach/reach';
import { reachOf } from './reach/reach-of';
import type { World } from './world/world';
import { worldOf } from './world/world-of';

/** What is known of a snapshot besides its templates. */
export interface Analysed {
  readonly world: World;
  readonly reach: Reach;
  /** What the templates declare of separation. */
  readonly separation: DeclaredSeparation;
  /** The duties of principals; found when they are asked for. */
  readonly duties: ReachedDuties;
}

const known = new WeakMap<Snapshot, Analysed>();

/** World and reach of a snapshot, without policies of an organization. Made once for each snapshot. */
export function analysed(snapshot: Snapshot): Analysed {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const world = worldOf(snapshot);
  const reach = rememberingLast(reachOf(world));
  const separation = declaredSeparation(snapshot);
  let duties: ReachedDuties | undefined;
  const made = {
    world,
    reach,
    separation,
    get duties() {
      duties ??= new ReachedDuties(new DirectDuties(world, separation.duties), reach);
      return duties;
    },
  };
  known.set(snapshot, made);
  return made;
}

/** Rules ask about one principal after the other, several of them about each. */
function rememberingLast(reach: Reach): Reach {
  let last: { readonly key: string; readonly from: ReturnType<Reach['from']> } | undefined;
  return {
    outsiders: () => reach.outsiders(),
    certainlyFrom: (key) => reach.certainlyFrom(key),
    fromOutside: (outsider) => reach.fromOutside(outsider),
    from: (key) => {
      if (last?.key !== key) last = { key, from: reach.from(key) };
      return last.from;
    },
  };
}
