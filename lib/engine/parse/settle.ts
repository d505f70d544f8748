import type { Guard } from '../../model/policy';
import { isChoice, isList, isMap } from '../../model/value';
import type { Choice, Value } from '../../model/value';

/** A value whose choices were made, and the choices that were made. */
export interface Settled {
  readonly value: Value;
  readonly guards: readonly Guard[];
}

/** No part of a policy lies deeper; what does is left as it is, and reads as malformed. */
const MAX_DEPTH = 16;

/**
 * Follows the choice that a value itself is, if it is one, but none inside of it.
 * A condition that was decided once is never decided otherwise. `undefined` past `most` alternatives.
 */
export function settleTop(start: Settled, most: number): readonly Settled[] | undefined {
  return settleBy(start, most, (value) => (isChoice(value) ? value : undefined));
}

/** Follows every choice in a value, however deep. `undefined` past `most` alternatives. */
export function settleDeep(start: Settled, most: number): readonly Settled[] | undefined {
  return settleBy(start, most, (value) => firstChoice(value, 0));
}

function settleBy(
  start: Settled,
  most: number,
  undecided: (value: Value) => Choice | undefined,
): readonly Settled[] | undefined {
  const open = [{ guards: start.guards, value: decideAll(start) }];
  const settled: Settled[] = [];
  while (open.length > 0) {
    if (open.length + settled.length > most) return undefined;
    const { value, guards } = open.pop() as Settled;
    const found = undecided(value);
    if (found === undefined) {
      settled.push({ value, guards });
      continue;
    }
    // The branch for `true` is taken off first, so that it comes first.
    for (const holds of [false, true]) {
      open.push({
        value: decide(value, found.condition, holds, 0),
        guards: [...guards, { condition: found.condition, holds }],
      });
    }
  }
  return settled;
}

function decideAll({ value, guards }: Settled): Value {
  return guards.reduce((at, { condition, holds }) => decide(at, condition, holds, 0), value);
}

function firstChoice(value: Value, depth: number): Choice | undefined {
  if (depth > MAX_DEPTH) return undefined;
  if (isChoice(value)) return value;
  const parts = isList(value) ? value : isMap(value) ? Object.values(value) : [];
  for (const part of parts) {
    const found = firstChoice(part, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The value where a condition is known. Parts that hold no choice keep their identity. */
function decide(value: Value, condition: string, holds: boolean, depth: number): Value {
  if (depth > MAX_DEPTH + 8) return value;
  let at = value;
  while (isChoice(at) && at.condition === condition) at = holds ? at.whenTrue : at.whenFalse;
  const next = (each: Value): Value => decide(each, condition, holds, depth + 1);
  if (isChoice(at)) return { ...at, whenTrue: next(at.whenTrue), whenFalse: next(at.whenFalse) };
  if (isList(at)) {
    const list = at.map(next);
    return list.some((each, index) => each !== (at as readonly Value[])[index]) ? list : at;
  }
  if (isMap(at)) {
    const map = Object.fromEntries(Object.entries(at).map(([key, each]) => [key, next(each)]));
    return Object.entries(at).some(([key, each]) => each !== map[key]) ? map : at;
  }
  return at;
}
