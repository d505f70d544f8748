import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { ABSENT, unknown } from '../../model/value';
import type { World } from '../world/world';
import type { Ability, Grant } from './ability';
import type { Actor } from './actor';
import type { AttachablePolicy } from './attachable';
import { anythingOf } from './any-arn';
import { BOUNDARY_KEY } from './boundaries';
import { Calls } from './calls';
import type { Grants, Ground } from './ground';
import { NEEDS } from './needs-by-action';
import type { Place } from './needs-by-action';
import { Questions } from './questions';
import type { Tags } from './questions';
import { Scope } from './scope';
import { TAGGING, agree, together } from './tags';
import type { Target } from './target';
import type { Ask, Need, Technique } from './technique';

/** What one actor can do of the needs of techniques. The same question is asked once. */
export class Asking {
  private readonly answers = new Map<string, Grant | undefined>();
  private readonly scope: Scope;
  private readonly questions: Questions;
  private readonly calls: Calls;
  private readonly readsTags: boolean;

  constructor(
    private readonly actor: Actor,
    grants: Grants,
    limits: Grants | undefined,
    private readonly ground: Ground,
    world: World,
  ) {
    const { principal } = actor;
    this.scope = new Scope(principal, grants, limits, ground);
    this.questions = new Questions(actor, ground.relevant, world);
    this.calls = new Calls(principal, this.scope, this.questions, ground, world);
    this.readsTags = ground.tags.any && ground.tags.isReader(principal);
  }

  /** @param isAsked which techniques are gone through; all by default */
  all(isAsked?: (technique: Technique) => boolean): readonly Ability[] {
    const found: Ability[] = [];
    const places = new Set<Place>();
    for (const action of this.scope.actions) for (const place of NEEDS.get(action) ?? []) places.add(place);
    for (const place of places) if (isAsked?.(place.technique) !== false) this.meet(place, found);
    return found;
  }

  /** Whether a statement allows it on everything, where nothing could be in the way. */
  isPlain({ actions }: Ask): boolean {
    return actions.some((action) => this.questions.isPlain(action));
  }

  /** On which resources it may be allowed at most. */
  patternsOf(ask: Ask): readonly PolicyText[] {
    return this.scope.patternsOf(ask);
  }

  /** The permission on one resource of those that do not exist yet. */
  permits(ask: Ask, technique: Technique, resource: PolicyText, target?: Target): Grant | undefined {
    return this.calls.grant(ask, technique, target, resource);
  }

  /** What it can do of one need on one target. */
  on({ technique, need }: Place, target: Target): readonly Ability[] {
    const asks = technique.needs[need];
    const found: Ability[] = [];
    if (asks.every((ask) => this.scope.hasAny(ask))) this.add({ technique, need }, asks, target, found);
    return found;
  }

  /** Whether one managed policy may be attached to a target; `isTagged`: once tags are as they should be. */
  attaches(action: string, target: Target, policy: AttachablePolicy, isTagged: boolean): Grant | undefined {
    if (!isTagged) return this.calls.attachOne(action, target, policy);
    const grant = this.questions.with('chosen', target.resource, () => this.calls.attachOne(action, target, policy));
    return grant === undefined ? undefined : { doubt: ONE_VALUE, ...grant };
  }

  private meet({ technique, need }: Place, found: Ability[]): void {
    const asks = technique.needs[need];
    if (!asks.every((ask) => this.scope.hasAny(ask))) return;
    const pivot = asks.find((ask) => ask.on === 'target');
    if (pivot === undefined && asks.some(isOfEach)) {
      // Who can make principals without a boundary needs none within one.
      const isWithin = asks.some(({ about }) => about === 'within-boundary');
      if (asks.some(({ about }) => about === 'made-with') && this.attachesAnything(asks, technique)) return;
      if (isWithin && technique.needs.flat().every((ask) => this.isUnbound(ask))) return;
      for (const target of this.ground.index(technique.target).targets) {
        this.add({ technique, need }, asks, target, found);
      }
      return;
    }
    if (pivot === undefined) return this.add({ technique, need }, asks, undefined, found);
    for (const target of this.scope.candidates(technique.target, pivot))
      this.add({ technique, need }, asks, target, found);
  }

