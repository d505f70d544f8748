import { InvokeCommand } from '@aws-sdk/client-lambda';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import { isNamed } from '../rotation/named-error';
import type { Entry } from './entry';
import { cannotEnd, ended, RECOVERY_DAYS, wrong } from './messages';
import type { FoundSecret, SweepTools } from './sweep-tools';

/** How long something is only disabled in its service before it is deleted there: longer than the rotation waits. */
const GRACE_MS = 36 * 3_600_000;

/** A credential that is past its end and may still work. */
class NotEnded extends Error {
  public override readonly name = 'NotEnded';
}

/**
 * Ends what is past its end: has its values stop working in their service, and its secret deleted when the window has
 * passed in which it can be restored; until then nobody reads it.
 *
 * INVARIANT: neither waits for the other. Where the service cannot be told, the secret is deleted all the same, the line
 * stays `ending`, and the next sweep tells the service again.
 */
export async function endCredential(entry: Entry, secret: FoundSecret, tools: SweepTools): Promise<string | undefined> {
  const { credential, expiresOn, state } = entry;
  const rotatedBy = secret.rotatedBy ?? entry.rotatedBy;
  if (secret.isDeleted && (state === 'ended' || state === 'deleted')) return deleteLater(entry, rotatedBy, tools);
  const isEnded = await endInService(credential, rotatedBy, tools);
  if (!secret.isDeleted && secret.isOurs) {
    await tools.secrets.send(new DeleteSecretCommand({ SecretId: credential, RecoveryWindowInDays: RECOVERY_DAYS }));
  }
  const isOutOfReach = secret.isDeleted || secret.isOurs;
  if (isEnded !== 'yes' || !isOutOfReach) return notEnded({ ...entry, rotatedBy }, isOutOfReach, tools);
  await tools.tell(ended(entry));
  await tools.inventory.note({ credential, state: 'ended', endedAt: new Date(tools.now).toISOString() });
  return `ended: its last day was ${expiresOn}`;
}

/** What was disabled at the end is deleted, once nobody has asked for it for a while. */
async function deleteLater(
  entry: Entry,
  rotatedBy: string | undefined,
  tools: SweepTools,
): Promise<string | undefined> {
  const { credential, state, endedAt } = entry;
  if (state === 'deleted' || tools.now < Date.parse(endedAt ?? '') + GRACE_MS) return undefined;
  if ((await endInService(credential, rotatedBy, tools)) !== 'yes') throw new NotEnded('it is disabled, not deleted');
  await tools.inventory.note({ credential, state: 'deleted' });
  return 'deleted: what was disabled in its service';
}

/** A secret that is gone, at its end or before: the line goes when nothing can work any more, or nobody could end it. */
export async function endOfGone(entry: Entry, tools: SweepTools): Promise<string> {
  const { credential, state, rotatedBy } = entry;
  if (state !== 'ended' && state !== 'deleted' && rotatedBy !== undefined) {
    const isEnded = await endInService(credential, rotatedBy, tools);
    if (isEnded === 'no') return notEnded(entry, true, tools);
    if (isEnded === 'nobody') {
      await tools.tell(
        wrong(entry, 'has lost its secret and its rotation function: make sure that its values do not work any more'),
      );
    }
  }
  await tools.inventory.remove(credential);
  return 'forgotten: the secret is gone';
}

/** The owner is told once, and the sweep fails every day, which is an alarm. */
async function notEnded(entry: Entry, isOutOfReach: boolean, tools: SweepTools): Promise<never> {
  const { credential, state } = entry;
  if (state !== 'ending') await tools.tell(cannotEnd(entry, isOutOfReach));
  await tools.inventory.note({ credential, state: 'ending' });
  throw new NotEnded('its values may still work');
}

/** Has the rotation function make the values stop working wherever it introduced them; `nobody`: there is none. */
async function endInService(
  credential: string,
  name: string | undefined,
  { functions }: SweepTools,
): Promise<'yes' | 'no' | 'nobody'> {
  if (name === undefined) return 'nobody';
  try {
    const Payload = Buffer.from(JSON.stringify({ Command: 'end', SecretId: credential }));
    const { FunctionError } = await functions.send(new InvokeCommand({ FunctionName: name, Payload }));
    return FunctionError === undefined ? 'yes' : 'no';
  } catch (error) {
    // A credential that was removed takes its function along, and the permission to call it.
    const isThere = !isNamed(error, 'ResourceNotFoundException') && !isNamed(error, 'AccessDeniedException');
    return isThere ? 'no' : 'nobody';
  }
}
