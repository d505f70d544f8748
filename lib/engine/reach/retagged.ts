import type { Resource } from '../../model/snapshot';
import { decide } from '../decide/decide';
import type { Decision, Question } from '../decide/decision';
import { tagsOf } from '../world/principals';
import type { Principal, World } from '../world/world';
import type { Grant } from './ability';
import { tagKeysIn, tagsIn } from './tags';

/** How many tags of a principal are compared with how many of a resource. */
const MOST_VARIABLES = 3;
const MOST_VALUES = 5;

/** One permission asked about. */
export type Asked = Pick<Question, 'action' | 'resource' | 'context' | 'resourceTags'> & { readonly action: string };

/** What a principal could do if its tags, and those of the resource, were what it would like. */
export class Retagged {
  private readonly principal: Principal;

  constructor(
    private readonly base: Principal,
    private readonly world: World,
  ) {
    this.principal = { ...base, tagsAreChosen: true };
  }

  /** With the tags that have to be written for it; `about` the resource of which the tags can be. */
  grant(question: Asked, about: Resource | undefined): Grant | undefined {
    const { action, resource } = question;
    const its = about === undefined ? {} : { resourceTags: 'chosen' as const };
    const decision = decide({ ...question, ...its, principal: this.principal }, this.world);
    if (!decision.may) return undefined;
    const same = decision.must || about === undefined ? undefined : this.likeTheResource(question, decision, about);
    if (same !== undefined) return same;
    const tags = tagsIn(decision, this.base, about === undefined ? undefined : { resource: about, arn: resource });
    return { action, resource, decision, ...(tags.length === 0 ? {} : { tags }) };
  }

  /** Where a tag of the principal must be that of the resource: with the value of one of those. */
  private likeTheResource(question: Asked, { allows }: Decision, about: Resource): Grant | undefined {
    const names = new Set(allows.flatMap(({ statement }) => tagKeysIn(statement).variables));
    const values = names.size === 0 ? [] : [...tagsOf(about).tags.values()].slice(0, MOST_VALUES);
    const { resource, arn } = this.base;
    for (const name of [...names].slice(0, MOST_VARIABLES)) {
      const others = [...this.base.tags].filter(([key]) => key.toLowerCase() !== name);
      for (const value of values) {
        const principal: Principal = { ...this.base, tags: new Map([...others, [name, value]]) };
        const decision = decide({ ...question, principal }, this.world);
        if (!decision.must) continue;
        const { action } = question;
        return { action, resource: question.resource, decision, tags: [{ resource, arn, name, value }] };
      }
    }
    return undefined;
  }
}
