import type { TextStyle } from '../report/style';
import type { Io } from './io';

/** Colours only on a terminal, and not where `NO_COLOR` has any value; see https://no-color.org. */
export function styleOf({ isTerminal, width, env }: Io): TextStyle {
  return { color: isTerminal && (env.NO_COLOR ?? '') === '', width };
}
