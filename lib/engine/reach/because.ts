import { show } from '../../model/read';
import type { Evidence } from '../decide/decision';
import { nameOf } from '../world/resource-name';
import type { Grant } from './abilities';
import { shownResource } from './abilities';
import type { Gained, Used } from './closure';
import { wordsFor } from './closure';
import type { Step } from './reach';

/** The steps that lead to something, in an order in which they can be taken. */
export function stepsTo(gained: Gained, isLinked = false): readonly Step[] {
  const steps: Step[] = [];
  const done = new Set<Gained>();
  // Without recursion: a chain of roles can be longer than the stack.
  const open: { readonly at: Gained; readonly isReady: boolean }[] = [{ at: gained, isReady: false }];
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
  const actors = [...new Set(used.map(({ actor }) => actor.base))];
  const grants = used.flatMap(({ ability }) => ability.grants);
  const unknowns = [
    ...new Map(used.flatMap(({ ability }) => ability.unknowns).map((each) => [each.detail, each])).values(),
  ];
  const toKey = what.kind === 'principal' || what.kind === 'change' ? what.principal.key : target?.resource?.key;
  return {
    technique: technique.id,
    references: technique.references,
    from: actors.map(({ resource }) => nameOf(resource)).join(', '),
    fromKey: actors[0].key,
    to: wordsFor(gained),
    ...(toKey === undefined ? {} : { toKey }),
    because: sentence(
      gained,
      unknowns.map(({ detail }) => detail),
    ),
    certainty,
    evidence: grants.flatMap(({ decision }) => decision.allows),
    conditions: grants.flatMap(({ decision }) => decision.conditions),
    unknowns,
  };
}

function sentence({ technique, used, target, certainty }: Gained, unknowns: readonly string[]): string {
  const said = used.map((each) => permissions(each, used.length > 1)).filter((each) => each !== '');
  const about =
    technique.gain === 'become' && target?.resource !== undefined && said.length > 0
      ? aim(target, technique.services)
      : '';
  const sure = unknowns.length === 0 || certainty === 'certain' ? '' : `; not known: ${unknowns.join('; ')}`;
  if (technique.id === 'administrator')
    return `its policies allow every action on every resource${where(used[0].ability.grants)}`;
  if (technique.id === 'unknown-policy') return `a policy of it cannot be read here${sure}`;
  return `${said.join(' and ')}${about}${sure}`;
}

function aim(
  { name, principals, resource }: NonNullable<Gained['target']>,
  services: readonly string[] | undefined,
): string {
  const [role] = principals;
  if (role === undefined) return '';
  if (services !== undefined) return `; ${name} trusts the service`;
  return resource?.key === role.key
    ? ''
    : `; ${name} runs as ${principals.map((each) => nameOf(each.resource)).join(', ')}`;
}

function permissions({ actor, ability }: Used, withName: boolean): string {
  const list = ability.grants.map((grant) => `\`${grant.action}\` on ${place(grant)}`);
  if (list.length === 0) return '';
  return `${withName ? `${nameOf(actor.base.resource)} has ` : ''}${list.join(', ')}${where(ability.grants)}`;
}

function place({ resource, service }: Grant): string {
  const to = service === undefined ? '' : ` to ${service}`;
  return `\`${shownResource(resource)}\`${to}`;
}

function where(grants: readonly Grant[]): string {
  const places = new Set(grants.flatMap(({ decision }) => decision.allows.map(placeOf)));
  return places.size === 0 ? '' : `, granted in ${[...places].join(' and ')}`;
}

function placeOf({ policy, statement }: Evidence): string {
  const at = policy.resource === undefined ? policy.place : `${nameOf(policy.resource)}, ${policy.place}`;
  return statement.sid === undefined
    ? `${at} statement ${statement.index}`
    : `${at} statement \`${show(statement.sid)}\``;
}
