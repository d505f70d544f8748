import { append, serviceOf } from '../decide/target';
import { canMeet } from '../match/symbolic';
import type { Principal, World } from '../world/world';
import type { Abilities } from './abilities';
import type { Ability } from './ability';
import type { Actor } from './actor';
import type { Asking } from './asking';
import type { Gained } from './gained';
import type { Ground } from './ground';
import { NEEDS } from './needs-by-action';
import type { Place } from './needs-by-action';
import { RELEVANT } from './relevant-actions';
import { RewrittenWorlds, doubtsOf } from './rewritten-world';
import type { Target } from './target';
import type { Rewriting, Technique } from './technique';

/** What somebody could do next on a resource, or on what is in it. */
interface Next {
  readonly place: Place;
  readonly target: Target;
}

/**
 * What somebody may do who writes the policy of a resource anew: code in a bucket or repository, a function. Asked in a
 * world in which the policies of all resources of the kind are written so: what is asked of one is nothing to the others.
 */
export class Through {
  private readonly rewritten: RewrittenWorlds;
  private readonly nexts = new Map<Target, readonly Next[]>();
  private readonly askings = new Map<Actor, Map<Technique, Asking>>();

  constructor(
    world: World,
    private readonly abilities: Abilities,
  ) {
    this.rewritten = new RewrittenWorlds(world);
  }

  /** Whether anything follows from the policy of a target at all. */
  leadsOn(target: Target): boolean {
    return this.nextsOf(target).length > 0;
  }

  /** What an actor may do by a policy written anew, but for what it may do `before`. */
  of(actor: Actor, gained: Gained, before: (next: Next) => boolean): readonly Ability[] {
    const { target, technique } = gained;
    const { rewrites: rewriting } = technique;
    if (target === undefined || rewriting === undefined) return [];
    const nexts = this.nextsOf(target).filter((each) => !before(each));
    if (nexts.length === 0) return [];
    const doubts = doubtsOf({ target, rewriting, gained });
    const asking = this.askingOf(actor, technique, rewriting);
    return nexts
      .flatMap(({ place, target: on }) => asking.on(place, on))
      .map((each) =>
        doubts.length === 0 ? each : { ...each, certainty: 'possible', unknowns: [...each.unknowns, ...doubts] },
      );
  }

  private nextsOf(target: Target): readonly Next[] {
    let found = this.nexts.get(target);
    if (found === undefined) this.nexts.set(target, (found = this.find(target)));
    return found;
  }

  private find({ arn, resource }: Target): readonly Next[] {
    const service = serviceOf(arn);
    // Who writes a trust policy becomes the role by that alone.
    if (resource === undefined || service === undefined || service === 'iam') return [];
    const spaces = [arn, append(arn, '/*'), append(arn, ':*')];
    const places = new Set(
      RELEVANT.filter((action) => action.startsWith(`${service}:`)).flatMap((action) => NEEDS.get(action) ?? []),
    );
    return [...places].flatMap((place): readonly Next[] => {
      const { gain, target: kind, needs } = place.technique;
      const [pivot] = needs[place.need];
      if (gain !== 'become' || pivot.on !== 'target') return [];
      const inside = this.abilities
        .index(kind)
        .targets.filter((each) => each.resource === resource || spaces.some((space) => canMeet(space, each.arn)));
      return inside.map((each) => ({ place, target: each }));
    });
  }

  private askingOf(actor: Actor, technique: Technique, rewriting: Rewriting): Asking {
    let known = this.askings.get(actor);
    if (known === undefined) this.askings.set(actor, (known = new Map<Technique, Asking>()));
    let found = known.get(technique);
    if (found === undefined) {
      const world = this.rewritten.of(this.abilities.index(technique.target).targets, rewriting);
      known.set(technique, (found = this.abilities.asking(actor, world, this.ground())));
    }
    return found;
  }

  /** Whoever is named by the policy needs no permission of its own: each question is asked. */
  private ground(): Ground {
    const { abilities } = this;
    return {
      relevant: abilities.relevant,
      tags: abilities.tags,
      admitted: (principal: Principal, action: string) => [...abilities.admitted(principal, action), NAMED],
      admittedActions: (principal: Principal) => abilities.admittedActions(principal),
      index: (kind) => abilities.index(kind),
      target: (kind, id) => abilities.target(kind, id),
      doubts: (each, target) => abilities.doubts(each, target),
      servicesOf: (each, role) => abilities.servicesOf(each, role),
    };
  }
}

/** The key of no resource. */
const NAMED = '';
