import type { GuardStatement, Layout } from './matrix';
import type { MatrixFacts } from './matrix-facts';
import { neededDenies } from './needed-denies';
import type { RequestClass } from './request-classes';
import { without } from './role-sets';

/** The Denies of the API's resource policy. */
export function compileGuard(facts: MatrixFacts, layout: Layout): readonly GuardStatement[] {
  if (layout.guard === 'none') return [];
  const { matrix, requests, roles, callers, needs, offenders } = facts;
  const everyone: GuardStatement = { sid: 'OnlyCallers', patterns: ['*'], onlyCallers: roles.names };
  const only = new Map<string, bigint>();
  requests.own.forEach((name, endpoint) => only.set(name, (needs.get(name) ?? 0n) | callers[endpoint]));
  requests.classes.forEach((each, index) => {
    const name = requests.denyOf(each);
    if (offenders[index] !== 0n && !only.has(name)) only.set(name, sparedBy(name, each, facts));
  });
  // A partner has no boundary and no policy of ours: the guard keeps its endpoints apart in every layout.
  const judged = layout.guard === 'callers' ? roles.of(matrix.partners ?? []) : roles.everyone;
  const stopped = requests.classes.map((each, index) => mustStop(each, index, facts) & judged);
  const needed = neededDenies(only, roles.everyone, stopped, requests.classes.map(requests.matching));
  const groups = new Map<bigint, string[]>();
  for (const [name, spared] of needed) groups.set(spared, [...(groups.get(spared) ?? []), name]);
  return [
    everyone,
    ...[...groups].map(([spared, patterns], index) => ({
      sid: `OnlyCallers${index + 1}`,
      // A wider pattern may be denied to others where none of its requests is for them.
      patterns: facts.merge(patterns, (each) => !each.plain || without(callers[each.server], spared) === 0n),
      onlyCallers: roles.namesIn(spared),
    })),
  ];
}

/** Whom the Deny of a pattern that is no endpoint's leaves out: who needs it, and callers whose slash it is. */
function sparedBy(name: string, { server }: RequestClass, { requests, callers, needs }: MatrixFacts): bigint {
  const slash = name === `${requests.own[server]}/` ? callers[server] : 0n;
  return slash | (needs.get(name) ?? 0n);
}

/** Whom the guard must keep from the requests of a class. */
function mustStop(each: RequestClass, index: number, facts: MatrixFacts): bigint {
  if (facts.isKeyless(each)) return 0n;
  if (!each.plain) return facts.offenders[index];
  const needing = facts.needs.get(facts.requests.own[each.server]) ?? 0n;
  const own = facts.callers[each.server] | needing | facts.keyless;
  return without(facts.roles.everyone, own) | facts.offenders[index];
}
