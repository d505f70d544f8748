import type { PolicyText } from '../../model/policy';
import { text } from '../../model/value';
import type { Hole, Text } from '../../model/value';
import { Machine, accepts, meet, search } from './automaton';
import type { Sequence, Step } from './automaton';
import { shortestWord } from './shortest-word';
import {
  alphabetFor,
  fillerSample,
  fillerSteps,
  haveCommon,
  holeSymbol,
  literalTokens,
  sourceOf,
  stepsOf,
  tokenize,
} from './tokens';
import type { Reading, Token } from './tokens';

/** How a pattern is read; by default as a resource. */
export interface PatternOptions extends Partial<Reading> {
  /**
   * Up to which colon wildcards stop at colons: 5 compares an ARN segment by segment.
   * @default 0 - wildcards match colons
   */
  readonly segments?: number;
}

/** A pattern over symbolic text. */
export interface Pattern {
  readonly tokens: readonly Token[];
  readonly segments: number;
}

/** The pattern of a text as IAM reads it. An unknown gives a pattern that may be anything. */
export function patternOf(source: PolicyText, options: PatternOptions = {}): Pattern {
  const { segments = 0, variables = true, caseless = false } = options;
  const reading = `${segments}${variables}${caseless}`;
  let known = patterns.get(reading);
  if (known === undefined) patterns.set(reading, (known = { texts: new WeakMap(), literals: new Map() }));
  const found = typeof source === 'string' ? known.literals.get(source) : known.texts.get(source);
  if (found !== undefined) return found;
  const made: Pattern = { tokens: tokenize(source, { variables, caseless }), segments };
  if (typeof source !== 'string') known.texts.set(source, made);
  else {
    if (known.literals.size >= MOST_KEPT) known.literals.clear();
    known.literals.set(source, made);
  }
  return made;
}

/** How many patterns without holes are kept: the same few are compared with everything. */
const MOST_KEPT = 2_000;
const patterns = new Map<
  string,
  { readonly texts: WeakMap<object, Pattern>; readonly literals: Map<string, Pattern> }
>();

/** The pattern that only this text matches. */
export function exactly(source: string): Pattern {
  return { tokens: literalTokens(source), segments: 0 };
}

/** The requests of a path template: `/orders/{id}`, a parameter being one or more characters without `/`. */
export function templatePattern(template: string): Pattern {
  const tokens = template.split(/(\{[^{}]*\})/).flatMap((part, index): readonly Token[] => {
    if (index % 2 === 0) return literalTokens(part);
    return part.endsWith('+}')
      ? [{ kind: 'hole', filler: 'parameter' }, { kind: 'many' }]
      : [{ kind: 'hole', filler: 'parameter' }];
  });
  return { tokens, segments: 0 };
}

/** Enough for any two ARNs; three long patterns with many wildcards can exceed it. */
const BUDGET = 20_000;

/**
 * MAY: whether there is a text that both match, under some filling of the holes.
 * Errs on `true`: holes of the same source are filled independently.
 */
export function intersects(a: Pattern, b: Pattern): boolean {
  if (prefixesDiffer(a, b)) return false;
  const [one, other] = [wordOf(a), wordOf(b)];
  if (other !== undefined) return accepts(compile(a, FILLED), other);
  if (one !== undefined) return accepts(compile(b, FILLED), one);
  return meet(compile(a, FILLED), compile(b, FILLED), haveCommon);
}

/**
 * MUST: whether every text of `b` matches `a`, under every filling of the holes.
 * Errs on `false`: a hole of `a` matches the same hole of `b` and nothing else, and a search past its budget counts
 * as not contained.
 */
export function contains(a: Pattern, b: Pattern): boolean {
  if (a.tokens.length === 1 && a.tokens[0].kind === 'many' && a.segments === 0) return true;
  if (prefixesDiffer(a, b)) return false;
  const word = wordOf(b);
  if (word !== undefined) return accepts(compile(a, UNFILLED), word);
  const [outer, inner] = withoutCommonEnds(a, b);
  const { tokens } = outer;
  // INVARIANT: texts of a pattern that does not begin, or end, with the same symbol begin, or end, with several.
  if (tokens.length === 0) return inner.tokens.length === 0;
  if (!isWildcard(tokens[0]) || !isWildcard(tokens[tokens.length - 1])) return false;
  if (tokens.length === 1 && tokens[0].kind === 'many' && outer.segments === 0) return true;
  const shared = sharedSources([a, b]);
  if (!accepts(compile(outer, UNFILLED), sampleOf(inner, shared))) return false;
  return run([inner], [outer], shared, BUDGET).kind === 'none';
}

