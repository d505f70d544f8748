import { accepts } from './automaton';
import type { Sequence } from './automaton';

/**
 * The shortest word of one of `all`, where the others accept it too and none of `none` does: then there is no shorter
 * one. Most searches end here, and a walk through the automata is dear.
 */
export function shortestWord(
  all: readonly Sequence[],
  none: readonly Sequence[],
  alphabet: readonly string[],
): readonly string[] | undefined {
  for (const each of all) {
    const word = wordOf(each, alphabet);
    if (word === undefined) continue;
    const fits = all.every((other) => other === each || accepts(other, word));
    if (fits && !none.some((other) => accepts(other, word))) return word;
  }
  return undefined;
}

/** Of the symbols that fit, the first of the alphabet; what may be left out is left out. */
function wordOf({ steps, leaps = [] }: Sequence, alphabet: readonly string[]): readonly string[] | undefined {
  const word: string[] = [];
  for (let at = 0; at < steps.length; ) {
    const leap = leaps.find(({ from }) => from === at);
    if (leap !== undefined) {
      word.push(leap.symbol);
      at = leap.to;
      continue;
    }
    const { literal, accepts: fits, many } = steps[at];
    at += 1;
    if (many) continue;
    const symbol = literal ?? alphabet.find(fits);
    if (symbol === undefined) return undefined;
    word.push(symbol);
  }
  return word;
}
