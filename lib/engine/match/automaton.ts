/** Whether a symbol may stand here. */
export type Accepts = (symbol: string) => boolean;

/** One step of a pattern: exactly one symbol, or any number of symbols, none included. */
export interface Step {
  readonly accepts: Accepts;
  readonly many: boolean;
  /** The one symbol that is accepted, where it is one. */
  readonly literal?: string;
}

/** A step that leads past several others: a whole hole taken as one symbol. */
interface Leap {
  readonly from: number;
  readonly to: number;
  readonly symbol: string;
}

/** What a machine reads: steps one after the other. Several sequences in one machine are alternatives. */
export interface Sequence {
  readonly steps: readonly Step[];
  readonly leaps?: readonly Leap[];
}

/** The set of no positions: nothing that follows can be accepted any more. */
export const DEAD = 0;

/**
 * Sequences of steps as an automaton that is made deterministic only where it is walked. A state is a number; a set
 * of positions that was met before has the number it had then.
 */
export class Machine {
  readonly start: number;
  private readonly alphabet: readonly string[];
  private readonly sequences: readonly Sequence[];
  private readonly offsets: readonly number[];
  private readonly sets: (readonly number[])[] = [[]];
  private readonly numbers = new Map<string, number>([['', DEAD]]);
  private readonly following: Int32Array[];
  private readonly leading: (readonly number[])[] = [];
  private readonly places: ReadonlyMap<string, number>;
  private readonly fitting = new Map<Accepts, readonly number[]>();

  constructor(sequences: readonly Sequence[], alphabet: readonly string[]) {
    this.alphabet = alphabet;
    this.sequences = sequences;
    this.places = new Map(alphabet.map((symbol, place) => [symbol, place]));
    const offsets: number[] = [];
    let offset = 0;
    for (const sequence of sequences) {
      offsets.push(offset);
      offset += sequence.steps.length + 1;
    }
    this.offsets = offsets;
    this.following = [new Int32Array(alphabet.length)];
    const first = new Set<number>();
    sequences.forEach((_, which) => this.close(which, 0, first));
    this.start = this.number(first);
  }

  /** The state after one more symbol, given by its place in the alphabet. */
  next(state: number, symbol: number): number {
    const known = this.following[state][symbol];
    if (known !== -1) return known;
    const reached = new Set<number>();
    for (const position of this.sets[state]) this.step(position, this.alphabet[symbol], reached);
    const found = this.number(reached);
    this.following[state][symbol] = found;
    return found;
  }

  accepts(state: number): boolean {
    return this.accepted(state).length > 0;
  }

  /** Which of the sequences are at their end, by their place. */
  accepted(state: number): readonly number[] {
    return this.sets[state].flatMap((position) => {
      const which = this.sequenceAt(position);
      return position - this.offsets[which] === this.sequences[which].steps.length ? [which] : [];
    });
  }

  /** The literal symbols that lead on from here; all others lead to the same state. */
  literals(state: number): ReadonlySet<string> {
    const found = new Set<string>();
    for (const position of this.sets[state]) {
      const which = this.sequenceAt(position);
      const literal = this.sequences[which].steps[position - this.offsets[which]]?.literal;
      if (literal !== undefined) found.add(literal);
    }
    return found;
  }

  /** The symbols that may lead on from here, by their place in the alphabet and in its order; all others lead nowhere. */
  candidates(state: number): readonly number[] {
    let known = this.leading[state];
    if (known === undefined) {
      const found = new Set<number>();
      for (const position of this.sets[state]) {
        const which = this.sequenceAt(position);
        const at = position - this.offsets[which];
        const { steps, leaps } = this.sequences[which];
        if (at < steps.length) for (const symbol of this.symbolsFor(steps[at])) found.add(symbol);
        for (const leap of leaps ?? []) {
          const symbol = leap.from === at ? this.places.get(leap.symbol) : undefined;
          if (symbol !== undefined) found.add(symbol);
        }
      }
      known = [...found].sort((one, other) => one - other);
      this.leading[state] = known;
    }
    return known;
  }

  private symbolsFor({ literal, accepts: fits }: Step): readonly number[] {
    if (literal !== undefined) {
      const place = this.places.get(literal);
      return place === undefined ? [] : [place];
    }
    let known = this.fitting.get(fits);
    if (known === undefined) {
      known = this.alphabet.flatMap((symbol, place) => (fits(symbol) ? [place] : []));
      this.fitting.set(fits, known);
    }
    return known;
  }

  private step(position: number, symbol: string, reached: Set<number>): void {
    const which = this.sequenceAt(position);
    const { steps, leaps } = this.sequences[which];
    const at = position - this.offsets[which];
    if (at < steps.length && steps[at].accepts(symbol)) this.close(which, steps[at].many ? at : at + 1, reached);
    for (const leap of leaps ?? []) if (leap.from === at && leap.symbol === symbol) this.close(which, leap.to, reached);
  }

  /** Adds a position and those behind steps that may be left out. */
  private close(which: number, from: number, into: Set<number>): void {
    const { steps } = this.sequences[which];
    for (let at = from; ; at += 1) {
      into.add(this.offsets[which] + at);
      if (at >= steps.length || !steps[at].many) return;
    }
  }

