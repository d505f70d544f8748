import type { DeclaredCredential, EffectiveReader } from '../model/declared';
import type { Grid } from './grid';
import { shortNames } from './short-names';
import { count } from './summary';

/** Who has the keys: one row a credential. */
export function credentialGrid(credentials: readonly DeclaredCredential[]): Grid {
  const names = shortNames(
    credentials.flatMap(({ path, readers, effectiveReaders = [], rotator = [] }) =>
      [path, ...readers, ...effectiveReaders.map(({ name }) => name)].concat(rotator),
    ),
  );
  return {
    head: ['Credential', 'Purpose', 'Owner', 'Readers', 'Rotated by', 'Every', 'Ends on'],
    rows: credentials.map((each) => [
      names.get(each.path) ?? each.path,
      each.purpose,
      each.owner,
      [
        ...each.readers.map((path) => names.get(path) ?? path),
        ...undeclaredOf(each).map((reader) => `${names.get(reader.name) ?? reader.name} (${beyond(reader)})`),
      ].join(', '),
      each.rotator === undefined ? '' : (names.get(each.rotator) ?? each.rotator),
      each.rotateEveryDays === undefined ? 'not said' : count(each.rotateEveryDays, 'day'),
      each.expiresOn,
    ]),
  };
}

/** Who can read it, and is not meant to. */
function undeclaredOf({ readers, effectiveReaders = [], rotator }: DeclaredCredential): readonly EffectiveReader[] {
  return effectiveReaders.filter(({ name }) => !readers.includes(name) && name !== rotator);
}

/** What somebody is who can read it and was not declared. */
export function beyond({ by }: EffectiveReader): string {
  return by === 'administrator' ? by : `undeclared${by === undefined ? '' : ', by changing policies'}`;
}
