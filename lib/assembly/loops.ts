import type { RawMap } from './raw';
import { isRawMap, own } from './raw';

const SECTIONS = ['Conditions', 'Resources', 'Outputs'] as const;
/** A template has 500 resources at most; a loop that makes more than this is left as it stands. */
const MOST_COPIES = 5_000;
const MOST_DEPTH = 100;
const PREFIX = 'Fn::ForEach';

/**
 * Writes out the loops of a template. INVARIANT: a loop over what the template does not know as literals, or that makes
 * too much, stays where it is, and is unknown by its name there.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
 */
export function withLoopsWrittenOut(body: RawMap): RawMap {
  const left = { copies: MOST_COPIES };
  return withEntries(body, ([key, value]) => [
    [key, (SECTIONS as readonly string[]).includes(key) ? writtenOut(value, left, 0) : value],
  ]);
}

interface Left {
  copies: number;
}

function writtenOut(value: unknown, left: Left, depth: number): unknown {
  if (depth > MOST_DEPTH) return value;
  if (Array.isArray(value)) return value.map((each) => writtenOut(each, left, depth + 1));
  if (!isRawMap(value)) return value;
  return withEntries(value, ([key, each]) =>
    key.startsWith(PREFIX)
      ? (copiesOf(each, left, depth) ?? [[key, each]])
      : [[key, writtenOut(each, left, depth + 1)]],
  );
}

/** The entries that a loop stands for; `undefined` where they are not known. */
function copiesOf(loop: unknown, left: Left, depth: number): readonly (readonly [string, unknown])[] | undefined {
  if (!Array.isArray(loop) || loop.length !== 3) return undefined;
  const [identifier, collection, fragment] = loop as readonly unknown[];
  if (typeof identifier !== 'string' || !isRawMap(fragment) || !Array.isArray(collection)) return undefined;
  if (!collection.every((each) => typeof each === 'string' || typeof each === 'number')) return undefined;
  left.copies -= collection.length;
  if (left.copies < 0) return undefined;
  return collection.flatMap((each) =>
    Object.entries(writtenOut(replaced(fragment, identifier, String(each), 0), left, depth + 1) as RawMap),
  );
}

/** A fragment where the identifier has this value: `${Id}`, `&{Id}` and `Ref: Id`. */
function replaced(value: unknown, identifier: string, by: string, depth: number): unknown {
  if (typeof value === 'string') {
    // In `&{Id}` only letters and digits of the value are left, so that it can be part of a logical id.
    return value.replaceAll(`\${${identifier}}`, by).replaceAll(`&{${identifier}}`, by.replaceAll(/[^A-Za-z0-9]/g, ''));
  }
  if (depth > MOST_DEPTH || typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => replaced(each, identifier, by, depth + 1));
  const map = value as RawMap;
  if (own(map, 'Ref') === identifier && Object.keys(map).length === 1) return by;
  return withEntries(map, ([key, each]) => [
    [replaced(key, identifier, by, depth) as string, replaced(each, identifier, by, depth + 1)],
  ]);
}

/** The map with other entries; keys such as `__proto__` stay keys. */
function withEntries(
  map: RawMap,
  change: (entry: readonly [string, unknown]) => readonly (readonly [string, unknown])[],
): RawMap {
  return Object.fromEntries(Object.entries(map).flatMap(change));
}
