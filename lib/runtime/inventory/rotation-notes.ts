import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { RotationLogEntry } from '../rotation/rotate';
import type { DeclaredEntry, Entry } from './entry';
import { Inventory } from './inventory';

/** Takes notes of a rotation; without an inventory, none. */
export type NoteTaker = (entry: RotationLogEntry) => Promise<void>;

/** What the inventory shall hold after a line of the log; `undefined` where that changes nothing. */
export function noteOf(
  { level, step, secretId, version }: RotationLogEntry,
  declared: DeclaredEntry,
  now: number,
): Entry | undefined {
  // How an end stands is the sweeper's to note.
  if (secretId === undefined || step === 'end') return undefined;
  if (level === 'error') return { ...declared, credential: secretId, state: 'failing' };
  switch (step) {
    case 'finishSecret': {
      const next = new Date(now + declared.rotateEveryHours * 3_600_000).toISOString();
      const lastRotation = new Date(now).toISOString();
      return { ...declared, credential: secretId, state: 'active', version, lastRotation, nextRotation: next };
    }
    case 'revoke':
      return { ...declared, credential: secretId, state: 'revoked' };
    default:
      return undefined;
  }
}

/** By the environment of a rotation function. */
export function noteTaker(environment: NodeJS.ProcessEnv, client?: Pick<DynamoDBClient, 'send'>): NoteTaker {
  const { INVENTORY_TABLE: table, INVENTORY_ENTRY: text } = environment;
  if (!table || !text) return () => Promise.resolve();
  const inventory = new Inventory(client ?? new DynamoDBClient({}), table);
  const declared = { ...(JSON.parse(text) as DeclaredEntry), rotatedBy: environment['AWS_LAMBDA_FUNCTION_NAME'] };
  return async (entry) => {
    const note = noteOf(entry, declared, Date.now());
    if (note !== undefined) await inventory.note(note);
  };
}
