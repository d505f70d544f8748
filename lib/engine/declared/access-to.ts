import type { PolicyText } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { show } from '../../model/read';
import { analysed } from '../analysed';
import { RANK, ask } from '../answers/asked';
import type { Answer } from '../answers/asked';
import type { Target } from '../answers/target';
import { ChangedWays } from '../answers/ways';
import { mayMeanMadeUp } from '../facts/made-up-names';
import type { Step } from '../reach/reach';
import type { Principal, World } from '../world/world';

/** That somebody may do something, and how he gets there. */
export interface Access {
  /** None where its own permissions are enough. */
  readonly steps: readonly Step[];
  readonly certainty: 'certain' | 'possible';
  readonly unknowns: readonly string[];
}

/** Nothing but what the principal has itself, or also by becoming others and changing policies. */
export type Reaching = 'itself' | 'by any way';

/**
 * Who may do one thing with one resource: asked for each principal, with what it becomes and what it changes, as `who-can`
 * does for all of them.
 */
export class AccessTo {
  private readonly target: Target;
  private readonly changed: ChangedWays;
  private readonly own = new Map<string, Answer>();
  private readonly world: World;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly action: string,
    private readonly resource: Resource,
    arns: readonly PolicyText[],
  ) {
    this.world = analysed(snapshot).world;
    this.target = { shown: arns.map(show).join(', '), arns, resource };
    this.changed = new ChangedWays(this.world, action, this.target);
  }

  of(principalKey: string, reaching: Reaching): Access | undefined {
    const principal = this.world.principal(principalKey);
    if (principal === undefined || this.target.arns.length === 0) return undefined;
    const own = this.ask(principal);
    if (own.verdict === 'granted' || reaching === 'itself') return accessBy(own);
    return this.byWays(principalKey) ?? accessBy(own);
  }

  /** A certain way before a possible one; whom it becomes before what it changes. */
  private byWays(principalKey: string): Access | undefined {
    const from = analysed(this.snapshot).reach.from(principalKey);
    if (from === undefined) return undefined;
    let best: Access | undefined;
    for (const fact of from.facts) {
      if (fact.goal.kind !== 'principal') continue;
      const answer = this.ask(fact.goal.principal);
      if (answer.verdict === 'denied') continue;
      const isCertain = answer.verdict === 'granted' && fact.certainty === 'certain';
      if (best !== undefined && !isCertain) continue;
      const unknowns = [...fact.unknowns, ...answer.decision.unknowns].map(({ detail }) => detail);
      best = { steps: from.trace(fact), certainty: isCertain ? 'certain' : 'possible', unknowns };
      if (isCertain) return best;
    }
    const offer = this.changed.best(from);
    if (offer === undefined || (best !== undefined && offer.verdict !== 'granted')) return best;
    const unknowns = [...offer.way.unknowns, ...offer.doubts, ...offer.answer.decision.unknowns];
    return {
      steps: offer.way.steps,
      certainty: offer.verdict === 'granted' ? 'certain' : 'possible',
      unknowns: [...new Set(unknowns.map(({ detail }) => detail))],
    };
  }

  private ask(principal: Principal): Answer {
    let found = this.own.get(principal.key);
    if (found === undefined) {
      found = ask(principal, this.action, this.target, this.world);
      const { allows } = found.decision;
      // A resource without a name is none of those that are named in full.
      const isAbout =
        allows.length === 0 || allows.some(({ statement }) => mayMeanMadeUp(statement, this.resource, this.snapshot));
      if (RANK[found.verdict] === RANK.possible && !isAbout) found = { ...found, verdict: 'denied' };
      this.own.set(principal.key, found);
    }
    return found;
  }
}

function accessBy({ verdict, decision }: Answer): Access | undefined {
  if (verdict === 'denied') return undefined;
  const unknowns = verdict === 'granted' ? [] : decision.unknowns.map(({ detail }) => detail);
  return { steps: [], certainty: verdict === 'granted' ? 'certain' : 'possible', unknowns };
}
