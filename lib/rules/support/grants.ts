import { identityPolicies } from '../../engine/parse/policies-of';
import type { Statement } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Unknown } from '../../model/value';
import { isBoundaryOnly } from './boundary-only';

/** What the identity policies on a resource grant. */
export interface Grants {
  readonly allows: readonly Statement[];
  /** Parts that could not be read. */
  readonly unknowns: readonly Unknown[];
}

const NOTHING: Grants = { allows: [], unknowns: [] };
const known = new WeakMap<Resource, Grants>();

/** The Allow statements of the identity policies that a resource carries; none for a permissions boundary. */
export function grantsOf(resource: Resource, snapshot: Snapshot): Grants {
  const before = known.get(resource);
  if (before !== undefined) return before;
  const documents = identityPolicies(resource).map(({ document }) => document);
  const grants =
    documents.length === 0 || isBoundaryOnly(resource, snapshot)
      ? NOTHING
      : {
          allows: documents.flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow')),
          unknowns: documents.flatMap(({ unknowns }) => unknowns),
        };
  known.set(resource, grants);
  return grants;
}
