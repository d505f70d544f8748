import { choice, isChoice, unknown } from '../model/value';
import type { Value } from '../model/value';

/** How many branches a value may have before it is given up as unknown. */
const MAX_BRANCHES = 64;

/** Truth of conditions that hold where a value stands, by `template#ConditionName`. */
export type Assumptions = ReadonlyMap<string, boolean>;

/** A choice, unless both branches are the same. */
export function choose(condition: string, whenTrue: Value, whenFalse: Value): Value {
  return whenTrue === whenFalse ? whenTrue : choice(condition, whenTrue, whenFalse);
}

/** The value where a condition is known: its choices by that condition are gone. */
export function given(value: Value, condition: string, holds: boolean): Value {
  if (!isChoice(value)) return value;
  if (value.condition === condition) return given(holds ? value.whenTrue : value.whenFalse, condition, holds);
  const whenTrue = given(value.whenTrue, condition, holds);
  const whenFalse = given(value.whenFalse, condition, holds);
  return whenTrue === value.whenTrue && whenFalse === value.whenFalse
    ? value
    : choose(value.condition, whenTrue, whenFalse);
}

/** The value where all these conditions are known. */
export function givenAll(value: Value, assumed: Assumptions): Value {
  let at = value;
  if (isChoice(value)) for (const [condition, holds] of assumed) at = given(at, condition, holds);
  return at;
}

/**
 * Applies a function to values whose choices are followed: the function sees no choice at the top of any of them.
 * The same condition is decided the same way in all of them. Past 64 branches the answer is unknown.
 */
export function spread(values: readonly Value[], combine: (values: readonly Value[]) => Value): Value {
  if (!values.some(isChoice)) return combine(values);
  let left = MAX_BRANCHES;
  const follow = (open: readonly Value[]): Value => {
    const split = open.find(isChoice);
    if (split === undefined) {
      left -= 1;
      return combine(open);
    }
    if (left <= 0) {
      left = -1;
      return TOO_MANY;
    }
    const branch = (holds: boolean): Value => follow(open.map((each) => given(each, split.condition, holds)));
    return choose(split.condition, branch(true), branch(false));
  };
  const result = follow(values);
  return left < 0 ? TOO_MANY : result;
}

const TOO_MANY = unknown('budget', `a value with more than ${MAX_BRANCHES} alternatives`);

/** How many leaves a tree of choices has. */
export function leaves(value: Value): number {
  return isChoice(value) ? leaves(value.whenTrue) + leaves(value.whenFalse) : 1;
}
