import type { Technique } from './technique';
import { TECHNIQUES } from './techniques';

/** A need of a technique. */
export interface Place {
  readonly technique: Technique;
  readonly need: number;
}

/** By the first action that a need asks for. */
export const NEEDS: ReadonlyMap<string, readonly Place[]> = byAction();

function byAction(): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  for (const technique of TECHNIQUES) {
    // Nobody writes a tag but for what it opens: see `mayTag`.
    if (technique.gain === 'tag' || technique.gain === 'untag') continue;
    technique.needs.forEach((asks, need) => {
      for (const action of asks[0].actions) found.set(action, [...(found.get(action) ?? []), { technique, need }]);
    });
  }
  return found;
}
