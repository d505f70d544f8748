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
  const total = widths.reduce((sum, width) => sum + width + 2, 0);
  if (total > style.width && !wrap) return undefined;
  const table = new Table({
    chars: RULED,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
    colWidths: total > style.width ? shrink(widths, style.width) : [],
    wordWrap: true,
  });
  table.push(
    grid.head.map((text) => paint('bold', printable(text))),
    ...grid.rows.map((row) => row.map(printable)),
  );
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line.trimEnd()}`)
    .join('\n');
}

/** Takes from the widest columns until all fit, never below 12. */
function shrink(widths: readonly number[], available: number): number[] {
  const result = [...widths];
  let excess = result.reduce((sum, width) => sum + width + 2, 0) + 2 - available;
  while (excess > 0) {
    const widest = result.indexOf(Math.max(...result));
    if ((result[widest] ?? 0) <= 12) break;
    result[widest] = (result[widest] ?? 0) - 1;
    excess--;
  }
  return result;
}
