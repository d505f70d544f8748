import type { PolicyText } from '../../model/policy';
import { isUnknown } from '../../model/value';
import type { Hole, Text, TextPart } from '../../model/value';
import { matches } from './glob';
import { HoleGlob, unitsOf } from './glob-over-holes';
import { contains, intersects, patternOf } from './pattern';

/** An answer with three values: for sure, for sure not, or not known. */
export type Tri = 'yes' | 'no' | 'maybe';

export function not(tri: Tri): Tri {
  return tri === 'maybe' ? tri : tri === 'yes' ? 'no' : 'yes';
}

/** Yes where one is, no where all are. */
export function anyOf(tris: Iterable<Tri>): Tri {
  let found: Tri = 'no';
  for (const tri of tris) {
    if (tri === 'yes') return tri;
    if (tri === 'maybe') found = tri;
  }
  return found;
}

/** No where one is, yes where all are. */
export function allOf(tris: Iterable<Tri>): Tri {
  let found: Tri = 'yes';
  for (const tri of tris) {
    if (tri === 'no') return tri;
    if (tri === 'maybe') found = tri;
  }
  return found;
}

/** Of a text with holes, one string in which each hole is a symbol. The same text has the same string. */
export function canonical(source: PolicyText): string {
  if (typeof source === 'string') return source;
  if (isUnknown(source)) return '\u0004';
  let known = canonicals.get(source);
  if (known === undefined) {
    known = source.parts.map((part) => (typeof part === 'string' ? part : symbolOf(part))).join('');
    canonicals.set(source, known);
  }
  return known;
}

const canonicals = new WeakMap<object, string>();
/** Of a hole that may hold a wildcard, the symbol begins with a mark at which a fixed beginning ends. */
const symbolOf = ({ source, resource, attribute, shape }: Hole): string =>
  `${shape === 'any' ? '\u0004' : ''}\u0001${resource ?? ''}\u0001${attribute ?? ''}\u0001${shape}\u0001${source}\u0002`;
