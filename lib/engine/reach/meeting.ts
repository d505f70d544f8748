import { unknown } from '../../model/value';
import type { Ability } from './ability';
import type { Taken } from './node';
import { combinations } from './same-thing';
import type { SameThing } from './same-thing';
import type { Target } from './target';
import type { Technique } from './technique';
import { sharedThings } from './techniques/new-things';

/** Needs of a technique that are all met, by whom. */
export interface Met {
  readonly technique: Technique;
  readonly target: Target | undefined;
  readonly all: readonly Taken[];
  /** Why it is not sure that they are met together. */
  readonly doubts: Ability['unknowns'];
}

/** By target, who meets each need. */
type Rows = Map<Target | undefined, readonly Taken[][]>;

/** How many ways to meet the needs of a technique by several principals are gone through at a time. */
const MOST_COMBINATIONS = 256;
const TOO_MANY = unknown('budget', 'which of many principals meet these needs together');

/** Who meets which need of a technique that several principals can meet together. */
export class Meeting {
  private readonly met = new Map<Technique, Rows>();

  constructor(private readonly sameThing: SameThing) {}

  /** What comes to be met by one more who meets a need. */
  add(taken: Taken): readonly Met[] {
    const { technique, target, need } = taken.ability;
    let byTarget = this.met.get(technique);
    if (byTarget === undefined) this.met.set(technique, (byTarget = new Map()));
    let row = byTarget.get(target);
    if (row === undefined) byTarget.set(target, (row = technique.needs.map(() => [])));
    const known = row[need];
    // Where two needs are about the same thing, it matters who meets them; else one is as good as another.
    if (known.length > 0 && sharedThings(technique).length === 0) return [];
    if (known.some(({ node }) => node.actor === taken.node.actor)) return [];
    known.push(taken);
    const rows = byTarget;
    const targets = target === undefined ? [...rows.keys()] : [target];
    return targets.flatMap((each) => this.complete(technique, each, rows, taken) ?? []);
  }

  /** Every need is met by now, by `taken` and others; surely, if in any way. */
  private complete(technique: Technique, target: Target | undefined, byTarget: Rows, taken: Taken): Met | undefined {
    const lists = technique.needs.map((_, need) =>
      need === taken.ability.need
        ? [taken]
        : [
            ...(byTarget.get(target)?.[need] ?? []),
            ...(target === undefined ? [] : (byTarget.get(undefined)?.[need] ?? [])),
          ],
    );
    let possible: Met | undefined;
    let left = MOST_COMBINATIONS;
    for (const all of combinations(lists)) {
      left -= 1;
      const actors = all.map(({ node }) => node.actor);
      const doubts = left < 0 ? [TOO_MANY] : this.sameThing.of(technique, actors, target);
      if (doubts === 'none') continue;
      if (doubts.length === 0) return { technique, target, all, doubts };
      possible ??= { technique, target, all, doubts };
      if (left < 0) break;
    }
    return possible;
  }
}
