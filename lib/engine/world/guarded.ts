import { settleTop } from '../parse/settle';
import type { Settled } from '../parse/settle';
import type { Guard, PolicyDocument } from '../../model/policy';
import { isAbsent, isList, unknown } from '../../model/value';
import type { Value } from '../../model/value';

const MOST_ALTERNATIVES = 64;

/** The values that a value can have, each with the conditions of the template under which it has it. */
export function guardedValues(value: Value, guards: readonly Guard[] = []): readonly Settled[] {
  return (
    settleTop({ value, guards }, MOST_ALTERNATIVES) ?? [
      { value: unknown('budget', 'more alternatives of conditions than are followed'), guards },
    ]
  );
}

/** The elements of a list, or the one value in place of it; absent ones are left out, an unknown list is one of them. */
export function guardedElements(value: Value, guards: readonly Guard[] = []): readonly Settled[] {
  return guardedValues(value, guards).flatMap((each): readonly Settled[] => {
    if (isAbsent(each.value)) return [];
    if (!isList(each.value)) return [each];
    return each.value
      .flatMap((element) => guardedValues(element, each.guards))
      .filter((element) => !isAbsent(element.value));
  });
}

/** The document where these guards hold as well. */
export function under(guards: readonly Guard[], document: PolicyDocument): PolicyDocument {
  if (guards.length === 0) return document;
  return {
    ...document,
    statements: document.statements.map((each) => ({ ...each, guards: [...each.guards, ...guards] })),
  };
}
