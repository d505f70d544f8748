import { ABSENT, unknown } from '../../model/value';
import { nameOf } from '../world/resource-name';
import type { Principal } from '../world/world';
import type { Ability } from './ability';
import type { Change } from './actor';
import type { Derivation, Doer, Gained } from './gained';
import type { Outsider } from './outsider';
import type { Certainty } from './certainty';
import type { Shared } from './shared';
import type { Tagging } from './tagging';
import { idOf } from './tags';
import type { TagNeed } from './tags';
import { combinations } from './same-thing';
import { isLiftable } from './shown';
import type { Target } from './target';
import type { Rewriting, Technique } from './technique';
import { sharedThings } from './techniques/new-things';

/** An actor under control, and what it took to get it. */
interface Node {
  readonly actor: Doer;
  readonly premises: readonly Gained[];
}

interface State {
  isControlled: boolean;
  control?: Gained;
  readonly changes: Map<Change, Gained>;
}

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
  private readonly states = new Map<Principal, State>();
  private readonly others = new Map<string, Gained>();
  private readonly groups = new Map<string, Gained>();
  /** Managed policies that can be rewritten, by key. */
  private readonly rewritten = new Map<string, Derivation>();
  private readonly met = new Map<Technique, Rows>();
  /** Who may write tags, what waits for tags, and the tags that were written for something. */
  private readonly taggers: Node[] = [];
  private waiting: Taken[] = [];
  private readonly written = new Map<string, Gained>();
  private deferred: Taken[] = [];
  private readonly later: (() => void)[] = [];
  private queue: Node[] = [];
  private certainty: Certainty = 'certain';

  constructor(
    source: Principal | Outsider,
    readonly shared: Shared,
    withPossible: boolean,
  ) {
    if ('outside' in source) this.queue.push({ actor: source, premises: [] });
    else {
      this.stateOf(source).isControlled = true;
      this.spawn(source);
    }
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

  private drain(): void {
    // The queue grows while it is walked.
    for (let index = 0; index < this.queue.length; index += 1) {
      const node = this.queue[index];
      if (this.shared.canTag(node.actor)) {
        this.taggers.push(node);
        this.retry();
      }
      for (const ability of this.shared.abilitiesOf(node.actor)) {
        if (this.certainty === 'certain' && ability.certainty === 'possible') this.deferred.push({ node, ability });
        else this.take({ node, ability });
      }
    }
    this.queue = [];
  }

  private take(asked: Taken): void {
    const taken = this.tagged(asked);
    if (taken === undefined) {
      this.waiting.push(asked);
      return;
    }
    const { technique, target, need } = taken.ability;
    if (technique.needs.length === 1) {
      if (target !== undefined || technique.target === 'account') this.fire(technique, target, [taken]);
      else this.fireAll(technique, [taken]);
      return;
    }
    let byTarget = this.met.get(technique);
    if (byTarget === undefined) this.met.set(technique, (byTarget = new Map()));
    let row = byTarget.get(target);
    if (row === undefined) byTarget.set(target, (row = technique.needs.map(() => [])));
    const known = row[need];
    // Where two needs are about the same thing, it matters who meets them; else one is as good as another.
    if (known.length > 0 && sharedThings(technique).length === 0) return;
    if (known.some(({ node }) => node.actor === taken.node.actor)) return;
    known.push(taken);
    if (target !== undefined) this.complete(technique, target, byTarget, taken);
    else for (const each of byTarget.keys()) this.complete(technique, each, byTarget, taken);
  }

  /** Tries again what waits for tags. */
  private retry(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const each of waiting) this.take(each);
  }

  /** After the tags were written that it asks for; `undefined` where nobody under control may write one of them. */
  private tagged(taken: Taken): Taken | undefined {
    const { node, ability } = taken;
    if (ability.tags === undefined) return taken;
    const premises: Gained[] = [...node.premises];
    for (const need of ability.tags) {
      if (need.isGiven === true) continue;
      const written = this.write(need);
      if (written === undefined) return undefined;
      premises.push(written);
    }
    const { tags: _, ...rest } = ability;
    return { node: { actor: node.actor, premises }, ability: rest };
  }

  private write(need: TagNeed): Gained | undefined {
    const id = idOf(need);
    const known = this.written.get(id);
    if (known !== undefined) return known;
    const gained = this.taggedBy(need, this.certainty);
    if (gained !== undefined) this.written.set(id, gained);
    return gained;
  }

  /** The tags that are needed, written by whom is under control; `undefined` where nobody may write one of them. */
  tagsFor(needs: readonly TagNeed[]): readonly Gained[] | undefined {
    const found: Gained[] = [];
    for (const need of needs) {
      if (need.isGiven === true) continue;
      const gained = this.taggedBy(need, 'certain') ?? this.taggedBy(need, 'possible');
      if (gained === undefined) return undefined;
      found.push(gained);
    }
    return found;
  }

  get canTag(): boolean {
    return this.taggers.length > 0;
  }

  private taggedBy(need: TagNeed, certainty: Certainty): Gained | undefined {
    let found: { readonly node: Node; readonly tagging: Tagging } | undefined;
    for (const node of this.taggers) {
      const isKnown = certainty === 'possible' || node.premises.every((each) => each.certainty === 'certain');
      const tagging = isKnown ? this.shared.taggingBy(node.actor, need) : undefined;
      if (tagging === undefined) continue;
      const isSure = tagging.grant.decision.must && tagging.grant.doubt === undefined;
      if (isSure || certainty === 'possible') found = isSure ? { node, tagging } : (found ?? { node, tagging });
      if (isSure) break;
    }
    if (found === undefined) return undefined;
    const { node, tagging } = found;
    return tagOf(need, node.actor, tagging, certainty, node.premises);
  }

  /** Fires where every need is met by now, by `taken` and others. */
  private complete(technique: Technique, target: Target | undefined, byTarget: Rows, taken: Taken): void {
    const lists = technique.needs.map((_, need) =>
      need === taken.ability.need
        ? [taken]
        : [
            ...(byTarget.get(target)?.[need] ?? []),
            ...(target === undefined ? [] : (byTarget.get(undefined)?.[need] ?? [])),
          ],
    );
    let possible: { readonly all: readonly Taken[]; readonly doubts: Ability['unknowns'] } | undefined;
    let left = MOST_COMBINATIONS;
    for (const all of combinations(lists)) {
      left -= 1;
      const actors = all.map(({ node }) => node.actor);
      const doubts = left < 0 ? [TOO_MANY] : this.shared.sameThing.of(technique, actors, target);
      if (doubts === 'none') continue;
      if (doubts.length === 0) return this.fireFor(technique, target, all, doubts);
      possible ??= { all, doubts };
      if (left < 0) break;
    }
    if (possible === undefined) return;
    const { all, doubts } = possible;
    if (this.certainty === 'possible') this.fireFor(technique, target, all, doubts);
    else this.later.push(() => this.fireFor(technique, target, all, doubts));
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
        return this.other(`admin ${typeof account === 'string' ? account : ''}`, {
          ...derivation,
          what: { kind: 'admin', principal: actor.base },
        });
      }
      case 'cdk-bootstrap':
        if (target === undefined) return;
        return this.other(target.name, { ...derivation, what: { kind: 'external', name: target.name, target } });
      default:
        if (target !== undefined) this.fireOn(technique, target, derivation);
    }
  }

  private fireOn({ gain, rewrites }: Technique, target: Target, derivation: Derivation): void {
    if (rewrites !== undefined) this.rewriting(target, rewrites, derivation);
    switch (gain) {
      case 'become':
        for (const principal of target.principals) this.control(principal, derivation);
        if (target.unknownRole !== undefined && target.principals.length === 0) {
          const name = `the role of ${target.name}`;
          this.other(name, { ...derivation, what: { kind: 'external', name, target } });
        }
        return;
      case 'create':
        for (const principal of target.principals) this.create(principal, derivation);
        return;
      case 'exchange-boundary': {
        const { boundary } = target;
        if (boundary === undefined) return;
        for (const principal of target.principals) this.change(principal, `bounded:${boundary.id}`, derivation);
        return;
      }
      case 'write-policies':
        this.rewriteBoundary(target, derivation);
        for (const principal of target.principals) this.rewrite(principal, target, derivation);
        return;
      case 'lift-boundary':
        for (const principal of target.principals) this.change(principal, 'unbounded', derivation);
        return;
      case 'lift-inline-denies':
      case 'lift-managed-denies':
        for (const principal of target.principals) {
          for (const index of principal.policies.keys()) {
            if (isLiftable(principal, index, gain)) this.change(principal, `freed:${index}`, derivation);
          }
        }
        return;
      case 'join-group':
        return this.join(target, derivation);
      case 'use':
      case 'read':
      case 'disable':
        return this.other(`${gain} ${target.resource?.key ?? target.id}`, {
          ...derivation,
          what: { kind: 'resource', target, power: gain },
        });
      default:
    }
  }

  private rewriting(target: Target, rewrites: Rewriting, derivation: Derivation): void {
    const id = `${rewrites} ${target.id}`;
    if (this.rewritable.has(id)) return;
    this.rewritable.add(id);
    this.rewritings.push({ ...derivation, what: { kind: 'policy', target } });
  }

  /** Of those who were made within it. */
  private rewriteBoundary({ resource }: Target, derivation: Derivation): void {
    if (resource?.type !== 'AWS::IAM::ManagedPolicy' || this.rewritten.has(resource.key)) return;
    this.rewritten.set(resource.key, derivation);
    for (const [principal, { control }] of this.states) {
      const isWithin = principal.boundary?.resource?.key === resource.key;
      if (isWithin && control?.what.kind === 'created') this.change(principal, 'unbounded', derivation);
    }
  }

  /** A managed policy may be attached, may be the boundary, and may hold the Denies. */
  private rewrite(principal: Principal, target: Target, derivation: Derivation): void {
    const key = target.resource?.key;
    if (target.resource?.type === 'AWS::IAM::ManagedPolicy') {
      if (principal.boundary?.resource?.key === key) this.change(principal, 'unbounded', derivation);
      const own = [...principal.policies.entries()].filter(([, { resource }]) => resource?.key === key);
      if (own.length === 0) return;
      for (const [index, { document }] of own) {
        if (document.statements.some(({ effect }) => effect === 'Deny'))
          this.change(principal, `freed:${index}`, derivation);
      }
    }
    this.change(principal, 'written', derivation);
  }

  private create(principal: Principal, derivation: Derivation): void {
    this.control(principal, derivation, 'created');
    const key = principal.boundary?.resource?.key;
    const rewritten = key === undefined ? undefined : this.rewritten.get(key);
    if (rewritten !== undefined) this.change(principal, 'unbounded', rewritten);
  }

  private control(principal: Principal, derivation: Derivation, kind: 'principal' | 'created' = 'principal'): void {
    const state = this.stateOf(principal);
    if (state.isControlled) return;
    const gained: Gained = { ...derivation, what: { kind, principal } };
    state.isControlled = true;
    state.control = gained;
    this.gained.push(gained);
    this.spawn(principal);
    if (principal.kind === 'user') for (const joined of this.groups.values()) this.joined(principal, joined);
    if (state.changes.size > 0) this.spawn(principal, state.changes);
  }

  private change(principal: Principal, change: Change, derivation: Derivation): void {
    const state = this.stateOf(principal);
    if (state.changes.has(change)) return;
    const gained: Gained = { ...derivation, what: { kind: 'change', principal, change } };
    state.changes.set(change, gained);
    this.gained.push(gained);
    if (state.isControlled) this.spawn(principal, state.changes);
  }

  private join(group: Target, derivation: Derivation): void {
    if (this.groups.has(group.id)) return;
    const gained: Gained = { ...derivation, what: { kind: 'group', group } };
    this.groups.set(group.id, gained);
    for (const [principal, { isControlled }] of this.states) {
      if (isControlled && principal.kind === 'user') this.joined(principal, gained);
    }
  }

  private joined(principal: Principal, gained: Gained): void {
    if (gained.what.kind !== 'group') return;
    const { group } = gained.what;
    const state = this.stateOf(principal);
    const change: Change = `joined:${group.id}`;
    if (state.changes.has(change) || principal.groups.includes(group.id)) return;
    const own: Gained = { ...gained, what: { kind: 'change', principal, change } };
    state.changes.set(change, own);
    this.gained.push(own);
    this.spawn(principal, state.changes);
  }

  private other(id: string, gained: Gained): void {
    if (this.others.has(id)) return;
    this.others.set(id, gained);
    this.gained.push(gained);
  }

  /** A principal has one boundary at a time: with each that it can be given, and with its own. */
  private spawn(principal: Principal, changes?: ReadonlyMap<Change, Gained>): void {
    const { control } = this.stateOf(principal);
    const all = [...(changes ?? [])];
    const boundaries = all.filter(([change]) => isExchange(change));
    const others = all.filter(([change]) => !isExchange(change));
    for (const each of [others, ...boundaries.map((one) => [...others, one])]) {
      const premises = [...(control === undefined ? [] : [control]), ...each.map(([, gained]) => gained)];
      const names = each.map(([change]) => change);
      this.queue.push({ actor: this.shared.actors.of(principal, names), premises });
    }
  }

  /** Who is under control, in the order in which they came to be, with what it took; without the source. */
  get controlled(): readonly { readonly principal: Principal; readonly control: Gained }[] {
    return this.gained.flatMap((each) =>
      each.what.kind === 'principal' || each.what.kind === 'created'
        ? [{ principal: each.what.principal, control: each }]
        : [],
    );
  }

  /** The changes that can be made to somebody, in the order in which they were found. */
  changesOf(principal: Principal): ReadonlyMap<Change, Gained> {
    return this.states.get(principal)?.changes ?? NO_CHANGES;
  }

  private stateOf(principal: Principal): State {
    let state = this.states.get(principal);
    if (state === undefined) this.states.set(principal, (state = { isControlled: false, changes: new Map() }));
    return state;
  }

  /** Whether a principal, if it was under control, would be more than it is now. */
  widens(principal: Principal): boolean {
    if (principal.kind === 'user' && this.groups.size > 0) return true;
    return (this.states.get(principal)?.changes.size ?? 0) > 0;
  }
}

