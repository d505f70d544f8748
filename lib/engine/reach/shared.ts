import type { PolicyText } from '../../model/policy';
import { sameText } from '../match/symbolic';
import { accountOf } from '../world/principals';
import type { World } from '../world/world';
import type { Abilities } from './abilities';
import type { Ability, Grant } from './ability';
import type { Actor, Actors } from './actor';
import { administers, isAdministrator } from './administers';
import type { Asking } from './asking';
import type { AttachablePolicy } from './attachable';
import type { Doer, Gained, Used } from './gained';
import { NewAdministrators } from './new-administrator';
import { Outcomes } from './outcomes';
import { LOST, dependsOnLoose } from './lifted';
import { Outsiders } from './outsiders';
import { SameThing } from './same-thing';
import { taggingFor } from './tagging';
import type { Tagging } from './tagging';
import type { Target } from './target';
import { idOf } from './tags';
import type { TagNeed } from './tags';
import { Through } from './through';
import type { Place } from './needs-by-action';
import type { Technique } from './technique';

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
  private readonly inDetail = new Map<Actor, readonly Ability[]>();
  readonly newcomers = new NewAdministrators();
  private made?: Outsiders;
  readonly sameThing = new SameThing((actor) => this.askingOf(actor));

  constructor(
    readonly world: World,
    readonly abilities: Abilities,
    readonly actors: Actors,
    /**
     * Whether it is gone through what an administrator of an account does, by the steps that there are: else being one is
     * told as having everything of the account.
     */
    readonly inFull = false,
  ) {
    this.policies = new Through(world, abilities);
    const [first, ...rest] = world.principals;
    this.manyAccounts = rest.some(({ account }) => sameText(account, first.account) === 'no');
  }

  /** @param isSource whether it is the one that is asked about */
  abilitiesOf(actor: Doer, isSource = false): readonly Ability[] {
    if ('outside' in actor) return this.outsiders.abilitiesOf(actor);
    if (isSource && this.inFull && isAdministrator(actor)) return this.ofAdministrator(actor);
    let found = this.known.get(actor);
    if (found === undefined) this.known.set(actor, (found = this.find(actor)));
    return found;
  }

  /** What somebody may do by a policy that was written anew, and not without. */
  through(actor: Doer, rewriting: Gained): readonly Ability[] {
    // The administrators of an account need no such policy for what leads on.
    if (this.inFull) return [];
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

  isSureAdministrator(actor: Doer): actor is Actor {
    const [first] = this.abilitiesOf(actor);
    return first?.technique.id === 'administrator' && first.certainty === 'certain';
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
    if (this.inFull && this.newcomers.isOne(actor.base)) return this.ofAdministrator(actor);
    const admin = administers(actor, this.world);
    if (admin === undefined) return this.abilities.of(actor);
    const isOwn = !this.inFull || actor.changes.length === 0;
    if (admin.certainty === 'possible' && isOwn) return [...this.abilities.of(actor), admin];
    // Whom it makes does the rest.
    if (this.inFull) return [admin, ...this.abilities.admittedTo(actor)];
    if (!this.manyAccounts) return [admin];
    // An administrator has everything of its account; only what leads to another one is more.
    return [admin, ...(actor.changes.length === 0 ? this.outwards(actor) : this.rolesElsewhere(actor))];
  }

  private outwards(actor: Actor): readonly Ability[] {
    const { base } = actor;
    return this.abilities.of(actor).filter(({ technique, target }) => {
      if (target === undefined || isElsewhere(target, base.account)) return target !== undefined;
      return becomesPrincipal(technique) || (writesPrincipal(technique) && !target.principals.includes(base));
    });
  }

  private rolesElsewhere(actor: Actor): readonly Ability[] {
    return this.abilities
      .of(actor, ({ id }) => id === 'sts-assume-role')
      .filter(({ target }) => target !== undefined && isElsewhere(target, actor.base.account));
  }

  /** All of it that comes of the account, and what leads to another one. */
  private ofAdministrator(actor: Actor): readonly Ability[] {
    let found = this.inDetail.get(actor);
    if (found === undefined) {
      const admin = administers(actor, this.world);
      const light = this.abilities.of(actor, isOfAdministrators);
      const own = this.world.principals.filter(({ account }) => sameText(account, actor.base.account) !== 'no');
      const taken = new Set(
        light
          .filter(({ technique, certainty }) => becomesPrincipal(technique) && certainty === 'certain')
          .map(({ target }) => target?.principals[0]),
      );
      // Who cannot take over every principal by its trust or its keys needs the longer ways.
      const isEnough = own.every((each) => each === actor.base || taken.has(each));
      found = [...(admin === undefined ? [] : [admin]), ...(isEnough ? light : this.abilities.of(actor))];
      this.inDetail.set(actor, found);
    }
    return found;
  }
}

function idOfNext({ technique, need }: Place, { id }: Target): string {
  return `${technique.id} ${need} ${id}`;
}

/** By its trust, its keys or its password. */
function becomesPrincipal({ gain, target, services, needs }: Technique): boolean {
  return gain === 'become' && services === undefined && needs.length === 1 && (target === 'role' || target === 'user');
}

function writesPrincipal({ gain, target }: Technique): boolean {
  return gain === 'write-policies' && (target === 'role' || target === 'user');
}

/** What an administrator does that leads further: no code has to run, and no service to be handed a role. */
function isOfAdministrators(technique: Technique): boolean {
  switch (technique.gain) {
    case 'become':
      return becomesPrincipal(technique);
    case 'create':
    case 'attach-policy':
    case 'exchange-boundary':
    case 'administer':
    case 'cdk-bootstrap':
    case 'read':
    case 'disable':
      return false;
    case 'use':
      return technique.rewrites !== undefined;
    default:
      return true;
  }
}

function isElsewhere({ principals, resource }: Target, account: PolicyText): boolean {
  const [principal] = principals;
  if (principal !== undefined) return sameText(principal.account, account) === 'no';
  return resource !== undefined && sameText(accountOf(resource.template), account) === 'no';
}
