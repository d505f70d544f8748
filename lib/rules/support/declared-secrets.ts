import type { CredentialIntent } from '../../model/intent';
import type { Resource, Snapshot } from '../../model/snapshot';

/** A secret that was declared as a credential. */
export interface DeclaredSecret {
  readonly secret: Resource;
  readonly intent: CredentialIntent;
}

const known = new WeakMap<Snapshot, readonly DeclaredSecret[]>();

/** The secrets of the templates that were declared as credentials. Found once. */
export function declaredSecrets(snapshot: Snapshot): readonly DeclaredSecret[] {
  let found = known.get(snapshot);
  if (found === undefined) {
    found = snapshot.ofType('AWS::SecretsManager::Secret').flatMap((secret): readonly DeclaredSecret[] => {
      const { intent } = secret;
      return intent?.kind === 'credential' ? [{ secret, intent }] : [];
    });
    known.set(snapshot, found);
  }
  return found;
}
