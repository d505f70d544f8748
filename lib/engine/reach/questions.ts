import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import { decide } from '../decide/decide';
import type { Context, Question } from '../decide/decision';
import type { Principal, World } from '../world/world';
import type { Grant } from './ability';
import { isAnything } from './any-arn';
import { PlainGrants } from './plain-grants';
import type { RelevantActions } from './relevant-actions';
import { Retagged } from './retagged';

/** Whose tags are what: as the templates give them, or as whoever acts would like. */
export type Tags = 'given' | 'chosen';

/** Questions of one principal to the policies. */
export class Questions {
  private readonly plain: PlainGrants;
  private readonly retagged: Retagged;
  private tags: Tags = 'given';
  private about: Resource | undefined;

  constructor(
    private readonly principal: Principal,
    relevant: RelevantActions,
    private readonly world: World,
  ) {
    this.plain = new PlainGrants(principal, relevant, world);
    this.retagged = new Retagged(principal, world);
  }

  /** Whether a statement allows it on everything, where nothing could be in the way. */
  isPlain(action: string): boolean {
    return this.plain.decision(action) !== undefined;
  }

  /** Asks with tags as they are given or as they would be liked; `about` the resource of which they can be. */
  with<T>(tags: Tags, about: Resource | undefined, asking: () => T): T {
    this.tags = tags;
    this.about = about;
    const found = asking();
    this.tags = 'given';
    return found;
  }

  ask(action: string, resource: PolicyText, context: Context): Grant | undefined {
    const plain = isAnything(resource) ? this.plain.decision(action) : undefined;
    if (plain !== undefined) return { action, resource, decision: plain };
    // Which resource of many it would be is not said: each has tags of its own.
    const question = { action, resource, context, ...(isAnything(resource) ? UNKNOWN_TAGS : {}) };
    if (this.tags === 'chosen') return this.retagged.grant(question, this.about);
    const decision = decide({ ...question, principal: this.principal }, this.world);
    return decision.may ? { action, resource, decision } : undefined;
  }
}

const UNKNOWN_TAGS: Pick<Question, 'resourceTags'> = { resourceTags: 'unknown' };
