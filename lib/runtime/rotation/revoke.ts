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
