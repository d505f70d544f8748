import { isChoice, isText } from '../model/value';
import type { Text, Value } from '../model/value';
import type { Guard } from '../model/policy';
import { equalityAtom } from './atoms';
import { canEqual } from './can-equal';
import { choose, leaves, spread } from './choices';
import type { Evaluation } from './evaluation';
import { isRawMap, own, ownString } from './raw';
import type { Scope } from './scope';
import { canonical } from './texts';

/** A condition with more alternatives than this is taken as one fact of its own. */
const MAX_LEAVES = 8;

/**
 * The truth of a condition: `true`, `false`, or a tree of choices between the two, by facts that the template does
 * not decide. A condition that is a fact of its own is a choice by `template#ConditionName`.
 */
export function condition(name: string, scope: Scope, at: Evaluation): Value {
  return at.memo(
    scope,
    `condition ${name}`,
    (fresh) => {
      const raw = own(scope.conditions, name);
      const truth = raw === undefined ? fact(scope, name) : truthOf(raw, scope, fresh, name);
      return isDecisionTree(truth) && leaves(truth) <= MAX_LEAVES ? truth : fact(scope, name);
    },
    () => fact(scope, name),
  );
}

/** What must hold for a condition to be true, where that is one fact or several together; else the condition itself. */
export function guardsOf(name: string, scope: Scope, at: Evaluation): readonly Guard[] | 'never' {
  const truth = condition(name, scope, at);
  if (truth === true) return [];
  if (truth === false) return 'never';
  const guards: Guard[] = [];
  let open: Value = truth;
  while (isChoice(open)) {
    if (open.whenFalse === false) {
      guards.push({ condition: open.condition, holds: true });
      open = open.whenTrue;
    } else if (open.whenTrue === false) {
      guards.push({ condition: open.condition, holds: false });
      open = open.whenFalse;
    } else {
      // One of several: there is no single fact for it.
      return [{ condition: scope.key(name), holds: true }];
    }
  }
  return guards;
}

function truthOf(raw: unknown, scope: Scope, at: Evaluation, label: string): Value {
  if (typeof raw === 'boolean') return raw;
  if (raw === 'true' || raw === 'false') return raw === 'true';
  if (!isRawMap(raw)) return fact(scope, label);
  const [name = '', ...others] = Object.keys(raw);
  const argument = own(raw, name);
  if (others.length > 0) return fact(scope, label);
  const referred = ownString(raw, 'Condition');
  if (referred !== undefined) return condition(referred, scope, at);
  if (!Array.isArray(argument) || argument.length === 0) return fact(scope, label);
  const parts = (): readonly Value[] => argument.map((each, i) => truthOf(each, scope, at, `${label}[${i}]`));
  switch (name) {
    case 'Fn::Equals':
      if (argument.length !== 2) return fact(scope, label);
      return spread([at.resolve(argument[0]), at.resolve(argument[1])], ([left, right]) =>
        equality(left, right, scope, label),
      );
    case 'Fn::Not':
      return argument.length === 1 ? negate(parts()[0]) : fact(scope, label);
    case 'Fn::And':
      return parts().reduce((all, each) => spread([all, each], ([one, other]) => (one === true ? other : one)));
    case 'Fn::Or':
      return parts().reduce((all, each) => spread([all, each], ([one, other]) => (one === false ? other : one)));
    default:
      return fact(scope, label);
  }
}

function negate(truth: Value): Value {
  return spread([truth], ([each]) => (typeof each === 'boolean' ? !each : each));
}

/** Whether every leaf is decided; a leaf that is not, such as a budget run out, is neither true nor false. */
function isDecisionTree(truth: Value): boolean {
  return isChoice(truth)
    ? isDecisionTree(truth.whenTrue) && isDecisionTree(truth.whenFalse)
    : typeof truth === 'boolean';
}

function equality(left: Value, right: Value, scope: Scope, label: string): Value {
  const [one, other] = [canonical(left), canonical(right)];
  if (one === undefined || other === undefined) return fact(scope, label);
  if (one === other) return true;
  if (isText(left)) return isText(right) ? fact(scope, label) : equalsLiteral(left, other, scope, label);
  return isText(right) ? equalsLiteral(right, one, scope, label) : false;
}

function equalsLiteral(value: Text, literal: string, scope: Scope, label: string): Value {
  if (!canEqual(value, literal)) return false;
  const [part] = value.parts;
  if (value.parts.length > 1 || typeof part !== 'object') return fact(scope, label);
  return choose(equalityAtom(scope, part.source, literal), true, false);
}

function fact(scope: Scope, label: string): Value {
  return choose(scope.key(label), true, false);
}
