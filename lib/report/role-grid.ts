import type { DeclaredRole } from '../model/declared';
import type { Grid } from './grid';

/** Every role, with whom it belongs to and what it is for. */
export function roleGrid(roles: readonly DeclaredRole[]): Grid {
  return {
    head: ['Role', 'Kind', 'Owner', 'Purpose'],
    rows: roles.map(({ path, kind, owner, purpose }) => [path, kind, owner, purpose]),
  };
}