  private sequenceAt(position: number): number {
    let low = 0;
    let high = this.offsets.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsets[middle] <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private number(positions: ReadonlySet<number>): number {
    const sorted = [...positions].sort((a, b) => a - b);
    const key = sorted.join(',');
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const found = this.sets.length;
    this.numbers.set(key, found);
    this.sets.push(sorted);
    this.following.push(new Int32Array(this.alphabet.length).fill(-1));
    return found;
  }
}

/** Whether a sequence accepts one word: what a machine of it would say, without making one. */
export function accepts({ steps, leaps = [] }: Sequence, word: readonly string[]): boolean {
  let positions = closure(steps, [0]);
  for (const symbol of word) {
    const reached: number[] = [];
    for (const at of positions) {
      if (at < steps.length && steps[at].accepts(symbol)) reached.push(steps[at].many ? at : at + 1);
      for (const leap of leaps) if (leap.from === at && leap.symbol === symbol) reached.push(leap.to);
    }
    if (reached.length === 0) return false;
    positions = closure(steps, reached);
  }
  return positions.has(steps.length);
}

function closure(steps: readonly Step[], from: readonly number[]): ReadonlySet<number> {
  const positions = new Set<number>();
  for (const start of from) {
    for (let at = start; !positions.has(at); at += 1) {
      positions.add(at);
      if (at >= steps.length || !steps[at].many) break;
    }
  }
  return positions;
}

/** A shortest word; `none` for sure; or `unknown` where the budget ended first. */
export type SearchResult =
  | { readonly kind: 'found'; readonly symbols: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/**
 * Searches, in breadth, for a shortest word that every machine of `all` accepts and none of `none`. Of words of the
 * same length it finds the one whose symbols come first in the alphabet.
 */
export function search(
  all: readonly Machine[],
  none: readonly Machine[],
  alphabet: readonly string[],
  budget: number,
): SearchResult {
  const machines = [...all, ...none];
  const states: { readonly at: readonly number[]; readonly from: number; readonly symbol: number }[] = [];
  const seen = new Set<string>();
  const visit = (at: readonly number[], from: number, symbol: number): void => {
    const key = at.join(',');
    if (seen.has(key)) return;
    seen.add(key);
    states.push({ at, from, symbol });
  };
  visit(
    machines.map((machine) => machine.start),
    -1,
    -1,
  );
  for (let index = 0; index < states.length; index += 1) {
    if (index >= budget) return { kind: 'unknown' };
    const { at } = states[index];
    if (machines.every((machine, which) => machine.accepts(at[which]) === which < all.length)) {
      const symbols: string[] = [];
      for (let back = states[index]; back.from !== -1; back = states[back.from]) symbols.unshift(alphabet[back.symbol]);
      return { kind: 'found', symbols };
    }
    for (const symbol of fewest(all, at, alphabet)) {
      const reached = after(machines, all.length, at, symbol);
      if (reached !== undefined) visit(reached, index, symbol);
    }
  }
  return { kind: 'none' };
}

/** The symbols that may lead on: those of the machine that has the fewest. In a literal text it is one. */
function fewest(all: readonly Machine[], at: readonly number[], alphabet: readonly string[]): Iterable<number> {
  let found: readonly number[] | undefined;
  for (let which = 0; which < all.length; which += 1) {
    const own = all[which].candidates(at[which]);
    if (found === undefined || own.length < found.length) found = own;
  }
  return found ?? alphabet.keys();
}

/** The states after a symbol; `undefined` where one of the first `all` machines accepts nothing any more. */
function after(
  machines: readonly Machine[],
  all: number,
  at: readonly number[],
  symbol: number,
): readonly number[] | undefined {
  const reached: number[] = [];
  for (let which = 0; which < machines.length; which += 1) {
    const state = machines[which].next(at[which], symbol);
    if (state === DEAD && which < all) return undefined;
    reached.push(state);
  }
  return reached;
}

/**
 * Whether there is a word that two sequences without leaps both accept: pairs of positions, each looked at once, so
 * that it takes at most as many steps as the product of their lengths; on literal text, about as many as the longer.
 */
export function meet(
  { steps: one }: Sequence,
  { steps: other }: Sequence,
  common: (one: Step, other: Step) => boolean,
): boolean {
  const width = other.length + 1;
  const seen = new Uint8Array((one.length + 1) * width);
  const left = [0];
  seen[0] = 1;
  const visit = (pair: number): void => {
    if (seen[pair] === 1) return;
    seen[pair] = 1;
    left.push(pair);
  };
  for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
    const to = pair % width;
    const from = (pair - to) / width;
    if (from === one.length && to === other.length) return true;
    const a = from < one.length ? one[from] : undefined;
    const b = to < other.length ? other[to] : undefined;
    if (a?.many === true) visit(pair + width);
    if (b?.many === true) visit(pair + 1);
    if (a !== undefined && b !== undefined && common(a, b)) visit(pair + (a.many ? 0 : width) + (b.many ? 0 : 1));
  }
  return false;
}
