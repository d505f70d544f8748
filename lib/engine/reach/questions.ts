import type { PolicyText } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import type { Context, Question } from '../decide/decision';
import type { World } from '../world/world';
import type { Grant } from './ability';
import type { Actor } from './actor';
import { isAnything } from './any-arn';
import { LOST, decideAs, dependsOnLoose, withoutLoose } from './lifted';
import { PlainGrants } from './plain-grants';
import type { RelevantActions } from './relevant-actions';
import { Retagged } from './retagged';

/** Whose tags are what: as the templates give them, or as whoever acts would like. */
export type Tags = 'given' | 'chosen';

/** Questions of one actor to the policies. */
export class Questions {
  private readonly plain: PlainGrants;
  private readonly retagged: Retagged;
  private tags: Tags = 'given';
  private about: Resource | undefined;

  constructor(
    private readonly actor: Actor,
    relevant: RelevantActions,
    private readonly world: World,
  ) {
    this.plain = new PlainGrants(withoutLoose(actor), relevant, world);
    this.retagged = new Retagged(actor.principal, world);
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
    if (this.tags === 'chosen') {
      const grant = this.retagged.grant(question, this.about);
      return grant !== undefined && dependsOnLoose(this.actor, grant.decision) ? { doubt: LOST, ...grant } : grant;
    }
    const decision = decideAs(this.actor, question, this.world);
    return decision.may ? { action, resource, decision } : undefined;
  }
}

const UNKNOWN_TAGS: Pick<Question, 'resourceTags'> = { resourceTags: 'unknown' };