function tagOf(
  { resource, arn, name, value }: TagNeed,
  actor: Doer,
  { technique, grant }: Tagging,
  certainty: Certainty,
  premises: readonly Gained[],
): Gained {
  const target: Target = { id: resource.key, name: nameOf(resource), arn, resource, principals: [] };
  const became = value !== undefined && technique.gain === 'untag' ? ABSENT : value;
  const unknowns = [...(grant.decision.must ? [] : grant.decision.unknowns), ...(grant.doubt ? [grant.doubt] : [])];
  return {
    technique,
    certainty,
    premises,
    used: [{ actor, ability: { technique, need: 0, target, certainty, grants: [grant], unknowns } }],
    target,
    what: { kind: 'tag', target, name, ...(became === undefined ? {} : { value: became }) },
  };
}

function isExchange(change: Change): boolean {
  return change.startsWith('bounded:');
}

interface Taken {
  readonly node: Node;
  readonly ability: Ability;
}

/** By target, who meets each need. */
type Rows = Map<Target | undefined, readonly Taken[][]>;

const NO_CHANGES: ReadonlyMap<Change, Gained> = new Map();

/** How many ways to meet the needs of a technique by several principals are gone through at a time. */
const MOST_COMBINATIONS = 256;
const TOO_MANY = unknown('budget', 'which of many principals meet these needs together');
