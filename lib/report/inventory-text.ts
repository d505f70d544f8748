import type { DeclaredCredential } from '../model/declared';
import { inventoryGrid } from './inventory';
import { painter, printable } from './style';
import type { TextStyle } from './style';
import { tableText } from './table-text';

/** `bulkhead report --inventory` for a terminal. */
export function inventoryText(credentials: readonly DeclaredCredential[], style: TextStyle): string {
  const title = painter(style)(['bold', 'underline'], printable('Who has the keys'));
  const table = credentials.length === 0 ? '' : (tableText(inventoryGrid(credentials), style, { wrap: true }) ?? '');
  return `${title}\n\n${table === '' ? '  No credentials were declared.' : table}\n`;
}
