import type { Verdict } from '../../model/answers';
import type { Unknown } from '../../model/value';
import type { Change } from '../reach/actor';
import type { Gained } from '../reach/gained';
import type { Controlled, ReachOfPrincipal, Rewritten, Way } from '../reach/reach';
import { RewrittenWorlds, doubtsOf } from '../reach/rewritten-world';
import type { Principal, SourcedPolicy, World } from '../world/world';
import { RANK, answered, ask, inOthersHands } from './asked';
import type { Answer } from './asked';
import { isAbout } from './is-about';
import type { Target } from './target';

/** A way to what was asked: what has to be gained first, and what is allowed then. */
export interface Offer {
  readonly verdict: Verdict;
  readonly answer: Answer;
  readonly way: Way;
  readonly doubts: readonly Unknown[];
  /** Who is allowed it then, and by which policies. */
  readonly principal: Principal;
  readonly world: World;
}

/** How many rewritten policies are tried where a pattern is asked about. */
const MOST_REWRITTEN = 16;

/**
 * The ways to one action on one target that take more than becoming somebody: groups joined, policies written,
 * boundaries and Denies lifted, tags written, the policy of the resource written anew. Each is judged by asking again
 * with what was changed, and told with the fewest changes that do.
 */
export class ChangedWays {
  private readonly rewritten: RewrittenWorlds;
  private readonly answers = {
    own: new Map<World, Map<Principal, Answer>>(),
    taken: new Map<World, Map<Principal, Answer>>(),
  };

  constructor(
    private readonly world: World,
    readonly action: string,
    private readonly target: Target,
  ) {
    this.rewritten = new RewrittenWorlds(world);
  }

  /**
   * The best of them, if any is better than nothing.
   * @param isEnough what else is asked of it
   */
  best(from: ReachOfPrincipal, isEnough: (offer: Offer) => boolean = () => true): Offer | undefined {
    let best: Offer | undefined;
    for (const offer of this.offers(from)) {
      const isBetter = RANK[offer.verdict] > (best === undefined ? RANK.denied : RANK[best.verdict]);
      if (isBetter && isEnough(offer)) best = offer;
      if (best?.verdict === 'granted') break;
    }
    return best;
  }

  private *offers(from: ReachOfPrincipal): Generator<Offer> {
    for (const each of from.controlled) yield* this.changed(each, this.world, from, []);
    for (const each of from.controlled) yield* this.tagged(each, from);
    for (const [rewriting, world] of this.rewritings(from)) {
      const doubts = doubtsOf(rewriting);
      for (const each of from.controlled) {
        const answer = this.ask(each, [], world);
        if (answer.verdict !== 'denied')
          yield offerOf(answer, from.way([...each.premises, rewriting.gained]), doubts, each.principal, world);
        yield* this.changed(each, world, from, [rewriting.gained], doubts);
      }
    }
  }

  private *rewritings(from: ReachOfPrincipal): Generator<readonly [Rewritten, World]> {
    let left = MOST_REWRITTEN;
    for (const rewriting of from.rewritings) {
      if (!isAbout(rewriting.target, this.action, this.target)) continue;
      const world = this.rewritten.of([rewriting.target], rewriting.rewriting);
      left -= 1;
      if (left < 0) return;
      yield [rewriting, world];
    }
  }

  /** With certain changes first, then with all. */
  private *changed(
    who: Controlled,
    world: World,
    from: ReachOfPrincipal,
    others: readonly Gained[],
    doubts: readonly Unknown[] = [],
  ): Generator<Offer> {
    const { changes, premises } = who;
    if (changes.size === 0) return;
    const all = [...changes];
    const certain = all.filter(([, { certainty }]) => certainty === 'certain');
    for (const set of certain.length < all.length ? [certain, all] : [all]) {
      const found = this.settled(
        who,
        set.map(([change]) => change),
        world,
      );
      if (found === undefined) continue;
      const gained = found.changes.flatMap((change) => changes.get(change) ?? []);
      const way = from.way([...premises, ...gained, ...others]);
      yield offerOf(found.answer, way, doubts, who.after(found.changes), world);
    }
  }

