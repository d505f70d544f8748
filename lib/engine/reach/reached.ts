import { sameText } from '../match/symbolic';
import type { Resource } from '../../model/snapshot';
import type { Principal, SourcedPolicy, World } from '../world/world';
import { isTaken } from './actor';
import type { Change } from './actor';
import { stepOf, stepsTo, stepsToAll } from './because';
import type { Closure } from './closure';
import { BOOTSTRAP, BOOTSTRAP_PUBLISHING } from './bootstrap';
import { covers } from './covers';
import type { Gained } from './gained';
import type { Outsider } from './outsider';
import type { Controlled, Fact, Goal, ReachOfPrincipal, Rewritten, Step, Tagged, Way } from './reach';
import { Retagged } from './retagged';
import type { Asked } from './retagged';
import { agree, together } from './tags';

/** The one step from a principal to another whose reach it has. */
export interface Link {
  readonly gained: Gained;
  readonly next: Reached;
}

/** The reach of one principal: what its closure gained, or the links to the principal whose closure it is. */
export class Reached implements ReachOfPrincipal {
  private list?: readonly Fact[];

  constructor(
    readonly source: Principal | Outsider,
    readonly closure: Closure,
    private readonly link: Link | undefined,
    private readonly world: World,
    /** The same, gone through in full. */
    private readonly inFull: () => ReachOfPrincipal,
  ) {}

  get asAdministrator(): ReachOfPrincipal | undefined {
    return this.closure.shared.inFull || this.admin === undefined ? undefined : this.inFull();
  }

  get facts(): readonly Fact[] {
    const told = this.closure.gained.filter((each) => !this.isImplied(each));
    this.list ??= [...this.links().map(({ gained }) => factOf(gained)), ...told.map(factOf)].filter(
      (fact): fact is Fact => fact !== undefined && fact.id !== this.source.key,
    );
    return this.link === undefined ? this.list : unique(this.list);
  }

  get changes(): readonly Step[] {
    return this.closure.gained.flatMap((each) => (each.what.kind === 'change' ? [stepOf(each)] : []));
  }

  get admin(): Fact | undefined {
    const found = this.closure.gained.find(({ what }) => what.kind === 'admin');
    return found === undefined ? undefined : factOf(found);
  }

  reaches(principalKey: string): Fact | undefined {
    const other = this.world.principal(principalKey);
    if (other === undefined) return undefined;
    const found = this.facts.filter(
      ({ goal }) =>
        (goal.kind === 'principal' && goal.principal === other) ||
        (goal.kind === 'admin' && sameText(goal.account, other.account) !== 'no'),
    );
    return found.find(({ certainty }) => certainty === 'certain') ?? found[0];
  }

  trace(fact: Fact): readonly Step[] {
    const gained = GAINED.get(fact);
    if (gained === undefined) return [];
    const before: Gained[] = [];
    for (const link of this.links()) {
      before.push(link.gained);
      if (link.gained === gained) return before.flatMap((each) => stepsTo(each));
    }
    return [...before.flatMap((each) => stepsTo(each)), ...stepsTo(gained, this.link !== undefined)];
  }

  get controlled(): readonly Controlled[] {
    const { closure, source } = this;
    const met = new Set<Principal>();
    const found: Controlled[] = [];
    const add = (principal: Principal, premises: readonly Gained[]): void => {
      if (met.has(principal)) return;
      met.add(principal);
      found.push(new ControlledPrincipal(principal, premises, closure));
    };
    if (!('outside' in source)) add(source, []);
    for (const { gained } of this.links()) if (gained.what.kind === 'principal') add(gained.what.principal, [gained]);
    for (const { principal, control } of closure.controlled) add(principal, [control]);
    return found;
  }

  get rewritings(): readonly Rewritten[] {
    return [...this.links().map(({ gained }) => gained), ...this.closure.rewritings].flatMap((gained) => {
      const { target, technique } = gained;
      const { rewrites: rewriting } = technique;
      return target === undefined || rewriting === undefined ? [] : [{ target, rewriting, gained }];
    });
  }

  get canTag(): boolean {
    return this.closure.canTag;
  }

  tagged(principal: Principal, question: Asked, about: Resource | undefined): Tagged | undefined {
    const { closure, world } = this;
    if (!closure.canTag || !closure.shared.abilities.tags.isReader(principal)) return undefined;
    const grant = new Retagged(principal, world).grant(question, about);
    if (grant?.tags === undefined) return undefined;
    const gained = agree(grant.tags) ? closure.tagsFor(together(grant.tags)) : undefined;
    return gained === undefined ? undefined : { decision: grant.decision, gained };
  }

