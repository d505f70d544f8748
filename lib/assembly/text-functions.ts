import { createHash } from 'node:crypto';
import { isAbsent, isList, isText, isUnknown, text, unknown } from '../model/value';
import type { Value } from '../model/value';
import { spread } from './choices';
import type { Evaluation } from './evaluation';
import { isRawMap, own, rawMap } from './raw';
import { causeOf, pieces, split } from './split';
import { anything, canonical, concat, literalText } from './texts';

/** `Fn::Join`. */
export function join(argument: unknown, at: Evaluation): Value {
  if (!Array.isArray(argument) || argument.length !== 2) return malformed('Fn::Join');
  const [delimiter, list] = argument.map((each) => at.resolve(each));
  if (typeof delimiter !== 'string') return malformed('Fn::Join');
  return spread([list], ([items]) => {
    if (isUnknown(items)) return text([anything(at.scope.world.fresh(items.detail), items.cause)]);
    if (!isList(items)) return malformed('Fn::Join');
    if (!items.some(mayBeAbsent)) return concat(between(items, delimiter), at.scope.world.fresh);
    return spread(items, (each) =>
      concat(
        between(
          each.filter((one) => !isAbsent(one)),
          delimiter,
        ),
        at.scope.world.fresh,
      ),
    );
  });
}

function between(items: readonly Value[], delimiter: string): readonly Value[] {
  return delimiter === '' ? items : items.flatMap((each, i) => (i === 0 ? [each] : [delimiter, each]));
}

/** Whether a delimiter depends on whether the element is there. */
function mayBeAbsent(value: Value): boolean {
  let found = isAbsent(value);
  spread([value], ([each]) => {
    found ||= isAbsent(each);
    return null;
  });
  return found;
}

/** `Fn::Sub`, with and without its map. */
export function sub(argument: unknown, at: Evaluation, lookUp: (name: string) => Value): Value {
  const [template, variables] = Array.isArray(argument) ? argument : [argument];
  if (typeof template !== 'string') {
    // A text that a transform or a tool puts here.
    const value = at.resolve(template);
    return isUnknown(value) ? value : malformed('Fn::Sub');
  }
  if (Array.isArray(argument) && (argument.length > 2 || !(variables === undefined || isRawMap(variables)))) {
    return malformed('Fn::Sub');
  }
  const given = rawMap(variables);
  const parts = template.split(/(\$\{[^{}]*\})/).map((part): Value => {
    if (!/^\$\{[^{}]*\}$/.test(part)) return part;
    const name = part.slice(2, -1).trim();
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    return Object.hasOwn(given, name) ? at.resolve(own(given, name)) : lookUp(name);
  });
  return concat(parts, at.scope.world.fresh);
}

/** `Fn::Split`. */
export function splitText(argument: unknown, at: Evaluation): Value {
  if (!Array.isArray(argument) || argument.length !== 2) return malformed('Fn::Split');
  const [delimiter, source] = argument.map((each) => at.resolve(each));
  if (typeof delimiter !== 'string') return malformed('Fn::Split');
  return spread([source], ([each]) => split(delimiter, each, 'a text'));
}

/** `Fn::Select`. What is certain of a split text, a list of zones or ranges is given even where the rest is not. */
export function select(argument: unknown, at: Evaluation): Value {
  if (!Array.isArray(argument) || argument.length !== 2) return malformed('Fn::Select');
  return spread([at.resolve(argument[0])], ([raw]) => {
    const index = typeof raw === 'string' && /^\d+$/.test(raw) ? Number(raw) : raw;
    if (typeof index !== 'number' || !Number.isInteger(index) || index < 0) {
      return isText(raw) || isUnknown(raw)
        ? unknown('function', 'an Fn::Select by an unknown index')
        : malformed('Fn::Select');
    }
    return (
      fromSource(argument[1], index, at) ?? spread([at.resolve(argument[1])], ([list]) => fromList(list, index, at))
    );
  });
}

function fromSource(raw: unknown, index: number, at: Evaluation): Value | undefined {
  if (!isRawMap(raw) || Object.keys(raw).length !== 1) return undefined;
  const cut = own(raw, 'Fn::Split');
  if (Array.isArray(cut) && cut.length === 2) {
    const [delimiter, source] = cut.map((each) => at.resolve(each));
    if (typeof delimiter !== 'string') return undefined;
    return spread([source], ([each]) => {
      const { certain, complete } = pieces(delimiter, each);
      if (index < certain.length) return certain[index];
      return complete ? malformed('Fn::Select') : text([anything(at.scope.world.fresh(), causeOf(each))]);
    });
  }
  const fresh = at.scope.world.fresh('a list that AWS gives');
  if (Object.hasOwn(raw, 'Fn::GetAZs')) return text([{ shape: 'segment', source: fresh }]);
  if (Object.hasOwn(raw, 'Fn::Cidr')) return text([{ shape: 'physical-id', source: fresh }]);
  return undefined;
}

function fromList(list: Value | undefined, index: number, at: Evaluation): Value {
  if (isUnknown(list)) return text([anything(at.scope.world.fresh(list.detail), list.cause)]);
  if (!isList(list)) return malformed('Fn::Select');
  if (!list.some(mayBeAbsent)) return list[index] ?? malformed('Fn::Select');
  return spread(list, (each) => each.filter((one) => !isAbsent(one))[index] ?? malformed('Fn::Select'));
}

/** `Fn::Base64`. */
export function base64(argument: unknown, at: Evaluation): Value {
  return spread([at.resolve(argument)], ([each]) => {
    if (typeof each === 'string') return Buffer.from(each, 'utf8').toString('base64');
    const source = canonical(each);
    // Of a text that is not empty, letters, digits, `+`, `/` and `=`: the same for the same text, and no wildcard. Its
    // name is a digest: there may be a secret in the text.
    return isText(each) && source !== undefined && each.parts.some((part) => typeof part === 'string')
      ? text([{ shape: 'physical-id', source: `base64-${digest(source)}` }])
      : text([anything(at.scope.world.fresh(), causeOf(each))]);
  });
}

/** `Fn::Length`. */
export function length(argument: unknown, at: Evaluation): Value {
  return spread([at.resolve(argument)], ([list]) => {
    if (!isList(list)) return isUnknown(list) ? unknown(list.cause, list.detail) : malformed('Fn::Length');
    return list.some(mayBeAbsent) ? unknown('function', 'the length of a list with optional elements') : list.length;
  });
}

/** `Fn::ToJsonString`. */
export function toJsonString(argument: unknown, at: Evaluation): Value {
  const value = at.resolve(argument);
  return isLiteral(value)
    ? literalText(JSON.stringify(value))
    : text([anything(at.scope.world.fresh(), causeOf(value))]);
}

function isLiteral(value: Value): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (isList(value)) return value.every(isLiteral);
  return Object.getOwnPropertySymbols(value).length === 0 && Object.values(value).every(isLiteral);
}

function malformed(name: string): Value {
  return unknown('malformed', `an ${name} that CloudFormation does not accept`);
}

function digest(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16);
}
