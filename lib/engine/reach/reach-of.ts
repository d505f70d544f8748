import { sameText } from '../match/symbolic';
import { Names, attachedPolicies } from '../world/attachments';
import type { Principal, World } from '../world/world';
import { Abilities } from './abilities';
import { Actors } from './actor';
import { stepsTo } from './because';
import { Closure, Shared } from './closure';
import type { Gained } from './closure';
import type { Fact, Goal, Reach, ReachOfPrincipal, ReachOptions, Step } from './reach';

/**
 * Who reaches whom in a world. What a principal can do on its own is found once; the closure over it, for each
 * principal that is asked about.
 */
export function reachOf(world: World, { possible = true }: ReachOptions = {}): Reach {
  let attached: ReturnType<typeof attachedPolicies> | undefined;
  const actors = new Actors((key) => {
    attached ??= attachedPolicies(world.snapshot, new Names(world.snapshot));
    return attached.get(key) ?? [];
  });
  const shared = new Shared(world, new Abilities(world), actors);
  return {
    from: (key) => {
      const principal = world.principal(key);
      return principal === undefined
        ? undefined
        : new Reached(principal, new Closure(principal, shared, possible), world);
    },
  };
}

class Reached implements ReachOfPrincipal {
  private readonly gainedBy = new Map<Fact, Gained>();
  private list?: readonly Fact[];

  constructor(
    readonly principal: Principal,
    private readonly closure: Closure,
    private readonly world: World,
  ) {}

  get facts(): readonly Fact[] {
    this.list ??= this.closure.gained.flatMap((each) => this.factOf(each) ?? []);
    return this.list;
  }

  get changes(): readonly Step[] {
    return this.closure.gained.flatMap((each) => (each.what.kind === 'change' ? (stepsTo(each).at(-1) ?? []) : []));
  }

  get admin(): Fact | undefined {
    return this.facts.find(({ goal }) => goal.kind === 'admin');
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
    const gained = this.gainedBy.get(fact);
    return gained === undefined ? [] : stepsTo(gained);
  }

  private factOf(gained: Gained): Fact | undefined {
    const found = goalOf(gained);
    if (found === undefined) return undefined;
    const [id, goal] = found;
    const fact: Fact = {
      id,
      goal,
      certainty: gained.certainty,
      unknowns: gained.certainty === 'certain' ? [] : stepsTo(gained).flatMap(({ unknowns }) => unknowns),
    };
    this.gainedBy.set(fact, gained);
    return fact;
  }
}

/** Changes to principals are steps on the way, no goals. */
function goalOf({ what }: Gained): readonly [string, Goal] | undefined {
  switch (what.kind) {
    case 'principal':
      return [what.principal.key, { kind: 'principal', principal: what.principal }];
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
