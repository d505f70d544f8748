import type { PolicyText } from '../../model/policy';
import { isUnknown } from '../../model/value';
import type { Hole, TextPart } from '../../model/value';
import { matches } from './glob';
import { contains, intersects, patternOf } from './pattern';

/** An answer with three values: for sure, for sure not, or not known. */
export type Tri = 'yes' | 'no' | 'maybe';

export function not(tri: Tri): Tri {
  return tri === 'maybe' ? tri : tri === 'yes' ? 'no' : 'yes';
}

/** Of a text with holes, one string in which each hole is a symbol. The same text has the same string. */
export function canonical(source: PolicyText): string {
  if (typeof source === 'string') return source;
  if (isUnknown(source)) return '\u0003';
  let known = canonicals.get(source);
  if (known === undefined) {
    known = source.parts.map((part) => (typeof part === 'string' ? part : symbolOf(part))).join('');
    canonicals.set(source, known);
  }
  return known;
}

const canonicals = new WeakMap<object, string>();
/** Of a hole that may hold a wildcard, the symbol begins with a mark at which a common beginning ends. */
const symbolOf = ({ source, resource, attribute, shape }: Hole): string =>
  `${shape === 'any' ? '\u0004' : ''}\u0001${resource ?? ''}\u0001${attribute ?? ''}\u0001${shape}\u0001${source}\u0002`;
const WILD = /[*?]|\$\{/;

/** Whether a text names one thing: no wildcard, no policy variable, nothing that may hold one. */
export function isExact(source: PolicyText): boolean {
  if (typeof source === 'string') return !WILD.test(source);
  if (isUnknown(source)) return false;
  return source.parts.every((part) => (typeof part === 'string' ? !WILD.test(part) : part.shape !== 'any'));
}

/**
 * Whether a resource pattern matches a text that names one thing.
 * Exact where both are literal or begin with the same holes. Two resources never have the same generated name.
 * Wildcards in the middle of an ARN may cross colons, but not for sure.
 */
export function matchResource(pattern: PolicyText, subject: PolicyText): Tri {
  if (pattern === '*') return 'yes';
  if (isUnknown(pattern) || isUnknown(subject)) return 'maybe';
  const from = canonical(pattern);
  const to = canonical(subject);
  if (from === to && !(typeof pattern === 'string' ? pattern : from).includes('${')) return 'yes';
  const at = commonPrefix(from, to);
  const [rest, left] = [from.slice(at), to.slice(at)];
  if (!isSymbolic(rest) && !isSymbolic(left) && !rest.includes('${')) {
    if (!matches(rest, left)) return 'no';
    return crossesColons(from, at, rest, left) ? 'maybe' : 'yes';
  }
  if (areApart(rest, left)) return 'no';
  if (contains(patternOf(pattern, { segments: 5 }), subjectPattern(subject))) return 'yes';
  return intersects(patternOf(pattern), subjectPattern(subject)) ? 'maybe' : 'no';
}

/** A pattern under which two others can meet; `false` is for sure. Quicker than, and before, a search. */
export function canMeet(a: PolicyText, b: PolicyText): boolean {
  if (a === '*' || b === '*' || isUnknown(a) || isUnknown(b)) return true;
  const [from, to] = [canonical(a), canonical(b)];
  if (from === to) return true;
  const at = commonPrefix(from, to);
  if (areApart(from.slice(at), to.slice(at))) return false;
  return intersects(patternOf(a), patternOf(b));
}

/** Whether two texts without wildcards, such as two accounts, are the same. */
export function sameText(a: PolicyText, b: PolicyText): Tri {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 'yes' : 'no';
  if (isUnknown(a) || isUnknown(b)) return 'maybe';
  const [from, to] = [canonical(a), canonical(b)];
  if (from === to) return 'yes';
  const at = commonPrefix(from, to);
  if (areApart(from.slice(at), to.slice(at))) return 'no';
  return intersects(subjectPattern(a), subjectPattern(b)) ? 'maybe' : 'no';
}

/** A text as the pattern that only it matches: nothing in its literal parts is a wildcard or a variable. */
export function subjectPattern(source: PolicyText): ReturnType<typeof patternOf> {
  if (isUnknown(source)) return patternOf(source);
  const escape = (part: TextPart): TextPart =>
    typeof part === 'string' ? part.replaceAll(/[*?$]/g, (character) => `\${${character}}`) : part;
  if (typeof source === 'string') return patternOf(escape(source) as string);
  return patternOf({ ...source, parts: source.parts.map(escape) });
}

function isSymbolic(text: string): boolean {
  return text.includes('\u0001');
}

/** The length of the common beginning: no wildcard, no half of a symbol or a variable in it. */
function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  let whole = 0;
  let inside = 0;
  while (at < most && a[at] === b[at] && a[at] !== '*' && a[at] !== '?' && a[at] !== '$' && a[at] !== '\u0004') {
    const character = a.charCodeAt(at);
    if (character === 1) inside += 1;
    else if (character === 2) inside = 0;
    at += 1;
    if (inside === 0) whole = at;
  }
  return whole;
}

const SYMBOL = /^\u0001([^\u0001]*)\u0001([^\u0001]*)\u0001([^\u0001]*)\u0001[^\u0002]*\u0002(.?)/;

/**
 * Whether two texts go on with names of two different resources: names are unique in their account and region. What
 * follows a name must end it, or else the one name could be the beginning of the other.
 */
function areApart(a: string, b: string): boolean {
  const one = SYMBOL.exec(a);
  const other = SYMBOL.exec(b);
  if (one === null || other === null || one[1] === '' || other[1] === '' || one[1] === other[1]) return false;
  if (one[2] !== other[2]) return false;
  return [one, other].every(([, , , shape, next]) => next === '' || (shape === 'segment' && /[/:]/.test(next)));
}

/** Whether the match might be owed to a wildcard before the resource part of an ARN that takes a colon. */
function crossesColons(pattern: string, at: number, rest: string, left: string): boolean {
  if (!/[*?]/.test(rest)) return false;
  const colons = count(pattern.slice(0, at));
  if (colons >= 5) return false;
  // Segment by segment, up to the resource part, in which wildcards may take colons.
  const patternParts = splitAt(rest, 5 - colons);
  const subjectParts = splitAt(left, 5 - colons);
  if (patternParts.length !== subjectParts.length) return true;
  return !patternParts.every((part, index) => matches(part, subjectParts[index]));
}

function count(text: string): number {
  let found = 0;
  // A colon inside of a symbol is none of the ARN.
  for (const part of text.replaceAll(/\u0001[^\u0002]*\u0002/g, '')) if (part === ':') found += 1;
  return found;
}

function splitAt(text: string, most: number): readonly string[] {
  const parts = text.split(':');
  return parts.length <= most ? parts : [...parts.slice(0, most), parts.slice(most).join(':')];
}
