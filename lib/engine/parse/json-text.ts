import { isList, isMap, text } from '../../model/value';
import type { Hole, Text, TextPart, Value } from '../../model/value';

/** Private-use characters stand for holes while JSON is read. */
const FIRST_STAND_IN = 0xe000;
const MOST_HOLES = 256;

/**
 * Reads JSON with holes inside of its strings. `undefined` where it is no JSON, or where a hole could hold anything
 * and so could close its string.
 */
export function parseJsonText(source: string | Text): Value | undefined {
  const parts: readonly TextPart[] = typeof source === 'string' ? [source] : source.parts;
  const holes: Hole[] = [];
  let json = '';
  for (const part of parts) {
    if (typeof part === 'string') {
      if (parts.length > 1 && /[\uE000-\uE0FF]/.test(part)) return undefined;
      json += part;
    } else {
      if (part.shape === 'any' || holes.length === MOST_HOLES) return undefined;
      json += String.fromCharCode(FIRST_STAND_IN + holes.length);
      holes.push(part);
    }
  }
  try {
    const value = JSON.parse(json) as Value;
    return holes.length === 0 ? value : withHoles(value, holes);
  } catch {
    return undefined; // No JSON, or nested deeper than the stack.
  }
}

function withHoles(value: Value, holes: readonly Hole[]): Value {
  if (typeof value === 'string') return putBack(value, holes);
  if (isList(value)) return value.map((each) => withHoles(each, holes));
  if (isMap(value)) {
    // A hole in a key is not resolved: the key then reads as unrecognised, never as absent.
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withHoles(each, holes)]));
  }
  return value;
}

function putBack(value: string, holes: readonly Hole[]): string | Text {
  const parts = value
    .split(/([\uE000-\uE0FF])/)
    .map((part): TextPart => (/^[\uE000-\uE0FF]$/.test(part) ? holes[part.charCodeAt(0) - FIRST_STAND_IN] : part));
  return text(parts);
}