/** A text of a pattern, not the shortest: one that others are unlikely to match by accident. */
function sampleOf({ tokens }: Pattern, whole: ReadonlySet<string>): readonly string[] {
  return tokens.flatMap((token): readonly string[] => {
    if (token.kind === 'character') return [token.character];
    if (token.kind !== 'hole') return ['~'];
    const { source, filler } = token;
    return source !== undefined && whole.has(source) ? [holeSymbol({ filler, source })] : fillerSample(filler);
  });
}

/**
 * What two patterns have between the symbols that both begin and both end with: a character, or the same hole. Where
 * one contains the other, it does so without them, and the search is as short as what differs.
 */
function withoutCommonEnds(a: Pattern, b: Pattern): readonly [Pattern, Pattern] {
  const shorter = Math.min(a.tokens.length, b.tokens.length);
  let from = 0;
  let colons = 0;
  while (from < shorter && isSameSymbol(a.tokens[from], b.tokens[from])) {
    const token = a.tokens[from];
    if (token.kind === 'character' && token.character === ':') colons += 1;
    from += 1;
  }
  let less = 0;
  while (from + less < shorter && isSameSymbol(a.tokens.at(-1 - less), b.tokens.at(-1 - less))) less += 1;
  const between = ({ tokens, segments }: Pattern): Pattern => ({
    tokens: tokens.slice(from, tokens.length - less),
    segments: Math.max(0, segments - colons),
  });
  return [between(a), between(b)];
}

function isSameSymbol(one: Token | undefined, other: Token | undefined): boolean {
  if (one?.kind === 'character') return other?.kind === 'character' && one.character === other.character;
  if (one?.kind !== 'hole' || other?.kind !== 'hole' || one.source === undefined) return false;
  return one.source === other.source && one.filler === other.filler;
}

function isWildcard({ kind }: Token): boolean {
  return kind === 'one' || kind === 'some' || kind === 'many';
}

/** What a witness search gives. */
export type Witness =
  | { readonly kind: 'found'; readonly text: string | Text }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/**
 * A shortest text that matches all of `all` and none of `none`, under some filling of the holes; a hole that stands
 * in more than one place is a part of the text. `none` is for sure. `unknown` where the budget ended first, or where
 * a text was found only by filling the same hole in two ways.
 */
export function witness(
  { all, none }: { readonly all: readonly Pattern[]; readonly none: readonly Pattern[] },
  { budget = BUDGET }: { readonly budget?: number } = {},
): Witness {
  const shared = sharedSources([...all, ...none]);
  if (shared.size > 0 && all.length > 1) {
    // Filled independently there are more texts than in truth: where there is none, there is none in truth.
    const independent = run(all, none, new Set(), budget);
    if (independent.kind !== 'found') return independent;
  }
  const found = run(all, none, shared, budget);
  if (found.kind === 'found') return { kind: 'found', text: readable(found.symbols, [...all, ...none]) };
  // A hole taken as a whole never equals literal text, which another pattern of `all` may ask for.
  return found.kind === 'none' && shared.size > 0 && all.length > 1 ? { kind: 'unknown' } : found;
}

/** INVARIANT: in `none` a hole matches itself and nothing else, so that no text is left out that might be one. */
function run(
  all: readonly Pattern[],
  none: readonly Pattern[],
  whole: ReadonlySet<string>,
  budget: number,
): ReturnType<typeof search> {
  const patterns = [...all, ...none];
  const alphabet = [...alphabetFor(patterns.flatMap(charactersOf)), ...symbolsOf(patterns, whole)];
  const wanted = all.map((pattern) =>
    whole.size === 0
      ? compile(pattern, FILLED)
      : compile(pattern, (source) => source === undefined || !whole.has(source)),
  );
  const unwanted = none.map((pattern) => compile(pattern, UNFILLED));
  const symbols = shortestWord(wanted, unwanted, alphabet);
  if (symbols !== undefined) return { kind: 'found', symbols };
  const machine = (sequence: Sequence): Machine => new Machine([sequence], alphabet);
  return search(wanted.map(machine), unwanted.map(machine), alphabet, budget);
}