  /** The best answer after some of the changes, and which of them it takes. */
  private settled(
    who: Controlled,
    changes: readonly Change[],
    world: World,
  ): { readonly changes: readonly Change[]; readonly answer: Answer } | undefined {
    let best: { readonly changes: readonly Change[]; readonly answer: Answer } | undefined;
    const consider = (set: readonly Change[]): Answer => {
      const answer = this.ask(who, set, world);
      if (best === undefined || RANK[answer.verdict] > RANK[best.answer.verdict]) best = { changes: set, answer };
      return answer;
    };
    const losses = changes.filter((each) => who.takenBy(each).length > 0);
    const exchanges = changes.filter((each) => each.startsWith('bounded:'));
    const others = changes.filter((each) => !losses.includes(each) && !exchanges.includes(each));
    const known = others.filter((each) => who.isKnown(each));
    const bases = known.length < others.length ? [known, others] : [others];
    for (const base of [...bases, ...exchanges.map((each) => [...others, each])]) {
      const { decision, verdict } = consider(base);
      if (verdict === 'granted') break;
      // Who takes a policy off loses what it allows: it is only done where the policy denies.
      const denying = new Set(decision.denies.map(({ policy }) => policy));
      const lifted = fewestTaking(denying, losses, who);
      const without = base.filter((each) => !who.broughtBy(each).some((policy) => denying.has(policy)));
      if (lifted.length > 0) consider([...base, ...lifted]);
      if (without.length < base.length) consider([...without, ...lifted]);
    }
    if (best === undefined || best.answer.verdict === 'denied') return undefined;
    return this.fewest(who, best, world);
  }

  private fewest(
    who: Controlled,
    { changes, answer }: { readonly changes: readonly Change[]; readonly answer: Answer },
    world: World,
  ): { readonly changes: readonly Change[]; readonly answer: Answer } {
    let best = { changes, answer };
    // The last ones found are the farthest.
    for (let at = changes.length - 1; at >= 0; at -= 1) {
      const change = changes[at];
      const set = best.changes.filter((each) => each !== change);
      const less = this.ask(who, set, world);
      if (RANK[less.verdict] >= RANK[best.answer.verdict]) best = { changes: set, answer: less };
    }
    return best;
  }

  /** With tags of the principal, or of the resource, that somebody under control writes. */
  private *tagged(who: Controlled, from: ReachOfPrincipal): Generator<Offer> {
    if (!from.canTag) return;
    const certain = [...who.changes].filter(([, { certainty }]) => certainty === 'certain');
    for (const set of certain.length === 0 ? [[]] : [[], certain]) {
      const principal = who.after(set.map(([change]) => change));
      for (const resource of this.target.arns) {
        const found = from.tagged(principal, { action: this.action, resource }, this.target.resource);
        if (found === undefined) continue;
        const gained = [...who.premises, ...set.map(([, each]) => each), ...found.gained];
        const answer = answered(found.decision, this.action, resource);
        yield offerOf(answer, from.way(gained), [], principal, this.world);
      }
    }
  }

  /** Who becomes a role may have written who may assume it. */
  private ask(who: Controlled, changes: readonly Change[], world: World): Answer {
    const principal = who.after(changes);
    if (principal.kind === 'user' && who.premises.length > 0) {
      return this.known(principal, inOthersHands(principal), world, 'taken');
    }
    const answer = this.known(principal, principal, world, 'own');
    if (answer.verdict !== 'denied' || principal.kind !== 'role' || who.premises.length === 0) return answer;
    return this.known(principal, { ...principal, mayBeRewritten: true }, world, 'taken');
  }

  private known(key: Principal, principal: Principal, world: World, by: 'own' | 'taken'): Answer {
    const answers = this.answers[by];
    let known = answers.get(world);
    if (known === undefined) answers.set(world, (known = new Map()));
    let found = known.get(key);
    if (found === undefined) known.set(key, (found = ask(principal, this.action, this.target, world)));
    return found;
  }
}

/** Of the changes that take policies away, those that take these: by themselves, or else with all of a group. */
function fewestTaking(
  policies: ReadonlySet<SourcedPolicy>,
  losses: readonly Change[],
  who: Controlled,
): readonly Change[] {
  const left = new Set(policies);
  return [...losses]
    .sort((one, other) => who.takenBy(one).length - who.takenBy(other).length)
    .filter((each) => who.takenBy(each).filter((policy) => left.delete(policy)).length > 0);
}

function offerOf(answer: Answer, way: Way, doubts: readonly Unknown[], principal: Principal, world: World): Offer {
  const isSure = way.certainty === 'certain' && doubts.length === 0;
  return {
    verdict: isSure || answer.verdict === 'denied' ? answer.verdict : 'possible',
    answer,
    way,
    doubts,
    principal,
    world,
  };
}
