import type { DeclaredCredential } from '../model/declared';
import { beyond } from './credential-grid';
import type { Grid } from './grid';
import { tableMarkdown } from './markdown';
import { JSON_VERSION } from './result';
import { shortNames } from './short-names';
import { count } from './summary';

/** `bulkhead-inventory.json` and `bulkhead report --inventory --out FILE.json`, as docs/inventory.schema.json has it. */
export function inventoryJson(credentials: readonly DeclaredCredential[]): string {
  const inventory = {
    version: JSON_VERSION,
    credentials: credentials.map(({ effectiveReaders, ...each }) => ({
      ...each,
      ...(effectiveReaders === undefined
        ? {}
        : {
            effectiveReaders: effectiveReaders.map(({ name, by }) => ({
              name,
              isDeclared: declaredOf(each).includes(name),
              ...(by === undefined ? {} : { by }),
            })),
          }),
      // Templates do not say when a secret rotates. The table of a CredentialInventory does.
      lastRotation: null,
      nextRotation: null,
    })),
  };
  return `${JSON.stringify(inventory, undefined, 2)}\n`;
}

/** The same to read: `bulkhead-inventory.md`. */
export function inventoryMarkdown(credentials: readonly DeclaredCredential[]): string {
  return `${[
    '# Who has the keys',
    credentials.length === 0 ? 'No credentials were declared.' : tableMarkdown(inventoryGrid(credentials)),
    'Who can read it: roles and users of the templates, by all policies, that of the key included, or by becoming somebody who can; administrators, and whoever can change policies to let himself in, are marked. When a credential last rotated, and will next, no template says: the table of its `CredentialInventory` does.',
  ].join('\n\n')}\n`;
}

/** Everything that is known of each credential: one row each. */
export function inventoryGrid(credentials: readonly DeclaredCredential[]): Grid {
  const names = shortNames(
    credentials.flatMap((each) => [
      each.path,
      ...declaredOf(each),
      ...(each.verifiers ?? []),
      ...(each.effectiveReaders ?? []).map((reader) => reader.name),
    ]),
  );
  const name = (path: string): string => names.get(path) ?? path;
  return {
    head: [
      'Credential',
      'Kind',
      'Purpose',
      'Owner',
      'Ends on',
      'Every',
      'Declared readers',
      'Who can read it',
      'From',
      'Key',
    ],
    rows: credentials.map((each) => {
      const declared = declaredOf(each);
      return [
        name(each.path),
        each.kind,
        each.purpose,
        each.owner,
        each.expiresOn,
        each.rotateEveryDays === undefined ? 'not said' : count(each.rotateEveryDays, 'day'),
        [
          ...each.readers.map(name),
          ...(each.rotator === undefined ? [] : [`${name(each.rotator)} (rotates)`]),
          ...(each.deployment === undefined ? [] : [`${name(each.deployment)} (deploys)`]),
          ...(each.verifiers ?? []).map((path) => `${name(path)} (verifies only)`),
        ].join(', '),
        each.effectiveReaders === undefined
          ? 'not known'
          : each.effectiveReaders
              .map((reader) => `${name(reader.name)}${declared.includes(reader.name) ? '' : ` (${beyond(reader)})`}`)
              .join(', ') || 'nobody of the templates',
        each.sources?.join(', ') ?? 'anywhere',
        each.encryptionKey ?? 'in no template',
      ];
    }),
  };
}

/** Who is meant to know the value. */
function declaredOf({
  readers,
  rotator,
  deployment,
}: Pick<DeclaredCredential, 'readers' | 'rotator' | 'deployment'>): readonly string[] {
  return [...readers, ...[rotator, deployment].filter((path) => path !== undefined)];
}
