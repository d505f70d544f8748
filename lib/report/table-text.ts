import { Table } from '../private/vendor/cli-table3';
import type { Grid } from './grid';
import { painter, printable } from './style';
import type { TextStyle } from './style';

const RULED = {
  'top': '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  'bottom': '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  'left': '',
  'left-mid': '',
  'right': '',
  'right-mid': '',
  'mid': '',
  'mid-mid': '',
  'middle': '  ',
};

/** A table without frame; `undefined` where it is wider than the terminal and `wrap` is off. */
export function tableText(grid: Grid, style: TextStyle, { wrap }: { readonly wrap: boolean }): string | undefined {
  const paint = painter(style);
  const widths = grid.head.map((head, column) =>
    Math.max(...[head, ...grid.rows.map((row) => row[column] ?? '')].map((text) => text.length)),
  );
  const isTooWide = totalOf(widths) > style.width;
  if (isTooWide && !wrap) return undefined;
  const fitting = isTooWide ? shrink(widths, style.width) : widths;
  const table = new Table({
    chars: RULED,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: isTooWide ? [...fitting] : [],
    wordWrap: true,
  });
  table.push(
    grid.head.map((text) => paint('bold', printable(text))),
    ...grid.rows.map((row) => row.map((text, column) => breakable(printable(text), fitting[column] ?? text.length))),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/** Two columns stand two apart, and the table two from the margin. */
function totalOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width + 2, 0);
}

/** Takes from the widest columns until all fit, never below 12. */
function shrink(widths: readonly number[], available: number): readonly number[] {
  const result = [...widths];
  for (let excess = totalOf(widths) - available; excess > 0; excess--) {
    const widest = result.indexOf(Math.max(...result));
    if ((result[widest] ?? 0) <= 12) break;
    result[widest] = (result[widest] ?? 0) - 1;
  }
  return result;
}

/** INVARIANT: nothing is cut off. Words that are too long for a line are broken, after a slash where there is one. */
function breakable(text: string, width: number): string {
  return text
    .split(' ')
    .map((word) => {
      // Some letters are two columns wide.
      const most = /[^\u0020-\u024f]/.test(word) ? Math.max(1, width >> 1) : width;
      const lines: string[] = [];
      let rest = word;
      while (rest.length > most) {
        const slash = rest.lastIndexOf('/', most - 1);
        const at = slash > 0 ? slash + 1 : most;
        lines.push(rest.slice(0, at));
        rest = rest.slice(at);
      }
      return [...lines, rest].join('\n');
    })
    .join(' ');
}
