import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RotationRefusal } from './refusal';
import { problemWithNext } from './rotated-value';
import type { RotatedValue } from './rotated-value';
import { parseRotationEvent } from './rotation-event';
import type { RotationEvent, Step } from './rotation-event';
import { SecretStore } from './secret-store';
import { CURRENT, movesToFinish, PENDING, standingOf } from './staging';
import type { SecretState } from './staging';

/** A line of the log. INVARIANT: ids and decisions only, never a value. */
export interface RotationLogEntry {
  readonly level: 'info' | 'error';
  readonly step?: Step;
  readonly secretId?: string;
  readonly version?: string;
  readonly decision: string;
}

/** What a rotation works with. */
export interface RotationTools {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly kind: RotatedValue;
  readonly log: (entry: RotationLogEntry) => void;
}

/**
 * One step of a rotation. Every step may be called any number of times, in any state that a crash can leave behind,
 * and asks first how the secret stands.
 *
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda-functions.html
 */
export async function rotate(event: unknown, tools: RotationTools): Promise<void> {
  let parsed: RotationEvent | undefined;
  try {
    parsed = parseRotationEvent(event);
    tools.log({ level: 'info', ...parsed, decision: await takeStep(parsed, tools) });
  } catch (error) {
    // Errors of the SDK are told by name only: what is in their message is not ours to vouch for.
    const why = error instanceof RotationRefusal ? `refused: ${error.message}` : `failed: ${nameOf(error)}`;
    tools.log({ level: 'error', ...parsed, decision: why });
    throw error;
  }
}

async function takeStep({ step, secretId, version }: RotationEvent, { client, kind }: RotationTools): Promise<string> {
  const store = new SecretStore(client, secretId);
  const state = await store.describe();
  const standing = standingOf(version, state);
  if (standing.is === 'refused') throw new RotationRefusal(`version ${version}: ${standing.why}`);
  const inUse = standing.is === 'current';
  switch (step) {
    case 'createSecret':
      return inUse ? 'nothing to do: the version is in use already' : create(store, version, kind);
    case 'setSecret':
      return 'nothing to set: readers take the token from the secret';
    case 'testSecret':
      await test(store, version, kind, inUse);
      return 'the value was read back and is well-formed';
    default:
      return finish(store, version, kind, state, inUse);
  }
}

async function create(store: SecretStore, version: string, kind: RotatedValue): Promise<string> {
  const current = await store.read({ label: CURRENT });
  const pending = await store.read({ version, label: PENDING });
  if (pending === undefined) {
    if (await store.putPending(version, kind.generate())) return 'created';
    // Another call of this step was faster: its value counts, and the test step judges it.
    return 'kept: the version has got a value meanwhile';
  }
  const problem = problemWithNext(kind, pending, current);
  if (problem === undefined) return 'kept: the version has a value already';
  // A version never changes its value. Left pending, this one would fail its test for ever and block every rotation.
  await store.move({ label: PENDING, from: version });
  throw new RotationRefusal(`version ${version}: ${problem}; discarded, the next rotation makes a new one`);
}

async function test(store: SecretStore, version: string, kind: RotatedValue, inUse: boolean): Promise<void> {
  const next = await store.read({ version, label: inUse ? CURRENT : PENDING });
  const current = inUse ? undefined : await store.read({ label: CURRENT });
  const problem = problemWithNext(kind, next, current);
  if (problem !== undefined) throw new RotationRefusal(`version ${version}: ${problem}`);
}

async function finish(
  store: SecretStore,
  version: string,
  kind: RotatedValue,
  { stages }: SecretState,
  inUse: boolean,
): Promise<string> {
  // Readers must never be left without a valid value, whatever happened since the test.
  if (!inUse) await test(store, version, kind, false);
  const moves = movesToFinish(version, stages);
  for (const move of moves) await store.move(move);
  return moves.length === 0
    ? 'nothing to do: finished already'
    : moves.map(({ label, to }) => `${label} ${to === undefined ? 'removed' : 'moved'}`).join(', ');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown error';
}
