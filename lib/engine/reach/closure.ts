import type { Principal } from '../world/world';
import type { Ability } from './ability';
import type { Actor, Change } from './actor';
import type { Certainty } from './certainty';
import { Control } from './control';
import type { Derivation, Gained } from './gained';
import { keptOut } from './entering';
import { Meeting } from './meeting';
import { NEW_ADMINISTRATOR } from './new-administrator';
import { Met } from './outcomes';
import type { Node, Taken } from './node';
import type { Outsider } from './outsider';
import type { Shared } from './shared';
import { TagWriters } from './tag-writers';
import type { TagNeed } from './tags';
import type { Target } from './target';
import type { Rewriting, Technique } from './technique';

/**
 * All that can be gained from one principal: a monotone fixpoint, in breadth, so that the first derivation of
 * everything is a shortest one. What is certain is found first, by certain abilities alone.
 */
export class Closure {
  /** In the order in which it was found. */
  readonly gained: Gained[] = [];
  /** The policies of resources that can be written, by each way to write them. */
  readonly rewritings: Gained[] = [];
  private readonly rewritable = new Set<string>();
  /** Who acts, and what was taken of what policies written anew let them do. */
  private readonly acting: Node[] = [];
  private readonly taken = new Set<string>();
  private readonly others = new Map<string, Gained>();
  private readonly control: Control;
  private readonly meeting: Meeting;
  private readonly tagWriters: TagWriters;
  /** What waits for tags. */
  private waiting: Taken[] = [];
  private deferred: Taken[] = [];
  private readonly later: (() => void)[] = [];
  private queue: Node[] = [];
  private certainty: Certainty = 'certain';
  private readonly met = new Met();
  private readonly metLater = new Met();

  constructor(
    readonly source: Principal | Outsider,
    readonly shared: Shared,
    withPossible: boolean,
  ) {
    this.control = new Control(
      shared,
      this.gained,
      (node) => this.queue.push(node),
      (gain) => this.later.push(gain),
    );
    this.meeting = new Meeting(shared.sameThing);
    this.tagWriters = new TagWriters(shared);
    if ('outside' in source) this.queue.push({ actor: source, premises: [] });
    else this.control.begin(source);
    this.drain();
    if (!withPossible) return;
    this.certainty = 'possible';
    const { deferred } = this;
    this.deferred = [];
    this.retry();
    // What no template ever shows is the last reason to give.
    for (const taken of deferred) if (taken.ability.technique.doubt === undefined) this.take(taken);
    for (const fire of this.later) fire();
    for (const taken of deferred) if (taken.ability.technique.doubt !== undefined) this.take(taken);
    this.drain();
  }

  /** Whether there is nothing more to look for. */
  get isWhole(): boolean {
    return this.certainty === 'possible' || this.deferred.length + this.later.length + this.waiting.length === 0;
  }

  /** Who is under control, in the order in which they came to be, with what it took; without the source. */
  get controlled(): readonly { readonly principal: Principal; readonly control: Gained }[] {
    return this.gained.flatMap((each) =>
      each.what.kind === 'principal' || each.what.kind === 'created'
        ? [{ principal: each.what.principal, control: each }]
        : [],
    );
  }

  changesOf(principal: Principal): ReadonlyMap<Change, Gained> {
    return this.control.changesOf(principal);
  }

  widens(principal: Principal): boolean {
    return this.control.widens(principal);
  }

  get canTag(): boolean {
    return this.tagWriters.any;
  }

  tagsFor(needs: readonly TagNeed[]): readonly Gained[] | undefined {
    return this.tagWriters.tagsFor(needs);
  }

  private drain(): void {
    // The queue grows while it is walked.
    for (let index = 0; index < this.queue.length; index += 1) {
      const node = this.queue[index];
      if (this.shared.canTag(node.actor)) {
        this.tagWriters.add(node);
        this.retry();
      }
      this.acting.push(node);
      for (const rewriting of this.rewritings) this.takeThrough(node, rewriting);
      const abilities = this.shared.abilitiesOf(node.actor, node.premises.length === 0);
      const outcomes = this.shared.outcomesOf(abilities);
      // INVARIANT: of abilities with the same outcome the first gains all that there is to gain.
      for (let at = 0; at < abilities.length; at += 1) {
        const isLater = this.certainty === 'certain' && abilities[at].certainty === 'possible';
        if (!(isLater ? this.metLater : this.met).isFirst(outcomes[at])) continue;
        if (isLater) this.deferred.push({ node, ability: abilities[at] });
        else this.take({ node, ability: abilities[at] });
      }
    }
    this.queue = [];
  }

  private take(asked: Taken): void {
    const taken = this.tagWriters.before(asked, this.certainty);
    if (taken === undefined) {
      this.waiting.push(asked);
      return;
    }
    const { technique, target } = taken.ability;
    if (technique.needs.length === 1) return this.fireFor(technique, target, [taken], []);
    for (const { all, doubts, ...met } of this.meeting.add(taken)) {
      if (doubts.length === 0 || this.certainty === 'possible') this.fireFor(technique, met.target, all, doubts);
      else this.later.push(() => this.fireFor(technique, met.target, all, doubts));
    }
  }

