import { alternatives, firstUnknown, holes } from '../../model/read';
import { isChoice, isText, isUnknown } from '../../model/value';
import type { Hole, Text, Value } from '../../model/value';
import type { Violation } from '../rule';

/** Whether one alternative of a value is as expected; `open` where that is not known before deployment. */
export type Answer = 'holds' | 'fails' | 'open';

/** How much of a value is not as expected. */
export interface Judgement {
  /** `undefined` where every alternative holds. */
  readonly certainty: 'certain' | 'possible' | undefined;
  /** What decides where `certainty` is `possible`. */
  readonly unknowns: readonly string[];
}

/**
 * Judges each alternative of a value. All fail: certain. Some fail, or some are open: possible, and the conditions and
 * parameters that decide are named.
 */
export function judge(value: Value | undefined, answer: (one: Value) => Answer): Judgement {
  const answers = alternatives(value).map((one) => ({ one, is: answer(one) }));
  if (answers.every(({ is }) => is === 'holds')) return { certainty: undefined, unknowns: [] };
  if (answers.every(({ is }) => is === 'fails')) return { certainty: 'certain', unknowns: [] };
  return { certainty: 'possible', unknowns: unknownsOf(value) };
}

/** The violation of a judgement, if there is one. */
export function violationOf(judgement: Judgement, message: string, detail?: string): readonly Violation[] {
  if (judgement.certainty === undefined) return [];
  return [
    {
      message,
      ...(detail === undefined ? {} : { detail }),
      certainty: judgement.certainty,
      ...(judgement.certainty === 'possible' ? { unknowns: judgement.unknowns } : {}),
    },
  ];
}

/** What violations are about besides, where all of them are about the same. */
export function about(
  violations: readonly Violation[],
  ...values: NonNullable<Violation['about']>
): readonly Violation[] {
  return violations.map((each) => ({ ...each, about: [...(each.about ?? []), ...values] }));
}

/** What is not known about a value, in the user's words. */
export function unknownsOf(value: Value | undefined): readonly string[] {
  const found = new Set<string>();
  const visit = (at: Value | undefined): void => {
    if (isUnknown(at)) found.add(at.detail);
    else if (isText(at)) for (const hole of deciding(at)) found.add(`\`${afterHash(hole.source)}\``);
    else if (isChoice(at)) {
      found.add(`condition "${afterHash(at.condition)}"`);
      visit(at.whenTrue);
      visit(at.whenFalse);
    } else {
      const inside = firstUnknown(at);
      if (inside !== undefined) found.add(inside.detail);
    }
  };
  visit(value);
  return [...found];
}

/** The holes that can hold anything; all of them where there is none. */
function deciding(value: Text): readonly Hole[] {
  const all = holes(value);
  const open = all.filter(({ shape }) => shape === 'any');
  return open.length > 0 ? open : all;
}

/** `true`, also as the text that CloudFormation accepts for it. */
export function isTrue(value: Value): Answer {
  if (isOpen(value)) return 'open';
  return value === true || (typeof value === 'string' && value.toLowerCase() === 'true') ? 'holds' : 'fails';
}

/** Exactly this text. */
export function isTextEqual(expected: string): (value: Value) => Answer {
  return (value) => (isOpen(value) ? 'open' : value === expected ? 'holds' : 'fails');
}

/** Whether a value is known only after deployment. */
export function isOpen(value: Value): boolean {
  return isUnknown(value) || isText(value) || isChoice(value);
}

/** Whether a value can turn out to be any text at all: an unknown, or a text with a parameter in it. */
export function mayBeAnything(value: Value): boolean {
  if (isUnknown(value)) return true;
  return isText(value) && holes(value).some(({ shape, resource }) => shape === 'any' && resource === undefined);
}

/** A number, also as the text that CloudFormation accepts for it. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function afterHash(source: string): string {
  return source.slice(source.indexOf('#') + 1);
}
