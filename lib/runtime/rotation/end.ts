import { earliestOf, isPast } from '../../model/calendar';
import type { CredentialKind } from './credential-kind';
import { isNamed } from './named-error';
import type { OwnSecret } from './own-secret';
import { RotationRefusal } from './refusal';
import type { SecretStore } from './secret-store';

/**
 * Makes the credential stop working wherever it was introduced. The secret itself is the sweeper's to delete, and may be
 * deleted already: nothing here reads its value.
 *
 * INVARIANT: only of a credential that is past its end, as it was declared or by its tag, or whose secret is gone. Whoever
 * may call the function could send the command, and is not thereby allowed to end anything.
 */
export async function end(store: SecretStore, kind: CredentialKind, own: OwnSecret, now: number): Promise<string> {
  // What was declared is enough: where it is past, a secret that is out of reach cannot keep the values alive.
  if (!isPast(own.expiresOn, now) && !(await isPastOrGone(store, now))) {
    const last = earliestOf(own.expiresOn) ?? 'which nobody knows';
    throw new RotationRefusal(`the credential is not past its end, ${last}`);
  }
  return retireAll(kind);
}

/**
 * No value works any more.
 *
 * @param atOnce leaves nothing for later: the function goes
 */
export async function retireAll(kind: CredentialKind, atOnce = false): Promise<string> {
  if (kind.retire === undefined) return 'nothing to end: the value works nowhere but in the secret';
  await kind.retire({}, atOnce);
  return 'ended: no value works any more';
}

async function isPastOrGone(store: SecretStore, now: number): Promise<boolean> {
  try {
    return isPast((await store.describe()).expiresOn, now);
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return true;
    throw error;
  }
}