const WILD = /[*?]|\$\{/;
/** Where the fixed beginning of a pattern ends. */
const OPEN = /[*?$\u0004]/;
const OPEN_CODES: ReadonlySet<number> = new Set(Array.from('*?$\u0004', (character) => character.charCodeAt(0)));

/** Whether a text names one thing: no wildcard, no policy variable, nothing that may hold one. */
export function isExact(source: PolicyText): boolean {
  if (typeof source === 'string') return !WILD.test(source);
  if (isUnknown(source)) return false;
  return source.parts.every((part) => (typeof part === 'string' ? !WILD.test(part) : part.shape !== 'any'));
}

/**
 * How wildcards and colons go together. `resource`: a wildcard in the middle of an ARN may cross colons, but not for
 * sure. `string`: it crosses them. `arn`: the six parts of an ARN are compared one by one.
 */
export type Colons = 'resource' | 'string' | 'arn';

/**
 * A pattern that is compared with many texts, each of which names one thing.
 * Exact where what differs is literal; two resources never have the same generated name.
 */
export class TextPattern {
  private readonly canonical: string;
  /** What every matching text begins with. */
  private readonly fixed: string;
  private readonly rest: string;
  /** Of `fixed`, all up to the end of its last symbol; absent where a symbol is cut in two. */
  private readonly head: string | undefined;
  private readonly literalRest: boolean;
  private parts?: readonly string[];
  private readonly globs: Partial<Record<Colons, HoleGlob>> = {};

  constructor(readonly source: PolicyText) {
    this.canonical = canonical(source);
    const open = OPEN.exec(this.canonical)?.index ?? this.canonical.length;
    this.fixed = this.canonical.slice(0, open);
    this.rest = this.canonical.slice(open);
    const end = this.fixed.lastIndexOf('\u0002') + 1;
    this.head = this.fixed.includes('\u0001', end) ? undefined : this.fixed.slice(0, end);
    this.literalRest = !/[\u0001\u0004]|\$\{/.test(this.rest);
  }

  /** `text` and its canonical form. */
  match(text: PolicyText, form: string, colons: Colons): Tri {
    return this.quickly(text, form, colons) ?? this.search(text, form, colons);
  }

  /** Whether `match` says anything but `no`: whether it is for sure need not be searched for. */
  mayMatch(text: PolicyText, form: string, colons: Colons): boolean {
    const found = this.quickly(text, form, colons);
    return found === undefined ? !this.isApart(text, form) : found !== 'no';
  }

  private quickly(text: PolicyText, form: string, colons: Colons): Tri | undefined {
    if (this.canonical === '*' && colons !== 'arn') return 'yes';
    if (this.canonical === '\u0004' || form === '\u0004') return 'maybe';
    if (colons === 'arn' && form.includes('\u0001')) {
      const found = this.byParts(form, true);
      if (found !== undefined) return found;
    }
    if (form.startsWith(this.fixed)) {
      if (this.rest === '') {
        if (form.length === this.fixed.length) return 'yes';
        if (!form.includes('\u0001', this.fixed.length)) return 'no';
      } else if (this.literalRest) {
        if (!form.includes('\u0001', this.fixed.length)) return this.matchRest(form, colons);
        const found = this.matchHoles(text, form, colons);
        if (found !== undefined) return found;
      }
    } else {
      // Both go on with literal characters alone, which differ somewhere: where makes no difference.
      const { head } = this;
      if (head !== undefined && lastSymbolIn(form) < head.length && form.startsWith(head)) return 'no';
      const at = firstDifference(this.fixed, form);
      if (isPlain(this.fixed, at) && isPlain(form, at)) return 'no';
    }
    return colons === 'string' ? undefined : this.byParts(form, false);
  }

  /**
   * Part by part, where both are ARNs: what is the same in each part matches, what differs in a part without wildcards
   * does not. A hole beside other text may be that text. `undefined` where it takes a search to know. `apart`: no
   * wildcard takes a colon.
   */
  private byParts(form: string, apart: boolean): Tri | undefined {
    const parts = (this.parts ??= partsOf(this.canonical));
    const others = partsOf(form);
    if (parts.length !== 6 || others.length !== 6) return undefined;
    const heads = parts.slice(0, 5).map((part, index) => partMatches(part, others[index], false));
    if (heads.includes(undefined)) return undefined;
    const head = allOf(heads as readonly Tri[]);
    const fixedHead = apart || !parts.slice(0, 5).some((part) => OPEN.test(part));
    if (head === 'no') return fixedHead ? head : undefined;
    const tail = partMatches(parts[5], others[5], hasMadeUpNames(parts));
    if (tail === 'no' || tail === undefined) return fixedHead ? tail : undefined;
    return allOf([head, tail]);
  }

  private matchHoles(text: PolicyText, form: string, colons: Colons): Tri | undefined {
    const before = colons === 'string' ? 5 : colonsIn(this.fixed);
    const glob = (this.globs[colons] ??= new HoleGlob(this.rest, Math.max(0, 5 - before)));
    return glob.match(unitsOf(text as Text, form), this.fixed.length);
  }

  private matchRest(form: string, colons: Colons): Tri {
    const left = form.slice(this.fixed.length);
    if (!matches(this.rest, left)) return 'no';
    if (colons === 'string') return 'yes';
    const before = colonsIn(this.fixed);
    if (before >= 5) return 'yes';
    // Part by part, up to the resource, in which wildcards may take colons.
    const patternParts = splitAt(this.rest, 5 - before);
    const textParts = splitAt(left, 5 - before);
    const byPart =
      patternParts.length === textParts.length && patternParts.every((part, index) => matches(part, textParts[index]));
    if (byPart) return 'yes';
    return colons === 'arn' && before + patternParts.length === 6 ? 'no' : 'maybe';
  }

  private search(text: PolicyText, form: string, colons: Colons): Tri {
    // Most are apart, and that is told sooner.
    if (this.isApart(text, form)) return 'no';
    const segments = colons === 'string' ? 0 : 5;
    return contains(patternOf(this.source, { segments }), exactPattern(text)) ? 'yes' : 'maybe';
  }

  private isApart(text: PolicyText, form: string): boolean {
    const common = commonPrefix(this.canonical, form);
    if (areApart(this.canonical.slice(common), form.slice(common))) return true;
    return !intersects(patternOf(this.source), exactPattern(text));
  }
}

const compiled = new WeakMap<object, TextPattern>();

/** The pattern of a text; of one with holes always the same. */
export function textPattern(source: PolicyText): TextPattern {
  if (typeof source === 'string') return new TextPattern(source);
  let known = compiled.get(source);
  if (known === undefined) compiled.set(source, (known = new TextPattern(source)));
  return known;
}

/** Whether two patterns may match the same text; `false` is for sure. */
export function canMeet(a: PolicyText, b: PolicyText): boolean {
  if (a === '*' || b === '*' || isUnknown(a) || isUnknown(b)) return true;
  const [from, to] = [canonical(a), canonical(b)];
  if (from === to) return true;
  const at = commonPrefix(from, to);
  if (areApart(from.slice(at), to.slice(at))) return false;
  if (from.startsWith('arn:') && from.endsWith(':s3:::', at) && isNotMadeUp(from.slice(at), to.slice(at))) return false;
  return intersects(patternOf(a), patternOf(b));
}

/** Whether two texts in which nothing is a wildcard, such as two accounts, are the same. */
export function sameText(a: PolicyText, b: PolicyText): Tri {
  if (typeof a === 'string' && typeof b === 'string') return a === b ? 'yes' : 'no';
  if (isUnknown(a) || isUnknown(b)) return 'maybe';
  const [from, to] = [canonical(a), canonical(b)];
  if (from === to) return 'yes';
  const at = commonPrefix(from, to);
  if (areApart(from.slice(at), to.slice(at))) return 'no';
  const parts = partsOf(from);
  const others = parts.length === 6 && !OPEN.test(from + to) ? partsOf(to) : [];
  if (others.length === 6) {
    const madeUp = hasMadeUpNames(parts);
    return parts.some((part, index) => partMatches(part, others[index], madeUp) === 'no') ? 'no' : 'maybe';
  }
  return intersects(exactPattern(a), exactPattern(b)) ? 'maybe' : 'no';
}

/** A text as the pattern that only it matches: nothing in its literal parts is a wildcard or a variable. */
export function exactPattern(source: PolicyText): ReturnType<typeof patternOf> {
  if (typeof source === 'string') return patternOf(escaped(source));
  let known = exactPatterns.get(source);
  if (known === undefined) exactPatterns.set(source, (known = patternOf(escaped(source))));
  return known;
}

const exactPatterns = new WeakMap<object, ReturnType<typeof patternOf>>();

/** The pattern that only this text matches, as text. */
export function escaped(source: PolicyText): PolicyText {
  if (isUnknown(source)) return source;
  const escape = (part: string): string => part.replaceAll(/[*?$]/g, (character) => `\${${character}}`);
  if (typeof source === 'string') return escape(source);
  return { ...source, parts: source.parts.map((part): TextPart => (typeof part === 'string' ? escape(part) : part)) };
}

function firstDifference(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  return at;
}

/** Whether a literal character stands at a place, not a symbol or the inside of one. */
function isPlain(form: string, at: number): boolean {
  const character = form.charCodeAt(at);
  // Past the end nothing can follow; a text that has ended is as plain as a character.
  if (character === 1 || character === 4) return false;
  return form.lastIndexOf('\u0001', at) <= form.lastIndexOf('\u0002', at);
}

/** The length of the common beginning: no wildcard, no half of a symbol or a variable in it. */
function commonPrefix(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let at = 0;
  let whole = 0;
  let inside = false;
  while (at < most) {
    const character = a.charCodeAt(at);
    if (character !== b.charCodeAt(at) || OPEN_CODES.has(character)) break;
    if (character === 1) inside = true;
    else if (character === 2) inside = false;
    at += 1;
    if (!inside) whole = at;
  }
  return whole;
}

const SYMBOL = /^\u0001([^\u0001]*)\u0001([^\u0001]*)\u0001([^\u0001]*)\u0001([^\u0002]*)\u0002(.?)/;

/**
 * Whether two texts go on with names of two different resources: names are unique in their account and region. What
 * follows a name must end it, or else the one name could be the beginning of the other.
 */
function areApart(a: string, b: string): boolean {
  const one = SYMBOL.exec(a);
  const other = SYMBOL.exec(b);
  if (one === null || other === null || one[1] === '' || other[1] === '' || one[1] === other[1]) return false;
  if (one[2] !== other[2]) return false;
  return [one, other].every(([, , , shape, , next]) => next === '' || (shape === 'segment' && /[/:]/.test(next)));
}

/**
 * What CloudFormation makes up for a role, user, group, policy or bucket: stack, logical id and some letters and digits, of
 * which the last stay where the name would be too long. Of a bucket for which only a prefix was given: `-an`.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
 */
const GENERATED = /-(?:[A-Za-z0-9]{8,}|an)$/;
const CHUNK = /^([^*?$:/\u0001\u0002\u0004]*)(?=[:/]|$)/;

/** Whether what CloudFormation makes up for the resource of such an ARN has a shape that AWS documents. */
function hasMadeUpNames([, , service, region, account]: readonly string[]): boolean {
  return service === 'iam' || (service === 's3' && region === '' && account === '');
}

/** Whether one of two texts goes on with a name that CloudFormation makes up, and the other with none such. */
function isNotMadeUp(a: string, b: string): boolean {
  const one = SYMBOL.exec(a);
  const symbol = one ?? SYMBOL.exec(b);
  if (symbol === null) return false;
  const [, resource, attribute, shape, source, next] = symbol;
  if (source !== resource || attribute !== 'Ref' || shape !== 'segment') return false;
  if (next !== '' && !/[/:]/.test(next)) return false;
  const literal = one === null ? a : b;
  const chunk = CHUNK.exec(literal);
  return chunk !== null && !GENERATED.test(chunk[1]);
}

function colonsIn(form: string): number {
  let found = 0;
  // A colon inside of a symbol is none of the ARN.
  for (const part of form.includes('\u0001') ? form.replaceAll(/\u0001[^\u0002]*\u0002/g, '') : form) {
    if (part === ':') found += 1;
  }
  return found;
}

/** The six parts of an ARN; something else where it is none, or where a hole before its last part may hold colons. */
function partsOf(form: string): readonly string[] {
  if (!form.startsWith('arn:')) return [];
  if (lastParts[0] === form) return lastParts[1];
  const parts: string[] = [];
  let start = 0;
  let inside = false;
  for (let at = 0; at < form.length && parts.length < 5; at += 1) {
    const character = form.charCodeAt(at);
    if (character <= 2) inside = character === 1;
    else if (!inside && character === 58) {
      parts.push(form.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(form.slice(start));
  const colonFree = parts.slice(0, 5).every((part) => !/\u0004|\u0001physical-id\u0001/.test(part));
  lastParts = [form, colonFree ? parts : []];
  return lastParts[1];
}

/** The place in the last symbol of a text, or of a mark; -1 where there is none. */
function lastSymbolIn(form: string): number {
  if (lastSymbol[0] !== form) lastSymbol = [form, Math.max(form.lastIndexOf('\u0001'), form.lastIndexOf('\u0004'))];
  return lastSymbol[1];
}

/** The same text is compared with many patterns in a row. */
let lastSymbol: readonly [form: string, at: number] = ['', -1];
let lastParts: readonly [form: string, parts: readonly string[]] = ['', []];

/** `maybe` where a hole meets other text; `undefined` where wildcards and holes meet. */
function partMatches(pattern: string, part: string, madeUp: boolean): Tri | undefined {
  if (pattern === '*' || (pattern === part && !pattern.includes('${'))) return 'yes';
  const open = OPEN.exec(pattern)?.index ?? pattern.length;
  const fixed = pattern.slice(0, open);
  const rest = pattern.slice(open);
  if (part.startsWith(fixed)) {
    const left = part.slice(open);
    if (rest === '*') return 'yes';
    if (/[\u0001\u0004]|\$\{/.test(rest) || (rest !== '' && left.includes('\u0001'))) return undefined;
    if (left.includes('\u0004')) return undefined;
    return matches(rest, left) ? 'yes' : 'no';
  }
  const at = firstDifference(fixed, part);
  if (isPlain(fixed, at) && isPlain(part, at)) return 'no';
  const common = commonPrefix(pattern, part);
  const [one, other] = [pattern.slice(common), part.slice(common)];
  if (areApart(one, other) || isNoSuffix(one, other) || isNoSuffix(other, one)) return 'no';
  return madeUp && isNotMadeUp(one, other) ? 'no' : 'maybe';
}

/** Whether a text goes on with a suffix and ends with it, and the other one with what is none. */
function isNoSuffix(one: string, other: string): boolean {
  const symbol = SYMBOL.exec(one);
  if (symbol === null || symbol[3] !== 'suffix' || symbol[0].length !== one.length) return false;
  const open = /[*?$\u0001\u0004]/.exec(other)?.index;
  return !(open === undefined ? /^[A-Za-z0-9]{6}$/.test(other) : /^[A-Za-z0-9]{0,6}$/.test(other.slice(0, open)));
}

function splitAt(source: string, most: number): readonly string[] {
  const parts = source.split(':');
  return parts.length <= most ? parts : [...parts.slice(0, most), parts.slice(most).join(':')];
}
