export type JsonMap = Readonly<Record<string, unknown>>;

/** A map, be it empty: what is none has no members. */
export function mapOf(value: unknown): JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonMap) : {};
}

/** A text that is not empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A member of the map itself, never of its prototype. */
export function own(map: JsonMap, key: string): unknown {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/** A list of texts that is not empty. */
export function isList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((each) => textOf(each) !== undefined);
}
