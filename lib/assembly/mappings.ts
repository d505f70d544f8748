import { isText, isUnknown, text, unknown } from '../model/value';
import type { Value } from '../model/value';
import { equalityAtom } from './atoms';
import { canEqual } from './can-equal';
import { choose, spread } from './choices';
import type { Evaluation } from './evaluation';
import { isRawMap, own } from './raw';
import type { RawMap } from './raw';
import { anything } from './texts';

const MAX_CANDIDATES = 16;

/**
 * `Fn::FindInMap`. A key that is not known gives one of the values that the mapping has: a deployment with another
 * key fails.
 */
export function findInMap(argument: unknown, at: Evaluation): Value {
  if (!Array.isArray(argument) || argument.length < 3 || argument.length > 4) {
    return unknown('malformed', 'an Fn::FindInMap without a map and two keys');
  }
  const [map, first, second] = argument.slice(0, 3).map((each) => at.resolve(each));
  const fallback = isRawMap(argument[3]) ? own(argument[3], 'DefaultValue') : undefined;
  return spread([map, first, second], ([name, top, key]) => {
    if (typeof name !== 'string') return unknown('mapping', 'a mapping whose name is not known');
    const mapping = own(at.scope.mappings, name);
    if (!isRawMap(mapping)) {
      return fallback === undefined ? missing(at, `mapping "${name}"`) : at.resolve(fallback);
    }
    return pick(mapping, top, at, name, fallback, (row) =>
      isRawMap(row)
        ? pick(row, key, at, name, fallback, (value) => at.resolve(value))
        : unknown('malformed', `mapping "${name}"`),
    );
  });
}

function pick(
  map: RawMap,
  key: Value | undefined,
  at: Evaluation,
  name: string,
  fallback: unknown,
  then: (value: unknown) => Value,
): Value {
  const other = (): Value =>
    fallback === undefined ? missing(at, `a key of mapping "${name}"`) : at.resolve(fallback);
  if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') {
    const found = own(map, String(key));
    return found === undefined ? other() : then(found);
  }
  if (!isText(key)) return isUnknown(key) ? key : unknown('malformed', `a key of mapping "${name}"`);
  const candidates = Object.keys(map).filter((each) => canEqual(key, each));
  const [part] = key.parts;
  if (candidates.length > MAX_CANDIDATES || key.parts.length > 1 || typeof part !== 'object') {
    return several(
      candidates.map((each) => then(own(map, each))),
      at,
      name,
      fallback,
    );
  }
  return (
    candidates.reduceRight<Value | undefined>(
      (others, candidate) => {
        const found = then(own(map, candidate));
        return others === undefined ? found : choose(equalityAtom(at.scope, part.source, candidate), found, others);
      },
      fallback === undefined ? undefined : at.resolve(fallback),
    ) ?? other()
  );
}

/** One of many values, without saying which. */
function several(values: readonly Value[], at: Evaluation, name: string, fallback: unknown): Value {
  const detail = `mapping "${name}"`;
  if (fallback !== undefined || values.length === 0 || values.some((each) => typeof each === 'object')) {
    return unknown('mapping', detail);
  }
  if (values.every((each) => each === values[0])) return values[0];
  return text([anything(at.scope.world.fresh(detail), 'mapping')]);
}

function missing(at: Evaluation, what: string): Value {
  return unknown(at.scope.transformed ? 'transform' : 'mapping', `${what}, which the template does not have`);
}
