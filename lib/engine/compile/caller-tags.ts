import { matches } from '../match/glob';
import { KEYLESS } from './matrix';
import type { CompiledPolicies, GuardStatement } from './matrix';

/** The group of all callers, which the first statement of a guard leaves out. Longer ids are those of endpoints. */
const ALL = 'all';

/**
 * The same guard with some roles known by a tag. Its value lists the groups that a role is in, as `/all/1q8w3e/`; each
 * Deny spares one group. A group is named after the endpoints that it may call and not after its members, so that a
 * role which joins or leaves changes no tag but its own.
 *
 * INVARIANT: a tag counts for nothing with callers known by ARN, since others may set it on them: a Deny which spares by
 * tag names those of them whom it does not spare.
 */
export function byTag(
  guard: readonly GuardStatement[],
  tagged: readonly string[],
): Pick<CompiledPolicies, 'guard' | 'tags'> {
  if (tagged.length === 0) return { guard, tags: new Map() };
  const known = new Set(tagged);
  const groups = new Map<string, string[]>();
  const names = new Set<string>();
  // All callers: the first statement leaves out each of them.
  const byArn = (guard[0]?.onlyCallers ?? []).filter((each) => each !== KEYLESS && !known.has(each));
  const grouped = guard.map((statement, index): GuardStatement => {
    const members = statement.onlyCallers.filter((each) => known.has(each));
    if (members.length === 0) return statement;
    const name = index === 0 ? ALL : nameOf(statement.patterns, names);
    names.add(name);
    for (const each of members) groups.set(each, [...(groups.get(each) ?? []), name]);
    const onlyCallers = statement.onlyCallers.filter((each) => !known.has(each));
    const closedTo = byArn.filter((each) => !onlyCallers.includes(each));
    return {
      ...statement,
      onlyCallers,
      onlyTagged: `*/${name}/*`,
      ...(closedTo.length > 0 ? { closedTo } : {}),
    };
  });
  return { guard: grouped, tags: new Map([...groups].map(([role, all]) => [role, `/${all.join('/')}/`])) };
}

/** Whom a statement leaves out: by ARN, and of the roles with a tag those whose value fits. */
export function sparedBy(
  { onlyCallers, onlyTagged, closedTo = [] }: GuardStatement,
  tags: CompiledPolicies['tags'],
): string[] {
  const byTheTag =
    onlyTagged === undefined ? [] : [...tags].flatMap(([role, value]) => (matches(onlyTagged, value) ? [role] : []));
  return [...onlyCallers, ...byTheTag].filter((each) => !closedTo.includes(each));
}

/** Whom of these a statement could leave out at most: who has no tag of ours may have any. */
export function sparedAtMost(
  statement: GuardStatement,
  tags: CompiledPolicies['tags'],
  all: readonly string[],
): string[] {
  const { onlyTagged, closedTo = [] } = statement;
  const others = onlyTagged === undefined ? [] : all.filter((each) => !tags.has(each) && !closedTo.includes(each));
  return [...sparedBy(statement, tags), ...others];
}

function nameOf(patterns: readonly string[], taken: ReadonlySet<string>): string {
  let name = hashOf([...patterns].sort()[0] ?? '');
  while (taken.has(name)) name += '0';
  return name;
}

/** 32 bits of FNV-1a in base 36: not a defence, a short name. Who may set a tag may set any value of it. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash.toString(36).padStart(7, '0');
}
