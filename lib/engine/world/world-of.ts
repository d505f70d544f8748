import type { Snapshot } from '../../model/snapshot';
import type { World, WorldOptions } from './world';

/** The world of a snapshot. Linear in its resources. */
export function worldOf(snapshot: Snapshot, options: WorldOptions = {}): World {
  throw new Error(`not there yet: ${typeof snapshot} ${typeof options}`);
}
