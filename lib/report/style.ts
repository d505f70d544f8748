import { styleText } from 'node:util';

/** How a text is shown. */
export interface TextStyle {
  /** Whether colours may be used: on a terminal, and not where `NO_COLOR` is set. */
  readonly color: boolean;
  /** Columns of the terminal. */
  readonly width: number;
}

export type Paint = Parameters<typeof styleText>[0];

/** A painter that does nothing where colours are off. */
export function painter({ color }: TextStyle): (paint: Paint, text: string) => string {
  // Whether the stream takes colours is decided by whoever made the style.
  return (paint, text) => (color && text !== '' ? styleText(paint, text, { validateStream: false }) : text);
}

const CONTROL = /(?!\n|\t)\p{Cc}/gu;

/** Text of a template without the control characters by which it could repaint the reader's terminal. */
export function printable(text: string): string {
  return text.replace(CONTROL, '\u{fffd}');
}
