import { show } from '../../model/read';
import { isAbsent, isUnknown } from '../../model/value';
import type { Evidence } from '../decide/decision';
import { nameOf } from '../world/resource-name';
import type { Grant } from './ability';
import type { Doer, Gained } from './gained';
import type { Step } from './reach';

/** The steps that lead to something, in an order in which they can be taken. */
export function stepsTo(gained: Gained, isLinked = false): readonly Step[] {
  return stepsToAll([gained], isLinked);
}

/** The steps that lead to several things at once, each once. */
export function stepsToAll(gained: readonly Gained[], isLinked = false): readonly Step[] {
  const steps: Step[] = [];
  const done = new Set<Gained>();
  // Without recursion: a chain of roles can be longer than the stack.
  const open = gained.map((_, index) => ({ at: gained[gained.length - 1 - index], isReady: false }));
  while (open.length > 0) {
    const { at, isReady } = open.pop() as (typeof open)[number];
    if (done.has(at)) continue;
    if (isReady) {
      done.add(at);
      // What a principal has by its own policies takes no step.
      if (at.technique.id !== 'administrator' || at.premises.length > 0 || isLinked) steps.push(stepOf(at));
      continue;
    }
    open.push({ at, isReady: true });
    for (let index = at.premises.length - 1; index >= 0; index -= 1) {
      if (!done.has(at.premises[index])) open.push({ at: at.premises[index], isReady: false });
    }
  }
  return steps;
}

/** The step by which something was gained. */
export function stepOf(gained: Gained): Step {
  const { technique, used, target, certainty, what } = gained;
  const actors = new Map(used.map(({ actor }) => [keyOf(actor), nameFor(actor)]));
  const grants = used.flatMap(({ ability }) => ability.grants);
  const unknowns = [
    ...new Map(used.flatMap(({ ability }) => ability.unknowns).map((each) => [each.detail, each])).values(),
  ];
  const toKey =
    what.kind === 'principal' || what.kind === 'created' || what.kind === 'change'
      ? what.principal.key
      : target?.resource?.key;
  return {
    technique: technique.id,
    references: technique.references,
    from: [...actors.values()].join(', '),
    fromKey: [...actors.keys()][0],
    to: wordsFor(gained),
    ...(toKey === undefined ? {} : { toKey }),
    because: sentence(
      gained,
      unknowns.map(({ detail }) => detail),
    ),
    certainty,
    evidence: grants.flatMap((grant) => reasonsOf(grant, target)),
    conditions: grants.flatMap(({ decision }) => decision.conditions),
    unknowns,
  };
}

function keyOf(doer: Doer): string {
  return 'outside' in doer ? doer.key : doer.base.key;
}

function nameFor(doer: Doer): string {
  return 'outside' in doer ? doer.name : nameOf(doer.base.resource);
}

function sentence({ technique, used, target, certainty, what }: Gained, unknowns: readonly string[]): string {
  const sure = unknowns.length === 0 || certainty === 'certain' ? '' : `; not known: ${unknowns.join('; ')}`;
  const all = used.flatMap(({ ability }) => ability.grants);
  if (technique.id === 'administrator') {
    return `its policies allow every action on every resource${where(all)}${sure}`;
  }
  if (technique.id === 'unknown-policy') return `a policy of it cannot be read here${sure}`;
  const actors = new Map<string, Grant[]>();
  for (const { actor, ability } of used) {
    const name = nameFor(actor);
    actors.set(name, [...(actors.get(name) ?? []), ...ability.grants]);
  }
  const said = [...actors].map(
    ([name, grants]) => `${actors.size > 1 ? `${name} has ` : ''}${permissions(grants)}${where(grants, target)}`,
  );
  const aimed = technique.gain === 'become' && target !== undefined && what.kind !== 'external' ? aim(target, all) : '';
  return `${said.join('; ')}${aimed}${sure}`;
}

/** Why the target gives what it gives. */
function aim({ name, principals, resource }: NonNullable<Gained['target']>, grants: readonly Grant[]): string {
  const [role] = principals;
  const service = grants.find((each) => each.service !== undefined)?.service;
  if (service !== undefined) return `; ${name} trusts ${service}`;
  if (role === undefined || resource === undefined || resource.key === role.key) return '';
  return `; ${name} runs as ${principals.map((each) => nameOf(each.resource)).join(', ')}`;
}

function permissions(grants: readonly Grant[]): string {
  const list = [...new Set(grants.filter(({ action }) => action !== '').map(permission))];
  return list.length < 2 ? list.join('') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

function permission({ action, resource, service, attaches }: Grant): string {
  const to = service === undefined ? '' : ` to ${service}`;
  // Anything of the service: something that does not exist yet.
  const isAnything = typeof resource === 'string' && /^(\*|arn:\*:[^:]*:\*)$/.test(resource);
  const what = attaches === undefined ? '' : ` of \`${attaches}\``;
  return `\`${action}\`${what}${isAnything ? '' : ` on \`${shownResource(resource)}\``}${to}`;
}

/**
 * The statements that allow it. A role outside of the templates may turn out to have the name of one inside, but the
 * trust policy of that one is no reason.
 */
function reasonsOf({ decision }: Grant, target: Gained['target']): readonly Evidence[] {
  return decision.allows.filter(({ layer, policy }) => layer !== 'trust' || policy.resource === target?.resource);
}

/** Where permissions are granted: the statements by policy. */
function where(grants: readonly Grant[], target?: Gained['target']): string {
  const places = new Map<string, Set<string>>();
  for (const { policy, statement } of grants.flatMap((grant) => reasonsOf(grant, target))) {
    const place = policy.resource === undefined ? policy.place : `${policy.place} of ${nameOf(policy.resource)}`;
    const name = statement.sid === undefined ? String(statement.index) : `\`${show(statement.sid)}\``;
    places.set(place, (places.get(place) ?? new Set()).add(name));
  }
  const list = [...places].map(
    ([place, names]) => `statement${names.size > 1 ? 's' : ''} ${[...names].join(', ')} in ${place}`,
  );
  return list.length === 0 ? '' : `, granted by ${list.join(' and ')}`;
}

function shownResource(resource: Grant['resource']): string {
  return isUnknown(resource) ? 'a resource that is not known' : show(resource);
}

/** What was gained, in the user's words. */
function wordsFor({ what }: Gained): string {
  switch (what.kind) {
    case 'principal':
    case 'created':
      return nameOf(what.principal.resource);
    case 'change':
      return `${CHANGES[what.change.split(':')[0]]} ${nameOf(what.principal.resource)}`;
    case 'group':
      return `membership of ${what.group.name}`;
    case 'admin':
      return 'administrator';
    case 'tag':
      return tagged(what);
    case 'resource':
      return what.target.name;
    case 'policy':
      return `the policy of ${what.target.name}`;
    case 'external':
      return what.name;
    default:
      return '';
  }
}

function tagged({ target, name, value }: Extract<Gained['what'], { kind: 'tag' }>): string {
  if (value === undefined) return `the tag ${name} of ${target.name}`;
  return isAbsent(value)
    ? `${target.name} without the tag ${name}`
    : `the tag ${name}=${show(value)} of ${target.name}`;
}

const CHANGES: Readonly<Record<string, string>> = {
  written: 'the policies of',
  unbounded: 'the boundary of',
  freed: 'the Denies on',
  attached: 'the policies of',
  joined: 'the groups of',
  left: 'the groups of',
  bounded: 'the boundary of',
};
