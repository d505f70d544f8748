import type { PolicyText } from '../../model/policy';
import { isText } from '../../model/value';
import type { Hole, HoleShape } from '../../model/value';
import type { Step } from './automaton';

/**
 * A part of a pattern: a character, `?`, `*`, at least one of anything, or a hole.
 * The filler of a hole is literal text, except for shape `any`, which may hold wildcards, and an unknown.
 */
export type Token =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'one' }
  | { readonly kind: 'many' }
  | { readonly kind: 'some' }
  | { readonly kind: 'hole'; readonly filler: Filler; readonly source?: string; readonly hole?: Hole };

/** The texts that a hole can hold. `variable` a policy variable; `parameter` a path parameter of a request; `word` letters and digits. */
export type Filler = HoleShape | 'variable' | 'parameter' | 'word' | 'number' | 'two-letters';

/** How a text is read. */
export interface Reading {
  /** Whether `${aws:username}` is a policy variable, as in resources and conditions, but not in actions. */
  readonly variables: boolean;
  /** Whether case is of no account, as in actions. */
  readonly caseless: boolean;
}

const WHOLE = '\0';
const WHOLE_WITH_COLONS = '\0:';
const COLON_FREE: ReadonlySet<Filler> = new Set([
  'account',
  'region',
  'partition',
  'url-suffix',
  'stack-name',
  'segment',
  'suffix',
]);

/** Symbols of an automaton are characters; a hole taken as a whole is this symbol, which is no character. */
export function holeSymbol({ filler, source }: { readonly filler: Filler; readonly source: string }): string {
  return `${COLON_FREE.has(filler) ? `${WHOLE}.` : WHOLE_WITH_COLONS}${source}`;
}

/** The source of the hole that a symbol stands for; `undefined` for a character. */
export function sourceOf(symbol: string): string | undefined {
  return symbol.startsWith(WHOLE) ? symbol.slice(2) : undefined;
}

/** The tokens of a text as IAM reads it. Of an unknown: one hole without a source, which is the same as no other. */
export function tokenize(source: PolicyText, reading: Reading): readonly Token[] {
  if (typeof source === 'string') return tokensOf(source, reading);
  if (!isText(source)) return [{ kind: 'hole', filler: 'any' }];
  return source.parts.flatMap((part): readonly Token[] =>
    typeof part === 'string'
      ? tokensOf(part, reading)
      : [{ kind: 'hole', filler: part.shape, source: part.source, hole: part }],
  );
}

/** The tokens of a text in which nothing is a wildcard. */
export function literalTokens(source: string, caseless = false): readonly Token[] {
  return Array.from(caseless ? source.toLowerCase() : source, characterToken);
}

const characters = new Map<string, Token>();

/** The same token for the same character: there are few, and patterns are long. */
function characterToken(character: string): Token {
  let known = characters.get(character);
  if (known === undefined) characters.set(character, (known = { kind: 'character', character }));
  return known;
}

const VARIABLE = /(\$\{[^{}]*\})/;

function tokensOf(source: string, { variables, caseless }: Reading): readonly Token[] {
  const parts = variables && source.includes('${') ? source.split(VARIABLE) : [source];
  return parts.flatMap((part, index) => (index % 2 === 1 ? variable(part) : plain(part, caseless)));
}

function plain(source: string, caseless: boolean): readonly Token[] {
  return literalTokens(source, caseless).map((token) => {
    if (token.kind !== 'character') return token;
    if (token.character === '*') return { kind: 'many' };
    return token.character === '?' ? { kind: 'one' } : token;
  });
}

/** `${*}`, `${?}` and `${$}` are these characters; every other variable is a hole that the request fills. */
function variable(source: string): readonly Token[] {
  const name = source.slice(2, -1);
  if (name === '*' || name === '?' || name === '$') return literalTokens(name);
  return [{ kind: 'hole', filler: 'variable', source: `\${${name.toLowerCase()}}` }];
}

const ANYTHING = (): boolean => true;
const CHARACTER = (symbol: string): boolean => !symbol.startsWith(WHOLE);
const among = (pattern: RegExp) => (symbol: string) => CHARACTER(symbol) && pattern.test(symbol);
const once = (accepts: Step['accepts']): Step => ({ accepts, many: false });
const many = (accepts: Step['accepts']): Step => ({ accepts, many: true });
const someOf = (accepts: Step['accepts']): readonly Step[] => [once(accepts), many(accepts)];

