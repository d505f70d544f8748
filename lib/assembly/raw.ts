/** A JSON object of which nothing is known but that it is one. */
export type RawMap = Readonly<Record<string, unknown>>;

const NONE: RawMap = Object.freeze({});

export function isRawMap(value: unknown): value is RawMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value as a map; an empty one where it is something else. */
export function rawMap(value: unknown): RawMap {
  return isRawMap(value) ? value : NONE;
}

/** The member of a map that it has itself: keys such as `constructor` and `__proto__` are keys like any other. */
export function own(map: RawMap, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The member, where it is a string. */
export function ownString(map: RawMap, key: string): string | undefined {
  const value = own(map, key);
  return typeof value === 'string' ? value : undefined;
}

/** What a value is, for a message; never its content. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'a map' : `a ${typeof value}`;
}
