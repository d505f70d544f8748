/**
 * A pattern of literals, `*` and `?` beside a text with holes, both in canonical form: without the search that is
 * exact for every pattern. `yes` and `no` are for sure; `undefined` where it takes that search to know.
 */
export class HoleGlob {
  private readonly codes: Int32Array;
  /** From where in the pattern wildcards take colons for sure. */
  private readonly crossing: number;
  /** The longest literal part that begins with a delimiter, which no generated name holds. */
  private readonly needed: string;
  private readonly sets: readonly [Int32Array, Int32Array];
  /** By position: the round in which it was reached last. */
  private readonly reached: Int32Array;
  private round = 0;

  /** `colonsLeft`: at how many more colons of the pattern a wildcard before them stops for sure. */
  constructor(rest: string, colonsLeft: number) {
    this.codes = Int32Array.from(rest, (character) =>
      character === '*' ? STAR : character === '?' ? ONE : character.charCodeAt(0),
    );
    this.crossing = placeAfter(rest, colonsLeft);
    this.needed = longest(rest.split(/[*?]/).map((each) => each.slice(Math.max(0, each.search(/[/:]/)))));
    if (!/^[/:]/.test(this.needed)) this.needed = '';
    const size = this.codes.length + 1;
    this.sets = [new Int32Array(size), new Int32Array(size)];
    this.reached = new Int32Array(size);
  }

  /** Compares with what follows a place of the form. */
  match(text: Units, place: number): 'yes' | 'no' | undefined {
    const from = text.at[place];
    // Most texts: what is needed is not there, and no hole can be a part of it.
    if (text.lastDelimiter < from && !text.form.includes(this.needed, place)) return 'no';
    if (this.run(text, from, true)) return this.run(text, from, false) ? 'yes' : undefined;
    return 'no';
  }

  /**
   * Step by step, as an automaton that was not made deterministic. With `may` a hole takes whatever it can be; without
   * only `*` takes one, whatever it is.
   */
  private run({ codes: text }: Units, from: number, may: boolean): boolean {
    let [now, next] = this.sets;
    let count = this.close(0, now, 0, this.nextRound());
    for (let at = from; at < text.length; at += 1) {
      const unit = text[at];
      const round = this.nextRound();
      let found = 0;
      for (let index = 0; index < count; index += 1) {
        if (unit === ANYTHING && may) found = this.close(now[index], next, found, round);
        const place = this.stepped(now[index], unit, may);
        if (place !== -1) found = this.close(place, next, found, round);
      }
      if (unit < 0 && unit !== LETTER && may) {
        // As many characters more as the hole may have: what is reached by them as well.
        for (let index = 0; index < found; index += 1) {
          const place = this.stepped(next[index], unit, may);
          if (place !== -1) found = this.close(place, next, found, round);
        }
      }
      if (found === 0) return false;
      count = found;
      [now, next] = [next, now];
    }
    for (let index = 0; index < count; index += 1) if (now[index] === this.codes.length) return true;
    return false;
  }

  /** The place after one more unit of the text; -1 where there is none. */
  private stepped(place: number, unit: number, may: boolean): number {
    if (place === this.codes.length) return -1;
    const code = this.codes[place];
    if (unit === LETTER && code === ONE) return place + 1;
    if (unit < 0 && !may) return code === STAR && (place >= this.crossing || isColonFree(unit)) ? place : -1;
    const isColon = unit === COLON && !may && place < this.crossing;
    if (code === STAR) return isColon ? -1 : place;
    if (code === ONE) return isColon ? -1 : place + 1;
    return (unit < 0 ? mayHold(unit, code) : code === unit) ? place + 1 : -1;
  }

  /** Adds a place, and those behind a `*` that may be empty. */
  private close(from: number, into: Int32Array, count: number, round: number): number {
    let found = count;
    for (let place = from; this.reached[place] !== round; place += 1) {
      this.reached[place] = round;
      into[found++] = place;
      if (place === this.codes.length || this.codes[place] !== STAR) break;
    }
    return found;
  }

  private nextRound(): number {
    this.round += 1;
    return this.round;
  }
}

const STAR = -1;
const ONE = -2;
const COLON = 58;
const SLASH = 47;

function longest(texts: readonly string[]): string {
  return texts.reduce((one, other) => (other.length > one.length ? other : one), '');
}

/** Behind how many characters the given number of colons is passed. */
function placeAfter(rest: string, colons: number): number {
  let at = 0;
  for (let left = colons; left > 0; left -= 1) {
    at = rest.indexOf(':', at) + 1;
    if (at === 0) return rest.length;
  }
  return at;
}

/** A canonical form as units: character codes, and a negative number for each hole, by its shape; six for a suffix. */
export interface Units {
  readonly form: string;
  readonly codes: Int32Array;
  /** The unit at a place of the form, where one begins there. */
  readonly at: Int32Array;
  /** The last `/` or `:` before a hole, or in one. */
  readonly lastDelimiter: number;
}

const SHAPES = [
  'account',
  'region',
  'partition',
  'url-suffix',
  'stack-name',
  'suffix',
  'segment',
  'physical-id',
  'any',
];
const COLON_FREE = SHAPES.indexOf('segment');
const CHARACTERS: readonly RegExp[] = [
  /^[0-9]$/,
  /^[a-z0-9-]$/,
  /^[a-z-]$/,
  /^[a-z0-9.-]$/,
  /^[A-Za-z0-9-]$/,
  /^[A-Za-z0-9]$/,
  /^[^:/*?]$/,
  /^[^*?]$/,
  /^/,
];

/** The only one that may hold nothing. */
const ANYTHING = -1 - SHAPES.indexOf('any');

/** One of the six letters and digits of a suffix. */
const LETTER = -1 - SHAPES.indexOf('suffix');
const LETTERS = 6;

function isColonFree(unit: number): boolean {
  return -unit - 1 <= COLON_FREE;
}

/** By shape and ASCII code. */
const HELD: readonly (readonly boolean[])[] = CHARACTERS.map((characters) =>
  Array.from({ length: 128 }, (_, code) => characters.test(String.fromCharCode(code))),
);

function mayHold(unit: number, code: number): boolean {
  const shape = -unit - 1;
  return code < 128 ? HELD[shape][code] : CHARACTERS[shape].test(String.fromCharCode(code));
}

const units = new WeakMap<object, Units>();

/** The units of a text with holes, by its canonical form. */
export function unitsOf(text: object, form: string): Units {
  let known = units.get(text);
  if (known === undefined) units.set(text, (known = split(form)));
  return known;
}

function split(form: string): Units {
  const codes: number[] = [];
  const at = new Int32Array(form.length + 1);
  let delimiter = -1;
  let lastDelimiter = -1;
  for (let place = 0; place < form.length; place += 1) {
    at[place] = codes.length;
    const code = form.charCodeAt(place);
    if (code === 1) {
      const end = form.indexOf('\u0002', place);
      const unit = -1 - SHAPES.indexOf(form.slice(place + 1, end).split('\u0001')[2]);
      if (!isColonFree(unit)) delimiter = codes.length;
      lastDelimiter = delimiter;
      for (let left = unit === LETTER ? LETTERS : 1; left > 0; left -= 1) codes.push(unit);
      place = end;
      // The mark before a hole that may hold anything is a part of it.
    } else if (code !== 4 || form.charCodeAt(place + 1) !== 1) {
      if (code === COLON || code === SLASH) delimiter = codes.length;
      codes.push(code);
    }
  }
  at[form.length] = codes.length;
  return { form, codes: Int32Array.from(codes), at, lastDelimiter };
}
