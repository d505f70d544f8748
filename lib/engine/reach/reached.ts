import { sameText } from '../match/symbolic';
import type { Principal, World } from '../world/world';
import { stepOf, stepsTo } from './because';
import type { Closure } from './closure';
import { covers } from './covers';
import type { Gained } from './gained';
import type { Outsider } from './outsider';
import type { Fact, Goal, ReachOfPrincipal, Step } from './reach';

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
  ) {}

  get facts(): readonly Fact[] {
    this.list ??= [...this.links().map(({ gained }) => factOf(gained)), ...this.closure.gained.map(factOf)].filter(
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

  /** Whether the closure made changes to a principal that count only if it is under control. */
  widens(principal: Principal): boolean {
    return this.closure.widens(principal);
  }

  private links(): readonly Link[] {
    const found: Link[] = [];
    for (let link = this.link; link !== undefined; link = link.next.link) found.push(link);
    return found;
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
      const { boundary } = what.principal;
      // Who has it all already gains nothing.
      const isMore = used.every(
        ({ actor }) => 'outside' in actor || boundary === undefined || !covers(actor.base, boundary.document),
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
