import { isText, text, unknown } from '../model/value';
import type { HoleShape, Value } from '../model/value';
import { equalityAtom, isNamedEquality } from './atoms';
import { choose, spread } from './choices';
import type { Evaluation } from './evaluation';
import { isRawMap, own, ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import type { Scope } from './scope';
import { split } from './split';

/** Past so many allowed values a parameter is one hole. */
const MAX_ALLOWED = 16;

/**
 * What `Ref` of a parameter gives: what the parent stack passes, else one of its allowed values, else a hole.
 * INVARIANT: a Default is not a fact; whoever deploys may pass something else.
 */
export function parameter(name: string, scope: Scope, at: Evaluation): Value {
  return at.memo(
    scope,
    `parameter ${name}`,
    (fresh) => passedByParent(name, scope, fresh) ?? ofDeclaration(name, scope),
    () => holeOf(name, scope, 'any'),
  );
}

/** Whether a parameter is a list: `List<…>`, `CommaDelimitedList`, and these by way of SSM. */
export function isListParameter(name: string, scope: Scope): boolean {
  const type = ownString(rawMap(own(scope.parameters, name)), 'Type') ?? '';
  return type.includes('List<') || type.includes('CommaDelimitedList');
}

function passedByParent(name: string, scope: Scope, at: Evaluation): Value | undefined {
  if (scope.parent === undefined) return undefined;
  const { scope: parent, logicalId } = scope.parent;
  const passed = own(rawMap(own(rawMap(own(parent.resource(logicalId) ?? {}, 'Properties')), 'Parameters')), name);
  if (passed === undefined) return undefined;
  const value = at.memo(
    parent,
    `nested ${logicalId} ${name}`,
    (fresh) => fresh.resolve(passed),
    () => holeOf(name, scope, 'any'),
  );
  if (!isListParameter(name, scope)) return value;
  return spread([value], ([each]) => (Array.isArray(each) ? each : split(',', each, `parameter "${name}"`)));
}

function ofDeclaration(name: string, scope: Scope): Value {
  const declared = own(scope.parameters, name);
  if (!isRawMap(declared)) return holeOf(name, scope, 'any');
  const type = ownString(declared, 'Type') ?? '';
  if (isListParameter(name, scope)) return unknown('parameter', `parameter "${name}", a list`);
  // The allowed values of an SSM parameter bind the name of the parameter, not its value.
  const allowed = type.startsWith('AWS::SSM::Parameter::Value') ? undefined : allowedValues(declared);
  if (allowed === undefined) return holeOf(name, scope, shapeOfType(type));
  if (allowed.length > MAX_ALLOWED) return holeOf(name, scope, shapeOfAll(allowed));
  return oneOf(name, scope, type === 'Number' ? allowed : allowed.map(String));
}

function allowedValues(declared: RawMap): readonly (string | number)[] | undefined {
  const raw = own(declared, 'AllowedValues');
  if (!Array.isArray(raw) || raw.length === 0) return undefined;
  if (raw.some((each) => typeof each === 'object' || String(each).includes('{{'))) return undefined;
  return [...new Set(raw.map((each) => (typeof each === 'number' ? each : String(each))))];
}

/** One choice after the other; values that a condition of the template names come first. */
function oneOf(name: string, scope: Scope, allowed: readonly (string | number)[]): Value {
  const source = scope.key(name);
  const named = (each: string | number): boolean => isNamedEquality(scope, source, String(each));
  const ordered = [...allowed.filter(named), ...allowed.filter((each) => !named(each))];
  return ordered
    .slice(0, -1)
    .reduceRight<Value>(
      (others, each) => choose(equalityAtom(scope, source, String(each)), each, others),
      ordered.at(-1) ?? '',
    );
}

function shapeOfType(type: string): HoleShape {
  if (type === 'Number') return 'segment';
  // These are checked against what exists in the account.
  if (/AWS::(EC2|Route53)::[A-Za-z]+(::[A-Za-z]+)*::Id/.test(type)) return 'segment';
  if (type.includes('AWS::EC2::AvailabilityZone::Name')) return 'segment';
  return type === 'AWS::SSM::Parameter::Name' ? 'physical-id' : 'any';
}

function shapeOfAll(allowed: readonly (string | number)[]): HoleShape {
  if (allowed.every((each) => /^[^:/*?]+$/.test(String(each)))) return 'segment';
  return allowed.every((each) => /^[^*?]+$/.test(String(each))) ? 'physical-id' : 'any';
}

function holeOf(name: string, scope: Scope, shape: HoleShape): Value {
  const hole = { shape, source: scope.key(name) };
  const value = text([shape === 'any' ? { ...hole, cause: 'parameter' as const } : hole]);
  return isText(value) ? value : '';
}
