import { isAbsent, isText, isUnknown, text, unknown } from '../model/value';
import type { Hole, TextPart, UnknownCause, Value } from '../model/value';
import { spread } from './choices';

const MAX_PARTS = 2_000;
const MAX_LENGTH = 1_000_000;
const DYNAMIC = '{{resolve:';

/** Gives a name to what is not known, never the same one twice: two unknowns are never taken for equal. */
export type FreshSource = (why?: string) => string;

/**
 * Joins values to a text. Choices multiply within their budget; an absent value is left out; what is no text becomes
 * a hole of which nothing is known.
 */
export function concat(values: readonly Value[], fresh: FreshSource): Value {
  return spread(values, (each) => joined(each, fresh));
}

function joined(values: readonly Value[], fresh: FreshSource): Value {
  const parts: TextPart[] = [];
  let length = 0;
  const add = (part: TextPart): void => {
    if (typeof part !== 'string') {
      parts.push(part);
      return;
    }
    length += part.length;
    const last = parts.length - 1;
    if (typeof parts[last] === 'string') parts[last] += part;
    else if (part !== '') parts.push(part);
  };
  for (const value of values) {
    if (typeof value === 'string') add(value);
    else if (isText(value)) value.parts.forEach(add);
    else if (isUnknown(value)) add(anything(fresh(value.detail), value.cause));
    else if (typeof value !== 'object') add(String(value));
    else if (!isAbsent(value)) add(anything(fresh('a list or a map in place of a text'), 'malformed'));
  }
  if (parts.length > MAX_PARTS || length > MAX_LENGTH) return unknown('budget', 'a very long text');
  const dynamic = parts.some((part) => typeof part === 'string' && part.includes('{{'));
  return text(dynamic ? foldDynamicReferences(parts) : parts);
}

/** A literal of the template; a dynamic reference in it is a hole. */
export function literalText(value: string): Value {
  return value.includes(DYNAMIC) ? text(foldDynamicReferences([value])) : value;
}

/** A hole of which nothing is known. */
export function anything(source: string, cause: UnknownCause): Hole {
  return { shape: 'any', source, cause };
}

/** The text as a key: two texts with the same key are the same text after deployment. */
export function canonical(value: Value): string | undefined {
  if (isText(value)) return value.parts.map((part) => (typeof part === 'string' ? part : nameOf(part))).join('');
  return typeof value === 'object' ? undefined : String(value);
}

function nameOf(hole: Hole): string {
  return `\u0000${hole.source}\u0000`;
}

/** Turns each `{{resolve:…}}`, which may have holes in it, into one hole. */
function foldDynamicReferences(parts: readonly TextPart[]): readonly TextPart[] {
  const merged = text(parts);
  if (typeof merged === 'string') return foldLiteral(merged);
  const folded: TextPart[] = [];
  let reference: string | undefined;
  for (const part of merged.parts) {
    if (typeof part !== 'string') {
      if (reference === undefined) folded.push(part);
      else reference += `\${${part.source}}`;
      continue;
    }
    let rest = part;
    if (reference !== undefined) {
      const end = rest.indexOf('}}');
      if (end < 0) {
        reference += rest;
        continue;
      }
      folded.push(anything(reference + rest.slice(0, end + 2), 'dynamic-reference'));
      reference = undefined;
      rest = rest.slice(end + 2);
    }
    const open = rest.lastIndexOf(DYNAMIC);
    if (open >= 0 && !rest.includes('}}', open)) {
      reference = rest.slice(open);
      rest = rest.slice(0, open);
    }
    folded.push(...foldLiteral(rest));
  }
  // A reference without its end is text to CloudFormation; here it is not known what it becomes.
  if (reference !== undefined) folded.push(anything(reference, 'dynamic-reference'));
  return folded;
}

function foldLiteral(literal: string): readonly TextPart[] {
  return literal
    .split(/(\{\{resolve:[^{}]*\}\})/)
    .map((part) => (part.startsWith(DYNAMIC) && part.endsWith('}}') ? anything(part, 'dynamic-reference') : part));
}
