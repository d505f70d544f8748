import type { CredentialKind } from './credential-kind';
import { RotationRefusal } from './refusal';
import type { SecretStore } from './secret-store';
import { movesToRevoke } from './staging';

/**
 * Revokes what the credential holds: marks the current version, then begins a rotation, which makes a value that owes
 * nothing to the present ones and buries the marked one at its end. What stands in labels survives a crash: to revoke
 * again goes on where it stopped.
 */
export async function revoke(store: SecretStore): Promise<string> {
  const { rotationEnabled, stages } = await store.describe();
  if (!rotationEnabled) throw new RotationRefusal('rotation is not enabled for the secret');
  for (const move of movesToRevoke(stages)) await store.move(move);
  await store.startRotation();
  return 'revoked: a rotation has begun that replaces it';
}

/** Makes the credential stop working wherever it was introduced. The secret itself is the sweeper's to delete. */
export async function end(kind: CredentialKind): Promise<string> {
  if (kind.retire === undefined) return 'nothing to end: the value works nowhere but in the secret';
  await kind.retire({});
  return 'ended: no value works any more';
}
