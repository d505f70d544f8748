import type { Condition, PolicyText } from '../../model/policy';
import { isUnknown } from '../../model/value';
import { ResourcePatterns } from '../match/resource-patterns';
import { allOf, anyOf, canonical, isExact, not } from '../match/symbolic';
import type { Tri } from '../match/symbolic';
import { OPERATORS } from './compare';
import type { Operator } from './compare';
import type { Known, Lookup } from './known';
import { fillVariables, hasVariables } from './variables';

/**
 * Whether a condition holds for a request. `maybe` where the key is open, or a value of the policy is not known.
 *
 * A key that is absent: operators with `IfExists` hold, and so do negated ones and `ForAllValues`; all others, and
 * `ForAnyValue`, do not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function conditionHolds(condition: Condition, lookup: Lookup): Tri {
  if (condition.key === '') return 'maybe';
  return holdsFor(condition, lookup(condition.key), lookup);
}

function holdsFor(condition: Condition, found: Known, lookup: Lookup): Tri {
  if (found.state === 'one-of') {
    const each = found.choices.map((choice) => holdsFor(condition, choice, lookup));
    return each.every((tri) => tri === each[0]) ? (each[0] ?? 'maybe') : 'maybe';
  }
  if (condition.operator === 'Null') return nullHolds(condition, found);
  const operator = Object.hasOwn(OPERATORS, condition.operator) ? OPERATORS[condition.operator] : undefined;
  if (operator === undefined) return 'maybe';
  if (found.state === 'open') return matchesNothing(condition, operator, lookup) ? 'no' : 'maybe';
  if (found.state === 'absent' || found.values.length === 0) {
    if (condition.ifExists || condition.qualifier === 'ForAllValues') return 'yes';
    return condition.qualifier === undefined && operator.negated ? 'yes' : 'no';
  }
  return valuesHold(condition, operator, found.values, lookup);
}

/** Whether no value of an open key does: the condition needs one, and each of its own has a variable without value. */
function matchesNothing({ values, ifExists, qualifier }: Condition, { negated }: Operator, lookup: Lookup): boolean {
  if (negated || ifExists || qualifier === 'ForAllValues') return false;
  return values.every((value) => hasVariables(value) && fillVariables(value, lookup) === 'absent');
}

/** Whether it is only the key of a condition that is open, so that some value of it decides. */
export function isOpen({ key, operator }: Condition, lookup: Lookup): boolean {
  return (operator === 'Null' || Object.hasOwn(OPERATORS, operator)) && key !== '' && lookup(key).state === 'open';
}

function valuesHold(condition: Condition, operator: Operator, values: readonly PolicyText[], lookup: Lookup): Tri {
  const exact = exactValues(condition, operator);
  if (exact !== undefined && values.length === 1 && !isUnknown(values[0])) {
    const matched = exact.match(values[0], canonical(values[0]));
    return operator.negated ? not(matched) : matched;
  }
  const policy = condition.values.map((value) => fillVariables(value, lookup));
  // Of a variable that the request does not have, no value is right; whether a negated operator then holds is not said.
  const one = (request: PolicyText): Tri => {
    const matched = anyOf(
      policy.map((value) => {
        if (value === 'open') return 'maybe';
        if (value === 'absent') return operator.negated ? 'maybe' : 'no';
        return isUnknown(value.text) || isUnknown(request) ? 'maybe' : operator.compare(request, value.text);
      }),
    );
    return operator.negated ? not(matched) : matched;
  };
  if (condition.qualifier === 'ForAllValues') return allOf(values.map(one));
  if (condition.qualifier === 'ForAnyValue') return anyOf(values.map(one));
  const each = values.map(one);
  // What an operator for one value says of several is documented for no key.
  return each.every((tri) => tri === each[0]) ? each[0] : 'maybe';
}

const exacts = new WeakMap<Condition, ResourcePatterns | false>();

/** The values of a condition where none has a wildcard: compared all at once, however many they are. */
function exactValues(condition: Condition, { family }: Operator): ResourcePatterns | undefined {
  if (family !== 'arn' && family !== 'string' && family !== 'like') return undefined;
  let found = exacts.get(condition);
  if (found === undefined) {
    found = condition.values.every(isExact) && new ResourcePatterns(condition.values);
    exacts.set(condition, found);
  }
  return found === false ? undefined : found;
}

function nullHolds({ values }: Condition, found: Exclude<Known, { state: 'one-of' }>): Tri {
  if (found.state === 'open') return 'maybe';
  const absent = found.state === 'absent' || found.values.length === 0;
  return anyOf(
    values.map((value): Tri => {
      if (typeof value !== 'string') return 'maybe';
      const wanted = value.toLowerCase();
      return wanted === 'true' ? (absent ? 'yes' : 'no') : wanted === 'false' ? (absent ? 'no' : 'yes') : 'no';
    }),
  );
}