const FILLERS: Readonly<Record<Filler, readonly Step[]>> = {
  account: Array.from({ length: 12 }, () => once(among(/^[0-9]$/))),
  region: someOf(among(/^[a-z0-9-]$/)),
  partition: someOf(among(/^[a-z-]$/)),
  'url-suffix': someOf(among(/^[a-z0-9.-]$/)),
  'stack-name': someOf(among(/^[A-Za-z0-9-]$/)),
  segment: someOf(among(/^[^:/*?]$/)),
  suffix: Array.from({ length: 6 }, () => once(among(/^[A-Za-z0-9]$/))),
  'physical-id': someOf(among(/^[^*?]$/)),
  parameter: someOf(among(/^[^/]$/)),
  word: someOf(among(/^[A-Za-z0-9]$/)),
  number: someOf(among(/^[0-9]$/)),
  'two-letters': Array.from({ length: 2 }, () => once(among(/^[a-z]$/))),
  variable: [many(ANYTHING)],
  any: [many(ANYTHING)],
};

/** The steps of a hole's filler, character by character. */
export function fillerSteps(filler: Filler): readonly Step[] {
  return FILLERS[filler];
}

const samples = new Map<Filler, readonly string[]>();

/** A text that a hole can hold. */
export function fillerSample(filler: Filler): readonly string[] {
  let known = samples.get(filler);
  if (known === undefined) {
    known = FILLERS[filler].flatMap(({ accepts }) => EACH.find((character) => accepts(character)) ?? []);
    samples.set(filler, known);
  }
  return known;
}

const ACROSS = { one: [once(CHARACTER)], some: someOf(ANYTHING), many: [many(ANYTHING)] };
const NO_COLON = (symbol: string): boolean => symbol !== ':' && !symbol.startsWith(WHOLE_WITH_COLONS);
const WITHIN = {
  one: [once((symbol) => CHARACTER(symbol) && symbol !== ':')],
  some: someOf(NO_COLON),
  many: [many(NO_COLON)],
};
const literals = new Map<string, readonly Step[]>();

/** The steps of a token that is no hole. Where `colons` is false, wildcards stop at a colon. */
export function stepsOf(token: Exclude<Token, { kind: 'hole' }>, colons: boolean): readonly Step[] {
  if (token.kind !== 'character') return (colons ? ACROSS : WITHIN)[token.kind];
  const { character } = token;
  let known = literals.get(character);
  if (known === undefined) {
    known = [{ accepts: (symbol) => symbol === character, many: false, literal: character }];
    literals.set(character, known);
  }
  return known;
}

/** One character of each sort that a filler tells apart; the first ones are what a witness reads best with. */
const SORTS: readonly string[] = [
  'abcdefghijklmnopqrstuvwxyz',
  '0123456789',
  'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  '-',
  '.',
  '/',
  ':',
  '_~!%&|',
];

const EACH = SORTS.flatMap((sort) => Array.from(sort));
const overlaps = new WeakMap<Step['accepts'], WeakMap<Step['accepts'], boolean>>();

/** Whether there is a character that both of two steps accept. */
export function haveCommon(one: Step, other: Step): boolean {
  if (one.literal !== undefined) return other.accepts(one.literal);
  if (other.literal !== undefined) return one.accepts(other.literal);
  let known = overlaps.get(one.accepts);
  if (known === undefined) overlaps.set(one.accepts, (known = new WeakMap()));
  let found = known.get(other.accepts);
  if (found === undefined) {
    found = EACH.some((character) => one.accepts(character) && other.accepts(character));
    known.set(other.accepts, found);
  }
  return found;
}

const SORTED = SORTS.map((sort) => Array.from(sort));

/**
 * Characters enough to tell any two words apart that patterns with these characters in them tell apart: those, and one
 * of each sort that is not among them. A text of a request holds no `*` or `?` of its own unless a pattern spells it out.
 */
export function alphabetFor(characters: Iterable<string>): readonly string[] {
  const used = new Set(characters);
  const fresh = SORTED.flatMap((sort) => sort.find((character) => !used.has(character)) ?? []);
  return [...fresh, ...used];
}