  way(gained: readonly Gained[]): Way {
    const links = this.links().map((each) => each.gained);
    const places = gained.map((each) => links.indexOf(each));
    const last = Math.max(-1, ...places.map((place) => (place < 0 ? links.length - 1 : place)));
    const steps = [
      ...links.slice(0, last + 1).flatMap((each) => stepsTo(each)),
      ...stepsToAll(
        gained.filter((_, index) => places[index] < 0),
        this.link !== undefined,
      ),
    ];
    const isCertain = gained.every(({ certainty }) => certainty === 'certain');
    return isCertain
      ? { certainty: 'certain', unknowns: [], steps }
      : { certainty: 'possible', unknowns: steps.flatMap(({ unknowns }) => unknowns), steps };
  }

  /** Whether the closure made changes to a principal that count only if it is under control. */
  widens(principal: Principal): boolean {
    return this.closure.widens(principal);
  }

  /** An administrator has the principals of its account: they are steps to another one, and told for no more. */
  private isImplied({ what, used }: Gained): boolean {
    const { shared, gained } = this.closure;
    // Whoever deploys needs nobody else to deploy what it publishes.
    if (what.kind === 'external' && what.name === BOOTSTRAP_PUBLISHING) {
      return gained.some((each) => each.what.kind === 'external' && each.what.name === BOOTSTRAP);
    }
    if (what.kind !== 'principal' || shared.inFull) return false;
    return used.some(
      ({ actor }) =>
        shared.isSureAdministrator(actor) && sameText(actor.base.account, what.principal.account) === 'yes',
    );
  }

  private links(): readonly Link[] {
    const found: Link[] = [];
    for (let link = this.link; link !== undefined; link = link.next.link) found.push(link);
    return found;
  }
}

class ControlledPrincipal implements Controlled {
  constructor(
    readonly principal: Principal,
    readonly premises: readonly Gained[],
    private readonly closure: Closure,
  ) {}

  get changes(): ReadonlyMap<Change, Gained> {
    return this.closure.changesOf(this.principal);
  }

  after(changes: readonly Change[]): Principal {
    return this.closure.shared.actors.whole(this.principal, changes);
  }

  broughtBy(change: Change): readonly SourcedPolicy[] {
    return this.closure.shared.actors.policiesOf(change);
  }

  isKnown(change: Change): boolean {
    return this.closure.shared.actors.isKnown(change);
  }

  takenBy(change: Change): readonly SourcedPolicy[] {
    return this.principal.policies.filter((policy, index) => isTaken(policy, index, change));
  }
}

const FACTS = new WeakMap<Gained, Fact>();
const GAINED = new WeakMap<Fact, Gained>();

/** What is on the way only is no fact. */
function factOf(gained: Gained): Fact | undefined {
  const known = FACTS.get(gained);
  if (known !== undefined) return known;
  const found = goalOf(gained);
  if (found === undefined) return undefined;
  const [id, goal] = found;
  const fact: Fact = {
    id,
    goal,
    certainty: gained.certainty,
    unknowns: gained.certainty === 'certain' ? [] : stepsTo(gained).flatMap(({ unknowns }) => unknowns),
  };
  FACTS.set(gained, fact);
  GAINED.set(fact, gained);
  return fact;
}

function goalOf({ what, used }: Gained): readonly [string, Goal] | undefined {
  switch (what.kind) {
    case 'principal':
      return [what.principal.key, { kind: 'principal', principal: what.principal }];
    case 'created': {
      const { boundary, policies } = what.principal;
      // What whoever made it wrote allows all that the boundary does.
      const isWritten = policies.every(({ resource, place }) => resource === undefined && !place.startsWith('arn:'));
      const documents =
        isWritten && boundary !== undefined ? [boundary.document] : policies.map((each) => each.document);
      // Who has it all already gains nothing.
      const isMore = used.every(
        ({ actor }) => 'outside' in actor || documents.some((each) => !covers(actor.base, each)),
      );
      return isMore ? [what.principal.key, { kind: 'created', principal: what.principal }] : undefined;
    }
    case 'admin':
      return ['admin', { kind: 'admin', account: what.principal.account }];
    case 'resource': {
      const { resource } = what.target;
      if (resource === undefined) return undefined;
      return [`${what.power} ${resource.key}`, { kind: 'resource', resource, power: what.power }];
    }
    case 'external':
      return [what.name, { kind: 'external', name: what.name }];
    default:
      return undefined;
  }
}

/** Where the links lead in a circle, the closure has those again that the links have. */
function unique(facts: readonly Fact[]): readonly Fact[] {
  const ids = new Set<string>();
  return facts.filter(({ id }) => !ids.has(id) && ids.add(id).size > 0);
}
