import type { DeclaredCredential } from '../model/declared';
import type { Grid } from './grid';
import { shortNames } from './short-names';
import { count } from './summary';

/** Who has the keys: one row a credential. */
export function credentialGrid(credentials: readonly DeclaredCredential[]): Grid {
  const names = shortNames(
    credentials.flatMap(({ path, readers, rotator = [] }) => [path, ...readers].concat(rotator)),
  );
  return {
    head: ['Credential', 'Purpose', 'Owner', 'Readers', 'Rotated by', 'Every', 'Ends on'],
    rows: credentials.map((each) => [
      names.get(each.path) ?? each.path,
      each.purpose,
      each.owner,
      each.readers.map((path) => names.get(path) ?? path).join(', '),
      each.rotator === undefined ? '' : (names.get(each.rotator) ?? each.rotator),
      count(each.rotateEveryDays, 'day'),
      each.expiresOn,
    ]),
  };
}
