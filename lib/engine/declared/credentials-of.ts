import type { DeclaredCredential } from '../../model/declared';
import type { Snapshot } from '../../model/snapshot';
import { effectiveReadersOf } from './readings-of';

/** The declared credentials, sorted by path: who has the keys, what for, until when. */
export function credentialsOf(
  snapshot: Snapshot,
  effective: ReadonlyMap<string, readonly string[]> = effectiveReadersOf(snapshot),
): readonly DeclaredCredential[] {
  return snapshot.resources
    .flatMap(({ intent, template, logicalId, key }) =>
      intent?.kind === 'credential'
        ? [
            {
              path: intent.path,
              kind: intent.credentialKind,
              owner: intent.owner,
              purpose: intent.purpose,
              expiresOn: intent.expiresOn,
              rotateEveryDays: intent.rotateEveryDays,
              readers: [...intent.readers].sort(),
              ...(intent.rotator === undefined ? {} : { rotator: intent.rotator }),
              effectiveReaders: effective.get(key) ?? [],
              template: template.name,
              logicalId,
            },
          ]
        : [],
    )
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}
