import { ABSENT } from '../../model/value';
import { nameOf } from '../world/resource-name';
import type { Certainty } from './certainty';
import type { Doer, Gained } from './gained';
import type { Node, Taken } from './node';
import type { Shared } from './shared';
import type { Tagging } from './tagging';
import { idOf } from './tags';
import type { TagNeed } from './tags';
import type { Target } from './target';

/** Who is under control and may write tags, and the tags that were written for something. */
export class TagWriters {
  private readonly nodes: Node[] = [];
  private readonly written = new Map<string, Gained>();
  /** How many of the nodes were asked for a tag and may not write it, for sure and perhaps. */
  private readonly refused: Record<Certainty, Map<string, number>> = { certain: new Map(), possible: new Map() };

  constructor(private readonly shared: Shared) {}

  get any(): boolean {
    return this.nodes.length > 0;
  }

  add(node: Node): void {
    this.nodes.push(node);
  }

  /** After the tags were written that it asks for; `undefined` where nobody under control may write one of them. */
  before(taken: Taken, certainty: Certainty): Taken | undefined {
    const { node, ability } = taken;
    if (ability.tags === undefined) return taken;
    const premises: Gained[] = [...node.premises];
    for (const need of ability.tags) {
      if (need.isGiven === true) continue;
      const written = this.write(need, certainty);
      if (written === undefined) return undefined;
      premises.push(written);
    }
    const { tags: _, ...rest } = ability;
    return { node: { actor: node.actor, premises }, ability: rest };
  }

  private write(need: TagNeed, certainty: Certainty): Gained | undefined {
    const id = idOf(need);
    const known = this.written.get(id);
    if (known !== undefined) return known;
    const refused = this.refused[certainty];
    const gained = this.taggedBy(need, certainty, refused.get(id));
    if (gained === undefined) refused.set(id, this.nodes.length);
    else this.written.set(id, gained);
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

  private taggedBy(need: TagNeed, certainty: Certainty, from = 0): Gained | undefined {
    let found: { readonly node: Node; readonly tagging: Tagging } | undefined;
    for (let at = from; at < this.nodes.length; at += 1) {
      const node = this.nodes[at];
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
