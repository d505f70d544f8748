import type { Snapshot } from '../model/snapshot';
import type { Reach } from './reach/reach';
import { reachOf } from './reach/reach-of';
import type { World } from './world/world';
import { worldOf } from './world/world-of';

/** What is known of a snapshot besides its templates. */
export interface Analysed {
  readonly world: World;
  readonly reach: Reach;
}

const known = new WeakMap<Snapshot, Analysed>();

/** World and reach of a snapshot, without policies of an organization. Made once for each snapshot. */
export function analysed(snapshot: Snapshot): Analysed {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const world = worldOf(snapshot);
  const made = { world, reach: rememberingLast(reachOf(world)) };
  known.set(snapshot, made);
  return made;
}

/** Rules ask about one principal after the other, several of them about each. */
function rememberingLast(reach: Reach): Reach {
  let last: { readonly key: string; readonly from: ReturnType<Reach['from']> } | undefined;
  return {
    outsiders: () => reach.outsiders(),
    fromOutside: (outsider) => reach.fromOutside(outsider),
    from: (key) => {
      if (last?.key !== key) last = { key, from: reach.from(key) };
      return last.from;
    },
  };
}
