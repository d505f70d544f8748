import type { Resource } from '../../model/snapshot';
import { ABSENT, isAbsent } from '../../model/value';
import { decide } from '../decide/decide';
import type { ContextValue, Decision, Question } from '../decide/decision';
import { givenTag } from '../decide/facts';
import { tagsOf } from '../world/principals';
import type { Principal, World } from '../world/world';
import type { Grant } from './ability';
import { tagIn, tagKeysIn, tagsIn } from './tags';
import type { TagNeed } from './tags';

/** How many tags of a principal are compared with how many of a resource. */
const MOST_VARIABLES = 3;
const MOST_VALUES = 5;
/** How many sets of tags are looked at without them. */
const MOST_SETS = 8;

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
    const needed = tagsIn(decision, this.base, about === undefined ? undefined : { resource: about, arn: resource });
    const tags = decision.must ? this.least(needed, { ...question, ...its }, about, decision) : needed;
    return { action, resource, decision, ...(tags.length === 0 ? {} : { tags }) };
  }

  /** Of the tags of a witness, which stay as they are given, and which others may as well be gone, also at once. */
  private least(
    needed: readonly TagNeed[],
    question: Asked,
    about: Resource | undefined,
    { witness }: Decision,
  ): readonly TagNeed[] {
    const chosen = Object.entries(witness?.context ?? {}).flatMap(([key, value]) => {
      const tag = tagIn(key);
      return tag === undefined
        ? []
        : [{ key, value, name: tag.name, resource: tag.isOwn ? this.base.resource : about }];
    });
    const holds = (others: readonly TagNeed[]): boolean => {
      const context: Record<string, ContextValue> = { ...question.context };
      for (const { key, value, name, resource } of chosen) {
        context[key] = others.find((each) => each.name === name && each.resource === resource)?.value ?? value;
      }
      return decide({ ...question, context, principal: this.principal }, this.world).must;
    };
    let stay: readonly TagNeed[] = [];
    for (const need of needed) {
      const value = givenTag(need.resource, need.name);
      if (value === undefined) continue;
      const given: TagNeed = { ...need, value, isGiven: true };
      if (holds([...stay, given])) stay = [...stay, given];
    }
    const staying = (need: TagNeed): TagNeed | undefined =>
      stay.find(({ name, resource }) => name === need.name && resource === need.resource);
    let sets: readonly (readonly TagNeed[])[] = [stay];
    const mayGo = new Set<TagNeed>();
    for (const need of needed) {
      const isWritten = need.value !== undefined && !isAbsent(need.value) && staying(need) === undefined;
      if (!isWritten || sets.length >= MOST_SETS) continue;
      const more = sets.map((set) => [...set, { ...need, value: ABSENT }]);
      if (!more.every(holds)) continue;
      sets = [...sets, ...more];
      mayGo.add(need);
    }
    return needed.map((need) => staying(need) ?? (mayGo.has(need) ? { ...need, orGone: true } : need));
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