  /** As the tags are and, where that is not certain, as they could be made. */
  private add(place: Place, asks: Need, target: Target | undefined, found: Ability[]): void {
    const given = this.ability(place, asks, target, 'given');
    if (given !== undefined) found.push(given);
    if (!this.readsTags || given?.certainty === 'certain') return;
    const chosen = this.ability(place, asks, target, 'chosen');
    if (chosen === undefined || (given !== undefined && chosen.certainty === 'possible')) return;
    if (chosen.tags !== undefined) found.push(chosen);
  }

  /** Who may attach what makes an administrator has no need of less. */
  private attachesAnything(asks: Need, technique: Technique): boolean {
    return asks.some(
      (ask) => this.calls.grant({ ...ask, about: 'attach-administrator' }, technique)?.decision.must === true,
    );
  }

  private isUnbound({ about, actions }: Ask): boolean {
    if (about !== 'within-boundary') return true;
    return actions.some(
      (action) => this.questions.ask(action, anythingOf(action), { [BOUNDARY_KEY]: ABSENT })?.decision.must === true,
    );
  }

  private ability({ technique, need }: Place, asks: Need, target: Target | undefined, tags: Tags): Ability | undefined {
    const isOnlySelf = target?.principals.length === 1 && target.principals[0] === this.actor.base;
    if (technique.gain === 'become' && isOnlySelf && target.unknownRole === undefined) return undefined;
    // Whether the technique works on a target is asked where its needs name the target.
    const doubts = target === undefined ? [] : this.ground.doubts(technique, target);
    if (doubts === undefined) return undefined;
    const grants: Grant[] = [];
    for (const ask of asks) {
      const given = this.answer(ask, technique, target, 'given');
      const isGiven = tags === 'given' || given?.decision.must === true;
      const grant = isGiven ? given : (this.answer(ask, technique, target, 'chosen') ?? given);
      if (grant === undefined) return undefined;
      grants.push(grant);
    }
    const needed = together(grants.flatMap((grant) => grant.tags ?? []));
    const open = [...doubts, ...grants.flatMap(({ doubt }) => doubt ?? []), ...(agree(needed) ? [] : [ONE_VALUE])];
    const isSure = grants.every(({ decision }) => decision.must) && open.length === 0;
    return {
      technique,
      need,
      ...(target === undefined ? {} : { target }),
      certainty: isSure ? 'certain' : 'possible',
      grants,
      ...(needed.length === 0 ? {} : { tags: needed }),
      unknowns: isSure ? [] : [...grants.flatMap(({ decision }) => (decision.must ? [] : decision.unknowns)), ...open],
    };
  }

  private answer(ask: Ask, technique: Technique, target: Target | undefined, tags: Tags): Grant | undefined {
    const services = ask.about === 'pass' ? (technique.services ?? []).join() : '';
    const place = typeof ask.on === 'object' ? ask.on.arns.join() : ask.on;
    const id = [tags, place, ask.about ?? '', services, ask.actions.join(), isAbout(ask) ? target?.id : ''].join(' ');
    if (this.answers.has(id)) return this.answers.get(id);
    const about = ask.on === 'target' ? taggedIn(technique, target) : undefined;
    const found = this.questions.with(tags, about, () => this.calls.grant(ask, technique, target));
    this.answers.set(id, found);
    return found;
  }

  /** Whether it may write tags of anything: whether it is worth asking for each. */
  get canTag(): boolean {
    return this.ground.tags.any && TAGGING.some((action) => this.scope.hasAny({ actions: [action], on: 'target' }));
  }
}

const ONE_VALUE = unknown('attribute', 'whether one value of a tag does for all that is needed at once');

/** Whether the answer is another one for each target. */
function isAbout(ask: Ask): boolean {
  return ask.on === 'target' || ask.on === 'cluster' || isOfEach(ask);
}

/** Whether it is about something that is made for the target. */
function isOfEach({ about }: Ask): boolean {
  return about === 'within-boundary' || about === 'made' || about === 'made-with';
}

/** The resource whose tags a target has. */
function taggedIn({ target: kind }: Technique, target: Target | undefined): Resource | undefined {
  return target?.runs === undefined && kind !== 'api-method' ? target?.resource : undefined;
}
