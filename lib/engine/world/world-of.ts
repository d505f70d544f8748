import type { Snapshot } from '../../model/snapshot';
import { apisOf } from './apis';
import { presentOf } from './present';
import { principalsOf } from './principals';
import { resourcePoliciesOf } from './resource-policies';
import type { Layer, NamedPolicy, SourcedPolicy, World, WorldOptions } from './world';

/** The world of a snapshot. Linear in its resources and in what is attached to them. */
export function worldOf(
  snapshot: Snapshot,
  { scps = [], rcps = [], today = snapshot.readOn }: WorldOptions = {},
): World {
  const principals = principalsOf(snapshot);
  const byKey = new Map(principals.map((each) => [each.key, each]));
  const apis = apisOf(snapshot);
  const sourced =
    (layer: Layer) =>
    ({ place, document }: NamedPolicy): SourcedPolicy => ({ layer, document, place });
  return {
    snapshot,
    principals,
    principal: (key) => byKey.get(key),
    resourcePolicies: resourcePoliciesOf(snapshot, apis),
    apis,
    present: presentOf(today),
    scps: scps.map((level) => level.map(sourced('scp'))),
    rcps: rcps.map(sourced('rcp')),
  };
}
