import type { DeclaredCredential } from '../../model/declared';
import type { Snapshot } from '../../model/snapshot';
import { effectiveReadersOf } from './readings-of';

const SECRET = 'AWS::SecretsManager::Secret';

/** The declared credentials, sorted by path: who has the keys, what for, until when. */
export function credentialsOf(
  snapshot: Snapshot,
  effective: ReadonlyMap<string, readonly string[]> = effectiveReadersOf(snapshot),
): readonly DeclaredCredential[] {
  return snapshot.resources
    .flatMap(({ intent, template, logicalId, key, type }) =>
      intent?.kind === 'credential'
        ? [
            {
              path: intent.path,
              kind: intent.credentialKind,
              owner: intent.owner,
              purpose: intent.purpose,
              expiresOn: intent.expiresOn,
              ...(intent.rotateEveryDays === undefined ? {} : { rotateEveryDays: intent.rotateEveryDays }),
              readers: [...intent.readers].sort(),
              ...(intent.rotator === undefined ? {} : { rotator: intent.rotator }),
              // Of a secret that is in no template and whose ARN is not known, nobody can be asked.
              ...(type === SECRET || intent.secretArn !== undefined
                ? { effectiveReaders: effective.get(key) ?? [] }
                : {}),
              template: template.name,
              logicalId,
            },
          ]
        : [],
    )
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
}
