import type { PolicyText } from '../../model/policy';
import { isUnknown, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { patternOf, witness } from '../match/pattern';
import type { Witness } from '../match/pattern';
import { canonical } from '../match/symbolic';
import type { Actor } from './actor';
import type { Asking } from './asking';
import type { Doer } from './gained';
import type { Target } from './target';
import type { Ask, Technique } from './technique';
import { sharedThings } from './techniques/new-things';
import type { NewThing } from './techniques/new-things';

/** How many combinations of patterns are tried before it is not known. */
const MOST_COMBINATIONS = 64;

/** `none` where the permissions are for different things for sure; else why it is not sure, if it is not. */
export type Together = 'none' | readonly Unknown[];

const CERTAIN: readonly Unknown[] = [];

/**
 * Whether what one permission of a technique makes is what another one uses: a right to create functions `a-*` and
 * one to invoke functions `b-*` lead nowhere. Certain where one name was found for which all of them hold.
 */
export class SameThing {
  private readonly known = new Map<Technique, Map<string, Together>>();
  private readonly ids = new Map<Actor, number>();

  constructor(private readonly askingOf: (actor: Actor) => Asking) {}

  /** `actors` by the need that each meets. */
  of(technique: Technique, doers: readonly Doer[], target?: Target): Together {
    const things = sharedThings(technique);
    if (things.length === 0) return CERTAIN;
    const actors = doers.filter((each): each is Actor => !('outside' in each));
    // What somebody makes elsewhere is not what is used here.
    if (actors.length < doers.length) return 'none';
    let byActors = this.known.get(technique);
    if (byActors === undefined) this.known.set(technique, (byActors = new Map()));
    // Only a boundary, or a policy that is attached, makes a difference to what is permitted.
    const bound = target?.boundary === undefined && target?.attaches === undefined ? undefined : target;
    const id = [...actors.map((each) => this.idOf(each)), bound?.id ?? ''].join();
    let found = byActors.get(id);
    if (found === undefined) {
      const each = things.map(({ thing, places }) =>
        this.judge(
          technique,
          thing,
          bound,
          places.map(([need, ask]) => ({ asking: this.askingOf(actors[need]), ask: technique.needs[need][ask] })),
        ),
      );
      found = each.includes('none') ? 'none' : each.flatMap((one) => (one === 'none' ? [] : one));
      byActors.set(id, found);
    }
    return found;
  }

  private idOf(actor: Actor): number {
    let id = this.ids.get(actor);
    if (id === undefined) this.ids.set(actor, (id = this.ids.size));
    return id;
  }

  private judge(
    technique: Technique,
    { what, arn }: NewThing,
    target: Target | undefined,
    uses: readonly Use[],
  ): Together {
    if (uses.every(({ asking, ask }) => asking.isPlain(ask))) return CERTAIN;
    const notKnown = [unknown('attribute', `whether these permissions are for one and the same ${what}`)];
    let mayMeet = false;
    let left = MOST_COMBINATIONS;
    for (const patterns of combinations(uses.map(({ asking, ask }) => asking.patternsOf(ask)))) {
      left -= 1;
      if (left < 0) return notKnown;
      const found = witnessOf(arn, patterns);
      if (found.kind === 'none') continue;
      mayMeet = true;
      if (found.kind === 'unknown') continue;
      const { text } = found;
      const isSure = uses.every(
        ({ asking, ask }) => asking.permits(ask, technique, text, target)?.decision.must === true,
      );
      if (isSure) return CERTAIN;
    }
    return mayMeet ? notKnown : 'none';
  }
}

interface Use {
  readonly asking: Asking;
  readonly ask: Ask;
}

/** A name that all of the patterns match. */
function witnessOf(arn: string, patterns: readonly PolicyText[]): Witness {
  const distinct = [
    ...new Map(patterns.filter((each) => each !== '*').map((each) => [canonical(each), each])).values(),
  ];
  const readable = distinct.filter((each) => !isUnknown(each)).map((each) => patternOf(each));
  // A single one twice, so that a hole in it stays the hole that it is.
  // Its wildcards stay within their part of the ARN: it says of which sort the thing is.
  const all = [patternOf(arn, { segments: 5 }), ...readable, ...(readable.length === 1 ? readable : [])];
  const found = witness({ all, none: [] });
  return found.kind === 'found' && readable.length < distinct.length ? { kind: 'unknown' } : found;
}

/** One element of each list. */
export function* combinations<T>(lists: readonly (readonly T[])[], chosen: readonly T[] = []): Generator<readonly T[]> {
  if (chosen.length === lists.length) {
    yield chosen;
    return;
  }
  for (const each of lists[chosen.length]) yield* combinations(lists, [...chosen, each]);
}
