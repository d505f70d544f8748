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

  constructor(sequences: readonly Sequence[], alphabet: readonly string[]) {
    this.alphabet = alphabet;
    this.sequences = sequences;
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

/** Whether a sequence without leaps accepts one word: what a machine of it would say, without making one. */
export function accepts({ steps }: Sequence, word: readonly string[]): boolean {
  let positions = closure(steps, [0]);
  for (const symbol of word) {
    const reached: number[] = [];
    for (const at of positions) {
      if (at < steps.length && steps[at].accepts(symbol)) reached.push(steps[at].many ? at : at + 1);
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
    if (all.some((_, index) => at[index] === DEAD)) return;
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
    for (let symbol = 0; symbol < alphabet.length; symbol += 1) {
      visit(
        machines.map((machine, which) => machine.next(at[which], symbol)),
        index,
        symbol,
      );
    }
  }
  return { kind: 'none' };
}