  /** Tries again what waits for tags. */
  private retry(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const each of waiting) this.take(each);
  }

  private fireFor(
    technique: Technique,
    target: Target | undefined,
    taken: readonly Taken[],
    doubts: Ability['unknowns'],
  ): void {
    if (target !== undefined || technique.target === 'account') this.fire(technique, target, taken, doubts);
    else this.fireAll(technique, taken, doubts);
  }

  /** A technique none of whose needs names the target works on all of them. */
  private fireAll(technique: Technique, taken: readonly Taken[], others: Ability['unknowns'] = []): void {
    for (const target of this.shared.abilities.index(technique.target).targets) {
      const ofTarget = this.shared.abilities.doubts(technique, target);
      if (ofTarget === undefined) continue;
      const doubts = [...ofTarget, ...others];
      if (doubts.length === 0 || this.certainty === 'possible') this.fire(technique, target, taken, doubts);
      else this.later.push(() => this.fire(technique, target, taken, doubts));
    }
  }

  private fire(
    technique: Technique,
    target: Target | undefined,
    taken: readonly Taken[],
    doubts: Ability['unknowns'] = [],
  ): void {
    const derivation: Derivation = {
      technique,
      certainty: this.certainty,
      premises: taken.flatMap(({ node }) => node.premises),
      used: taken.map(({ node, ability }) => ({
        actor: node.actor,
        ability: doubts.length === 0 ? ability : { ...ability, unknowns: [...ability.unknowns, ...doubts] },
      })),
      ...(target === undefined ? {} : { target }),
    };
    switch (technique.gain) {
      case 'administer': {
        const { actor } = taken[0].node;
        if ('outside' in actor) return;
        const { account } = actor.base;
        this.other(`admin ${typeof account === 'string' ? account : ''}`, {
          ...derivation,
          what: { kind: 'admin', principal: actor.base },
        });
        if (this.shared.inFull) this.newAdministrator(actor, derivation);
        return;
      }
      case 'cdk-bootstrap':
        if (target === undefined) return;
        return this.other(target.name, { ...derivation, what: { kind: 'external', name: target.name, target } });
      default:
        if (target !== undefined) this.fireOn(technique, target, derivation);
    }
  }

  /** Whoever is kept from assuming roles may not come in. */
  private newAdministrator({ base, principal }: Actor, derivation: Derivation): void {
    const newcomer = this.shared.newcomers.of(base);
    if (base === newcomer) return;
    const technique = derivation.technique.needs[0].length === 0 ? NEW_ADMINISTRATOR : derivation.technique;
    const doubt = technique === NEW_ADMINISTRATOR ? keptOut(principal, newcomer, this.shared.world) : undefined;
    const target: Target = {
      id: newcomer.key,
      name: newcomer.resource.logicalId,
      arn: newcomer.arn,
      principals: [newcomer],
    };
    const found = { ...derivation, technique };
    if (doubt === undefined) this.control.gain('create', target, found);
    else {
      const used = found.used.map(({ actor, ability }) => ({
        actor,
        ability: { ...ability, unknowns: [...ability.unknowns, doubt] },
      }));
      this.later.push(() => this.control.gain('create', target, { ...found, used, certainty: 'possible' }));
    }
  }

  private fireOn({ gain, rewrites }: Technique, target: Target, derivation: Derivation): void {
    if (rewrites !== undefined) this.rewriting(target, rewrites, derivation);
    if (gain === 'become' && target.unknownRole !== undefined) {
      const name = `the role of ${target.name}`;
      this.other(name, { ...derivation, what: { kind: 'external', name, target } });
    }
    if (this.control.gain(gain, target, derivation)) return;
    if (gain === 'use' || gain === 'read' || gain === 'disable') {
      this.other(`${gain} ${target.resource?.key ?? target.id}`, {
        ...derivation,
        what: { kind: 'resource', target, power: gain },
      });
    }
  }

  private rewriting(target: Target, rewrites: Rewriting, derivation: Derivation): void {
    const id = `${rewrites} ${target.id}`;
    if (this.rewritable.has(id)) return;
    this.rewritable.add(id);
    const gained: Gained = { ...derivation, what: { kind: 'policy', target } };
    this.rewritings.push(gained);
    for (const node of this.acting) this.takeThrough(node, gained);
  }

  /** What somebody can do now that a policy was written anew. */
  private takeThrough(node: Node, rewriting: Gained): void {
    for (const ability of this.shared.through(node.actor, rewriting)) {
      const { technique, need, target, certainty } = ability;
      const id = `${certainty} ${technique.id} ${need} ${target?.id ?? ''}`;
      if (this.taken.has(id)) continue;
      if (ability.tags === undefined) this.taken.add(id);
      const taken: Taken = { node: { ...node, premises: [...node.premises, rewriting] }, ability };
      if (this.certainty === 'certain' && certainty === 'possible') this.deferred.push(taken);
      else this.take(taken);
    }
  }

  private other(id: string, gained: Gained): void {
    if (this.others.has(id)) return;
    this.others.set(id, gained);
    this.gained.push(gained);
  }
}
