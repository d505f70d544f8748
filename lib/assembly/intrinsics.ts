import { isAbsent, isChoice, unknown } from '../model/value';
import type { MapValue, Value } from '../model/value';
import { choose, givenAll } from './choices';
import { condition } from './conditions';
import type { Evaluation } from './evaluation';
import { importValue, stackOutput } from './imports';
import { findInMap } from './mappings';
import { ownString, rawMap } from './raw';
import type { RawMap } from './raw';
import { attribute, reference } from './references';
import { base64, join, length, select, splitText, sub, toJsonString } from './text-functions';
import { literalText } from './texts';

/**
 * A node of a template as a value, its intrinsics resolved as far as the templates at hand allow.
 * INVARIANT: total. What is not modelled is unknown with its cause; nothing is left out but `AWS::NoValue`.
 */
export function evaluate(raw: unknown, at: Evaluation): Value {
  if (typeof raw === 'string') return literalText(raw);
  if (typeof raw === 'number' || typeof raw === 'boolean' || raw === null) return raw;
  if (Array.isArray(raw)) return listOf(raw, at);
  if (typeof raw !== 'object') return unknown('malformed', 'a value that is no JSON');
  const map = raw as RawMap;
  const keys = Object.keys(map);
  const [only = ''] = keys;
  if (keys.length === 1 && (only === 'Ref' || only.startsWith('Fn::') || isOfTool(only)))
    return call(only, map[only], at);
  const stray = keys.find((key) => key.startsWith('Fn::'));
  if (stray !== undefined) {
    const cause = stray === 'Fn::Transform' ? 'transform' : stray.startsWith('Fn::ForEach') ? 'function' : 'malformed';
    return unknown(cause, `a map with "${stray}" among its keys`);
  }
  return mapOf(keys, map, at);
}

/** INVARIANT: what resolves to itself stays the same object: most of a template holds no intrinsic. */
function listOf(raw: readonly unknown[], at: Evaluation): Value {
  let list: Value[] | undefined;
  for (let index = 0; index < raw.length; index += 1) {
    const value = at.resolve(raw[index]);
    if (list === undefined && value === raw[index]) continue;
    list ??= raw.slice(0, index) as Value[];
    if (!isAbsent(value)) list.push(value);
  }
  return list ?? (raw as readonly Value[]);
}

function mapOf(keys: readonly string[], map: RawMap, at: Evaluation): Value {
  let values: Record<string, Value> | undefined;
  for (const [index, key] of keys.entries()) {
    const value = at.resolve(map[key]);
    if (values === undefined && value === map[key]) continue;
    if (values === undefined) {
      values = {};
      for (const before of keys.slice(0, index)) put(values, before, map[before] as Value);
    }
    if (!isAbsent(value)) put(values, key, value);
  }
  return values ?? (map as MapValue);
}

function put(values: Record<string, Value>, key: string, value: Value): void {
  // An assignment to `__proto__` would not be a key.
  if (key === '__proto__') Object.defineProperty(values, key, { value, enumerable: true, configurable: true });
  else values[key] = value;
}

function call(name: string, argument: unknown, at: Evaluation): Value {
  switch (name) {
    case 'Ref':
      return reference(argument, at);
    case 'Fn::GetAtt':
      return attribute(argument, at);
    case 'Fn::Sub':
      return sub(argument, at, (variable) =>
        variable.includes('.') ? attribute(variable, at) : reference(variable, at),
      );
    case 'Fn::Join':
      return join(argument, at);
    case 'Fn::If':
      return conditional(argument, at);
    case 'Fn::Select':
      return select(argument, at);
    case 'Fn::Split':
      return splitText(argument, at);
    case 'Fn::FindInMap':
      return findInMap(argument, at);
    case 'Fn::ImportValue':
      return importValue(argument, at);
    case 'Fn::GetStackOutput':
      return stackOutput(argument, at);
    case 'Fn::Base64':
      return base64(argument, at);
    case 'Fn::Length':
      return length(argument, at);
    case 'Fn::ToJsonString':
      return toJsonString(argument, at);
    case 'Fn::GetAZs':
      return unknown('function', 'the availability zones of a region');
    case 'Fn::Cidr':
      return unknown('function', 'address ranges by Fn::Cidr');
    case 'Fn::Transform':
      return unknown('transform', transformed(argument));
    default:
      return isOfTool(name)
        ? unknown('transform', `"${name}", in the place of which a tool puts something`)
        : unknown('function', `function "${name}"`);
  }
}

/** `Fn::If`: each branch is resolved under what decides for it. */
function conditional(argument: unknown, at: Evaluation): Value {
  if (!Array.isArray(argument) || argument.length !== 3 || typeof argument[0] !== 'string') {
    return unknown('malformed', 'an Fn::If without a condition and two values');
  }
  const [name, whenTrue, whenFalse] = argument;
  const follow = (truth: Value, here: Evaluation): Value => {
    if (!isChoice(truth)) return here.resolve(truth === true ? whenTrue : whenFalse);
    return choose(
      truth.condition,
      follow(truth.whenTrue, here.under(truth.condition, true)),
      follow(truth.whenFalse, here.under(truth.condition, false)),
    );
  };
  return follow(givenAll(condition(name, at.scope, at), at.assumed), at);
}

function transformed(argument: unknown): string {
  const name = ownString(rawMap(argument), 'Name');
  return name === undefined ? 'what Fn::Transform puts here' : `what transform "${name}" puts here`;
}

/** Rain, a tool that packages templates, has functions of its own; in YAML they are read as `Fn::Rain::Embed`. */
function isOfTool(name: string): boolean {
  return /^(Fn::)?Rain::/.test(name);
}
