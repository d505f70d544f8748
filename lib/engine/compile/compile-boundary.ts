import { matches } from '../match/glob';
import type { CompiledPolicies } from './matrix';
import type { MatrixFacts } from './matrix-facts';

/** What each boundary leaves room for: the widest of a role's patterns, since its identity policy tells the rest apart. */
export function compileBoundary(
  facts: MatrixFacts,
  identity: CompiledPolicies['identity'],
): CompiledPolicies['boundary'] {
  return new Map(facts.names().map((role) => [role, bounds(role, facts, identity.get(role)?.deny ?? [])]));
}

function bounds(role: string, facts: MatrixFacts, denies: readonly string[]): readonly string[] {
  const own = facts.own(role);
  const widest = own.filter(
    (name) => !own.some((other) => other !== name && other.includes('*') && covers(other, name)),
  );
  const bit = facts.roles.of([role]);
  const denied = new Set(denies);
  return facts.merge(
    widest,
    (each) =>
      facts.isKeyless(each) ||
      (facts.callers[each.server] & bit) !== 0n ||
      facts.requests.matching(each).some((name) => denied.has(name)),
  );
}

/**
 * Whether a pattern matches all that another matches. Exact for patterns whose only wildcard is `*`: a `*` matched by
 * one character that no pattern has is matched by anything.
 */
function covers(pattern: string, other: string): boolean {
  return matches(pattern, other.replaceAll('*', '\0'));
}
