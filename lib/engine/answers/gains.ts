import type { Gain } from '../../model/answers';
import { show } from '../../model/read';
import { actionInfo, actionsMatching } from '../actions/action-info';
import { decide } from '../decide/decide';
import { append, serviceOf } from '../decide/target';
import { isExact } from '../match/symbolic';
import type { Change } from '../reach/actor';
import type { Gained } from '../reach/gained';
import type { Controlled, ReachOfPrincipal } from '../reach/reach';
import { RewrittenWorlds, doubtsOf } from '../reach/rewritten-world';
import type { Target } from '../reach/target';
import { gainedBy, setsOf } from '../reach/variants';
import type { Principal, World } from '../world/world';
import { askedOfDocuments, askedOfIdentity } from './asked-pairs';
import type { AskedPair } from './asked-pairs';
import { isKnownRequest } from './known-request';
import { details } from './named';
import { Permissions, permittedTo } from './permissions';
import type { Permitted } from './permissions';
import { escalationSteps } from './steps';

/** How many policies of resources are looked at: each is a question for every action of its service. */
const MOST_REWRITTEN = 20;

/**
 * What a principal gains beside other principals: what it may do after each change that can be made to it, or to one
 * that it becomes, and on the resources of which it writes the policy. Only what it could not do before. Nothing of an
 * administrator, who has it all.
 */
export function gainsOf(from: ReachOfPrincipal, world: World): readonly Gain[] {
  if (from.admin?.certainty === 'certain') return [];
  const told = new Told();
  return [...byChanges(from, world, told), ...byRewriting(from, world, told)];
}

function* byChanges(from: ReachOfPrincipal, world: World, told: Told): Generator<Gain> {
  for (const who of from.controlled) {
    if (who.changes.size === 0) continue;
    for (const each of permittedTo(who.principal, world)) told.add(each);
    for (const set of setsOf(changesOf(who))) {
      const gained = gainedBy(who, set);
      const changed = who.after(set);
      const pairs = set.includes('written') ? pairsOfWriter(changed) : askedOfIdentity(changed);
      const permitted = [...permittedTo(changed, world, pairs)].filter((each) => !isOwn(each, who, world));
      yield* gainBy(from, who, gained, permitted, told);
    }
  }
}

/** Whether it could do so before, where it is one resource: what patterns have in common is not told apart. */
function isOwn({ action, asked, decision }: Permitted, { principal }: Controlled, world: World): boolean {
  if (!isExact(asked)) return false;
  const before = decide({ principal, action: action.action, resource: asked }, world);
  return before.must || (before.may && !decision.must);
}

/** The certain ones first. */
function changesOf({ changes }: Controlled): readonly Change[] {
  return [...changes].sort(([, one], [, other]) => rank(one) - rank(other)).map(([change]) => change);
}

function rank({ certainty }: Gained): number {
  return certainty === 'certain' ? 0 : 1;
}

/** Who writes its own policy may do what its boundary allows. */
function pairsOfWriter(principal: Principal): readonly AskedPair[] {
  const { boundary } = principal;
  if (boundary === undefined || boundary.document.unknowns.length > 0) return askedOfIdentity(principal);
  return askedOfDocuments([boundary.document]);
}

function* byRewriting(from: ReachOfPrincipal, world: World, told: Told): Generator<Gain> {
  const worlds = new RewrittenWorlds(world);
  const rewritings = from.rewritings.filter(({ target }) => world.principal(target.resource?.key ?? '') === undefined);
  for (const each of rewritings.slice(0, MOST_REWRITTEN)) {
    const alike = rewritings.filter(({ rewriting }) => rewriting === each.rewriting).map(({ target }) => target);
    const changed = worlds.of(alike, each.rewriting);
    for (const who of from.controlled) {
      const asked = actionsOn(each.target, changed);
      const permitted = permittedOn(asked, who.principal, changed);
      const more = permitted.filter((one) => !isOwn(one, who, world));
      yield* gainBy(from, who, [each.gained], more, told, details(doubtsOf(each)));
      // Nobody else could do more.
      if (permitted.length === asked.length && permitted.every(({ decision }) => decision.must)) break;
    }
  }
}

/** All actions of the service that take the resource, or what is in it. */
function actionsOn({ resource: its, arn: own }: Target, world: World): readonly Omit<Permitted, 'decision'>[] {
  const arn = world.resourcePolicies.get(its?.key ?? '')?.arn ?? own;
  const service = serviceOf(arn);
  if (service === undefined) return [];
  const inside = append(arn, '/*');
  const asked = service === 's3' ? [arn, inside] : service === 'execute-api' ? [inside] : [arn];
  return asked.flatMap((resource) =>
    actionsMatching(`${service}:*`)
      .filter(({ action }) => actionInfo(action)?.resourceLevel === true && isKnownRequest(action, resource))
      .map(({ action, level }) => ({ action: { action, level }, asked: resource, resource: show(resource) })),
  );
}

function permittedOn(
  asked: readonly Omit<Permitted, 'decision'>[],
  principal: Principal,
  world: World,
): readonly Permitted[] {
  return asked
    .map((each) => ({
      ...each,
      decision: decide({ principal, action: each.action.action, resource: each.asked }, world),
    }))
    .filter(({ decision }) => decision.may);
}

function* gainBy(
  from: ReachOfPrincipal,
  { premises }: Controlled,
  gained: readonly Gained[],
  permitted: readonly Permitted[],
  told: Told,
  doubts: readonly string[] = [],
): Generator<Gain> {
  if (permitted.length === 0) return;
  const { certainty, steps, unknowns } = from.way([...premises, ...gained]);
  const open = certainty === 'certain' ? doubts : [...details(unknowns), ...doubts];
  const found = new Permissions();
  for (const each of permitted) if (told.isNew(each, open.length === 0)) found.add(each, open);
  if (found.isEmpty) return;
  yield {
    to: [...new Set(gained.map((each) => from.way([each]).steps.at(-1)?.to ?? ''))].join(', '),
    certainty: open.length === 0 ? 'certain' : 'possible',
    steps: escalationSteps(steps),
    services: found.byService(),
  };
}

/** What was told before: how sure each permission is, by action and resource. */
class Told {
  private readonly known = new Map<string, boolean>();

  add({ action, resource, decision }: Permitted): void {
    const id = `${action.action.toLowerCase()} ${resource}`;
    this.known.set(id, this.known.get(id) === true || decision.must);
  }

  /** Whether it is not told yet, or not as sure; it is from now on. */
  isNew(permitted: Permitted, isSure: boolean): boolean {
    const { action, resource, decision } = permitted;
    const before = this.known.get(`${action.action.toLowerCase()} ${resource}`);
    const now = decision.must && isSure;
    if (before === true || (before === false && !now)) return false;
    this.known.set(`${action.action.toLowerCase()} ${resource}`, now);
    return true;
  }
}
