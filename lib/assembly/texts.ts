import { isAbsent, isText, isUnknown, text, unknown } from '../model/value';
import type { Hole, TextPart, UnknownCause, Value } from '../model/value';
import { spread } from './choices';

const MAX_PARTS = 2_000;
const MAX_LENGTH = 1_000_000;
const DYNAMIC = '{{resolve:';

/** Gives a name to what is not known, never the same one twice: two unknowns are never taken for equal. */
export type FreshSource = () => string;

/**
 * Joins values to a text. Choices multiply within their budget; an absent value is left out; what is no text becomes
 * a hole of which nothing is known.
 */
export function concat(values: readonly Value[], fresh: FreshSource): Value {
  return spread(values, (each) => {
    const parts = each.flatMap((value) => partsOf(value, fresh));
    if (parts.length > MAX_PARTS || lengthOf(parts) > MAX_LENGTH) return unknown('budget', 'a very long text');
    return text(foldDynamicReferences(parts));
  });
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

function partsOf(value: Value, fresh: FreshSource): readonly TextPart[] {
  if (isText(value)) return value.parts;
  if (isAbsent(value)) return [];
  if (isUnknown(value)) return [anything(fresh(), value.cause)];
  if (typeof value === 'object') return [anything(fresh(), 'malformed')];
  return [String(value)];
}

function lengthOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 1), 0);
}

/** Turns each `{{resolve:…}}`, which may have holes in it, into one hole. */
function foldDynamicReferences(parts: readonly TextPart[]): readonly TextPart[] {
  if (!parts.some((part) => typeof part === 'string' && part.includes('{{'))) return parts;
  const joined = text(parts);
  if (typeof joined === 'string') return foldLiteral(joined);
  const folded: TextPart[] = [];
  let reference: string | undefined;
  for (const part of joined.parts) {
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
