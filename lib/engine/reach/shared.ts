import { sameText } from '../match/symbolic';
import type { World } from '../world/world';
import type { Abilities } from './abilities';
import type { Ability, Grant } from './ability';
import type { Actor, Actors } from './actor';
import { administers } from './administers';
import type { Asking } from './asking';
import type { AttachablePolicy } from './attachable';
import type { Doer, Gained, Used } from './gained';
import { Outcomes } from './outcomes';
import { LOST, dependsOnLoose } from './lifted';
import { Outsiders } from './outsiders';
import { SameThing } from './same-thing';
import { taggingFor } from './tagging';
import type { Tagging } from './tagging';
import { idOf } from './tags';
import type { TagNeed } from './tags';
import type { Target } from './target';
import { Through } from './through';
import type { Place } from './needs-by-action';

/** What does not depend on where one starts; shared by all closures of a world. */
export class Shared {
  private readonly known = new Map<Actor, readonly Ability[]>();
  private readonly outcomes = new Outcomes();
  private readonly numbered = new WeakMap<readonly Ability[], Int32Array>();
  private readonly sure = new WeakMap<readonly Ability[], ReadonlySet<string>>();
  private readonly policies: Through;
  private readonly askings = new Map<Actor, Asking>();
  private readonly taggings = new Map<Doer, Map<string, Tagging | undefined>>();
  private readonly manyAccounts: boolean;
  private made?: Outsiders;
  readonly sameThing = new SameThing((actor) => this.askingOf(actor));

  constructor(
    readonly world: World,
    readonly abilities: Abilities,
    readonly actors: Actors,
  ) {
    this.policies = new Through(world, abilities);
    const [first, ...rest] = world.principals;
    this.manyAccounts = rest.some(({ account }) => sameText(account, first.account) === 'no');
  }

  abilitiesOf(actor: Doer): readonly Ability[] {
    if ('outside' in actor) return this.outsiders.abilitiesOf(actor);
    let found = this.known.get(actor);
    if (found === undefined) this.known.set(actor, (found = this.find(actor)));
    return found;
  }

  /** What somebody may do by a policy that was written anew, and not without. */
  through(actor: Doer, rewriting: Gained): readonly Ability[] {
    if ('outside' in actor || rewriting.target === undefined || !this.policies.leadsOn(rewriting.target)) return [];
    const own = this.surely(actor);
    return this.policies.of(actor, rewriting, ({ place, target }) => own.has(idOfNext(place, target)));
  }

  private surely(actor: Actor): ReadonlySet<string> {
    const abilities = this.abilitiesOf(actor);
    let found = this.sure.get(abilities);
    if (found === undefined) {
      const sure = abilities.flatMap(({ certainty, target, ...place }) =>
        certainty === 'certain' && target !== undefined && place.tags === undefined ? idOfNext(place, target) : [],
      );
      this.sure.set(abilities, (found = new Set(sure)));
    }
    return found;
  }

  /** The numbers of their outcomes, in the same order. */
  outcomesOf(abilities: readonly Ability[]): Int32Array {
    let found = this.numbered.get(abilities);
    if (found === undefined) this.numbered.set(abilities, (found = this.outcomes.of(abilities)));
    return found;
  }

  /** Found when they are first asked for. */
  get outsiders(): Outsiders {
    this.made ??= new Outsiders(this.world, this.abilities, this.abilities.relevant);
    return this.made;
  }

  /** Whether somebody attaches one managed policy to what its ability is about. */
  attaching({ actor, ability }: Used, policy: AttachablePolicy): Grant | undefined {
    const { target, technique, tags } = ability;
    if ('outside' in actor || target === undefined) return undefined;
    const [[{ actions }]] = technique.needs;
    return this.askingOf(actor).attaches(actions[0], target, policy, tags !== undefined);
  }

  /** Whether it is worth asking somebody for tags. */
  canTag(actor: Doer): boolean {
    return this.abilities.tags.any && ('outside' in actor || this.askingOf(actor).canTag);
  }

  /** How somebody may write a tag. */
  taggingBy(actor: Doer, need: TagNeed): Tagging | undefined {
    let known = this.taggings.get(actor);
    if (known === undefined) this.taggings.set(actor, (known = new Map()));
    const id = idOf(need);
    if (!known.has(id)) {
      known.set(id, this.findTagging(actor, need));
    }
    return known.get(id);
  }

  private findTagging(actor: Doer, need: TagNeed): Tagging | undefined {
    if ('outside' in actor) return taggingFor(actor.outside, need, this.world);
    const found = taggingFor(actor.principal, need, this.world);
    if (found === undefined || !dependsOnLoose(actor, found.grant.decision)) return found;
    return { ...found, grant: { doubt: LOST, ...found.grant } };
  }

  private askingOf(actor: Actor): Asking {
    let found = this.askings.get(actor);
    if (found === undefined) this.askings.set(actor, (found = this.abilities.asking(actor)));
    return found;
  }

  private find(actor: Actor): readonly Ability[] {
    const admin = administers(actor, this.world);
    if (admin === undefined) return this.abilities.of(actor);
    if (admin.certainty === 'possible') return [...this.abilities.of(actor), admin];
    if (!this.manyAccounts) return [admin];
    // An administrator has everything of its account; only what leads to another one is more.
    const elsewhere = this.abilities.of(actor).filter(({ technique, target }) => {
      const [role] = target?.principals ?? [];
      return technique.id === 'sts-assume-role' && sameText(role.account, actor.base.account) === 'no';
    });
    return [admin, ...elsewhere];
  }
}

function idOfNext({ technique, need }: Place, { id }: Target): string {
  return `${technique.id} ${need} ${id}`;
}