const FILLED = (): boolean => true;
const UNFILLED = (): boolean => false;
const NEVER: Step = { accepts: () => false, many: false };

/** What is read off a pattern again and again. */
interface Read {
  /** Its holes that have a source. */
  readonly holes: readonly SourcedHole[];
  /** Each character that stands in it, once, in the order in which they come first. */
  readonly characters: readonly string[];
  /** By whether all of its holes are filled, or none. */
  readonly sequences: Map<(source: string | undefined) => boolean, Sequence>;
}
type SourcedHole = Extract<Token, { kind: 'hole' }> & { readonly source: string };

const reads = new WeakMap<Pattern, Read>();

function readOf(pattern: Pattern): Read {
  let found = reads.get(pattern);
  if (found === undefined) {
    const characters = new Set<string>();
    const holes: SourcedHole[] = [];
    for (const token of pattern.tokens) {
      if (token.kind === 'character') characters.add(token.character);
      else if (token.kind === 'hole' && token.source !== undefined) holes.push(token as SourcedHole);
    }
    reads.set(pattern, (found = { holes, characters: [...characters], sequences: new Map() }));
  }
  return found;
}

function charactersOf(pattern: Pattern): readonly string[] {
  return readOf(pattern).characters;
}

function holesOf(pattern: Pattern): readonly SourcedHole[] {
  return readOf(pattern).holes;
}

/** `fill` says which holes are filled with characters; the others match their own symbol only. */
function compile(pattern: Pattern, fill: (source: string | undefined) => boolean): Sequence {
  if (fill !== FILLED && fill !== UNFILLED) return compiled(pattern, fill);
  const { sequences } = readOf(pattern);
  let found = sequences.get(fill);
  if (found === undefined) sequences.set(fill, (found = compiled(pattern, fill)));
  return found;
}

function compiled({ tokens, segments }: Pattern, fill: (source: string | undefined) => boolean): Sequence {
  const steps: Step[] = [];
  const leaps: { readonly from: number; readonly to: number; readonly symbol: string }[] = [];
  let colons = 0;
  for (const token of tokens) {
    if (token.kind === 'character' && token.character === ':') colons += 1;
    if (token.kind !== 'hole') {
      steps.push(...stepsOf(token, colons >= segments));
      continue;
    }
    const from = steps.length;
    const filled = fill(token.source);
    steps.push(...(filled ? fillerSteps(token.filler) : [NEVER]));
    if (!filled && token.source !== undefined) {
      leaps.push({ from, to: steps.length, symbol: holeSymbol({ ...token, source: token.source }) });
    }
  }
  return { steps, leaps };
}

/** The characters of a pattern that is one text; most are. */
function wordOf({ tokens }: Pattern): readonly string[] | undefined {
  const word: string[] = [];
  for (const token of tokens) {
    if (token.kind !== 'character') return undefined;
    word.push(token.character);
  }
  return word;
}

/** Sources of holes that stand in more than one place. */
function sharedSources(patterns: readonly Pattern[]): ReadonlySet<string> {
  const met = new Set<string>();
  const shared = new Set<string>();
  for (const pattern of patterns) {
    for (const { source } of holesOf(pattern)) (met.has(source) ? shared : met).add(source);
  }
  return shared;
}

function prefixesDiffer(a: Pattern, b: Pattern): boolean {
  for (let index = 0; index < a.tokens.length && index < b.tokens.length; index += 1) {
    const [one, other] = [a.tokens[index], b.tokens[index]];
    if (one.kind !== 'character' || other.kind !== 'character') return false;
    if (one.character !== other.character) return true;
  }
  return false;
}

function symbolsOf(patterns: readonly Pattern[], whole: ReadonlySet<string>): Iterable<string> {
  if (whole.size === 0) return [];
  return new Set(
    patterns.flatMap((pattern) =>
      holesOf(pattern)
        .filter(({ source }) => whole.has(source))
        .map(holeSymbol),
    ),
  );
}

function readable(symbols: readonly string[], patterns: readonly Pattern[]): string | Text {
  const holes = new Map<string, Hole>();
  for (const pattern of patterns) {
    for (const { hole } of holesOf(pattern)) if (hole !== undefined) holes.set(hole.source, hole);
  }
  return text(
    symbols.map((symbol) => {
      const source = sourceOf(symbol);
      return source === undefined ? symbol : (holes.get(source) ?? source);
    }),
  );
}
