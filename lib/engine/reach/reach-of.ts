import type { Principal, SourcedPolicy, World } from '../world/world';
import { Abilities } from './abilities';
import { Actors } from './actor';
import { Closure } from './closure';
import type { Gained } from './gained';
import type { Outsider } from './outsider';
import { Reached } from './reached';
import type { Link } from './reached';
import type { Reach, ReachOptions } from './reach';
import { Shared } from './shared';

/**
 * Who reaches whom in a world. What a principal can do on its own is found once; the closure over it, for each
 * principal that is asked about. Whoever can do nothing but become one other principal has that one's closure.
 */
export function reachOf(world: World, { possible = true }: ReachOptions = {}): Reach {
  const abilities = new Abilities(world);
  const ofGroup = (key: string): readonly SourcedPolicy[] => abilities.policiesOfGroup(key);
  const ofAttachable = (id: string): SourcedPolicy | undefined => abilities.attachables.byId(id)?.policy;
  const ofBoundary = (id: string): SourcedPolicy | undefined => abilities.boundaries.byId(id)?.policy;
  const actors = new Actors(ofGroup, ofAttachable, ofBoundary, abilities.relevant);
  const shared = (inFull: boolean): Shared => new Shared(world, abilities, actors, inFull);
  return new Sources(world, shared(false), possible, () => shared(true));
}

class Sources implements Reach {
  private readonly known = new Map<Principal, Reached>();
  private readonly onlyWay = new Map<Principal, Gained | undefined>();
  private readonly full = new Map<Principal | Outsider, Reached>();
  private detailed?: Shared;
  private certain?: Sources;

  constructor(
    private readonly world: World,
    private readonly shared: Shared,
    private readonly possible: boolean,
    private readonly inDetail: () => Shared,
  ) {}

  from(key: string): Reached | undefined {
    const source = this.world.principal(key);
    if (source === undefined) return undefined;
    // Without recursion: a chain of roles can be longer than the stack.
    const path: Principal[] = [];
    const met = new Set<Principal>();
    let at = source;
    for (let way = this.wayOut(at); way !== undefined && !this.known.has(at) && !met.has(at); way = this.wayOut(at)) {
      path.push(at);
      met.add(at);
      at = goal(way);
    }
    let reached = this.known.get(at) ?? this.start(at);
    for (let each = path.pop(); each !== undefined; each = path.pop()) {
      if (each !== at) reached = this.follow(each, reached);
    }
    // In a circle the last of the path is not the one that was asked about.
    return this.known.get(source) ?? reached;
  }

  certainlyFrom(key: string): Reached | undefined {
    if (!this.possible) return this.from(key);
    this.certain ??= new Sources(this.world, this.shared, false, this.inDetail);
    return this.certain.from(key);
  }

  outsiders(): readonly Outsider[] {
    return this.shared.outsiders.all;
  }

  fromOutside(outsider: Outsider): Reached {
    return this.reached(outsider, new Closure(outsider, this.shared, this.possible));
  }

  /** The one principal that a principal can become, where it can do nothing else. */
  private wayOut(principal: Principal): Gained | undefined {
    if (this.onlyWay.has(principal)) return this.onlyWay.get(principal);
    const found = this.findWayOut(principal);
    this.onlyWay.set(principal, found);
    return found;
  }

  private findWayOut(principal: Principal): Gained | undefined {
    const actor = this.shared.actors.of(principal);
    const [ability, ...others] = this.shared.abilitiesOf(actor);
    if (ability === undefined || others.length > 0 || ability.certainty !== 'certain') return undefined;
    const { technique, target, tags } = ability;
    if (tags !== undefined || this.shared.canTag(actor)) return undefined;
    if (technique.gain !== 'become' || technique.needs.length > 1 || target?.principals.length !== 1) return undefined;
    return {
      technique,
      certainty: 'certain',
      premises: [],
      used: [{ actor, ability }],
      target,
      what: { kind: 'principal', principal: target.principals[0] },
    };
  }

  private start(principal: Principal): Reached {
    const before = this.certain?.known.get(principal)?.closure;
    const isEnough = before?.source === principal && before.isWhole;
    const closure = isEnough ? before : new Closure(principal, this.shared, this.possible);
    return this.keep(principal, this.reached(principal, closure));
  }

  private follow(principal: Principal, next: Reached): Reached {
    const known = this.known.get(principal);
    if (known !== undefined) return known;
    const way = this.wayOut(principal);
    // Whom the closure would find wider than it is must be in it from the beginning.
    if (way === undefined || next.widens(principal)) return this.start(principal);
    const link: Link = { gained: way, next };
    return this.keep(principal, this.reached(principal, next.closure, link));
  }

  private reached(source: Principal | Outsider, closure: Closure, link?: Link): Reached {
    return new Reached(source, closure, link, this.world, () => this.inFull(source));
  }

  private inFull(source: Principal | Outsider): Reached {
    let found = this.full.get(source);
    if (found === undefined) {
      this.detailed ??= this.inDetail();
      found = this.reached(source, new Closure(source, this.detailed, this.possible));
      this.full.set(source, found);
    }
    return found;
  }

  private keep(principal: Principal, reached: Reached): Reached {
    this.known.set(principal, reached);
    return reached;
  }
}

function goal({ what }: Gained): Principal {
  if (what.kind !== 'principal') throw new Error('a way out that leads to no principal');
  return what.principal;
}
