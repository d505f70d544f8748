import { InvokeCommand } from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { dayOf } from '../../model/calendar';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG } from '../../model/tags';
import { isNamed } from '../rotation/named-error';
import type { Entry } from './entry';
import type { Inventory } from './inventory';

/** A line of the log. INVARIANT: ids and decisions only. */
export interface SweepLogEntry {
  readonly level: 'info' | 'error';
  readonly source: 'cdk-bulkhead/sweeper';
  readonly credential: string;
  readonly decision: string;
}

export interface SweepTools {
  readonly inventory: Inventory;
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly functions: Pick<LambdaClient, 'send'>;
  /** Tells the owner. */
  readonly tell: (message: OwnersMessage) => Promise<void>;
  readonly log: (entry: SweepLogEntry) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface OwnersMessage {
  readonly owner: string;
  readonly subject: string;
  readonly text: string;
}

/** How many days before its end the owner of a credential is told. */
export const TOLD_BEFORE = [30, 14, 7, 3, 1] as const;
/** How long a secret can be restored. */
const RECOVERY_DAYS = 30;
const DAY_MS = 86_400_000;
/** A rotation is late when it is this long past its time: Secrets Manager chooses the hour within a window. */
const LATE_MS = 2 * DAY_MS;

/**
 * Looks after every credential of the inventory: tells owners of an end that comes near and of rotations that are late,
 * and ends what is past its end. What fails for one does not keep the others, and fails the sweep at last.
 */
export async function sweep(tools: SweepTools): Promise<void> {
  const failed: string[] = [];
  for (const entry of await tools.inventory.all()) {
    const { credential } = entry;
    try {
      const decision = await sweepOne(entry, tools);
      if (decision !== undefined) tools.log({ level: 'info', source: 'cdk-bulkhead/sweeper', credential, decision });
    } catch (error) {
      failed.push(credential);
      const decision = `failed: ${error instanceof Error ? error.name : 'unknown error'}`;
      tools.log({ level: 'error', source: 'cdk-bulkhead/sweeper', credential, decision });
    }
  }
  if (failed.length > 0) throw new Error(`${failed.length} credentials could not be swept`);
}

async function sweepOne(entry: Entry, tools: SweepTools): Promise<string | undefined> {
  const { credential, nextRotation } = entry;
  const secret = await describe(credential, tools);
  if (secret === undefined) {
    await tools.inventory.remove(credential);
    return 'forgotten: the secret is gone';
  }
  const tags = new Map((secret.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
  // The tag counts: the inventory learns of a new end with the next rotation only.
  const expiresOn = tags.get(EXPIRES_ON_TAG) ?? '';
  const last = dayOf(expiresOn);
  if (last === undefined || !tags.has(COMPARTMENT_TAG)) return 'left: it is not tagged as one of ours';
  const left = last - Math.floor(tools.now / DAY_MS);
  if (left < 0) return end({ ...entry, expiresOn }, secret.DeletedDate !== undefined, tools);
  const step = TOLD_BEFORE.filter((days) => left <= days).at(-1);
  const told = entry.expiresOn === expiresOn ? entry.toldAt : undefined;
  if (step !== undefined && step < (told ?? Infinity)) {
    await tools.tell(endNear({ ...entry, expiresOn }, left));
    await tools.inventory.note({ credential, expiresOn, toldAt: step });
    return `told: it ends in ${left} days`;
  }
  if (nextRotation !== undefined && tools.now > Date.parse(nextRotation) + LATE_MS) {
    await tools.tell(late(entry));
    return 'told: its rotation is late';
  }
  return undefined;
}

/** Disables at once, and has it deleted when the window has passed in which it can be restored. */
async function end(entry: Entry, isDeleted: boolean, tools: SweepTools): Promise<string | undefined> {
  const { credential, expiresOn, rotatedBy, state } = entry;
  if (isDeleted && state === 'ended') return undefined;
  if (!isDeleted) {
    if (rotatedBy !== undefined) await command(rotatedBy, credential, tools);
    await tools.secrets.send(new DeleteSecretCommand({ SecretId: credential, RecoveryWindowInDays: RECOVERY_DAYS }));
  }
  await tools.tell(ended(entry));
  await tools.inventory.note({ credential, state: 'ended' });
  return `ended: its last day was ${expiresOn}`;
}

async function describe(credential: string, { secrets }: SweepTools) {
  try {
    return await secrets.send(new DescribeSecretCommand({ SecretId: credential }));
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}

/** Has the rotation function make the values stop working wherever it introduced them. */
async function command(name: string, credential: string, { functions }: SweepTools): Promise<void> {
  const Payload = Buffer.from(JSON.stringify({ Command: 'end', SecretId: credential }));
  const { FunctionError } = await functions.send(new InvokeCommand({ FunctionName: name, Payload }));
  if (FunctionError !== undefined) throw new Error('the rotation function failed');
}

function endNear({ path, purpose, owner = '', expiresOn }: Entry, days: number): OwnersMessage {
  return {
    owner,
    subject: `A credential ends in ${days} days`,
    text: `The credential ${path} (${purpose}) ends after ${expiresOn}. Give it a new end where it is still needed, or remove it. It stops working the day after, and is deleted ${RECOVERY_DAYS} days later.`,
  };
}

function late({ path, purpose, owner = '', nextRotation }: Entry): OwnersMessage {
  return {
    owner,
    subject: 'A credential has not rotated',
    text: `The credential ${path} (${purpose}) should have rotated by ${nextRotation}, and has not. See the log of its rotation function.`,
  };
}

function ended({ path, purpose, owner = '', expiresOn, credential }: Entry): OwnersMessage {
  return {
    owner,
    subject: 'A credential has ended',
    text: `The credential ${path} (${purpose}) has ended: its last day was ${expiresOn}. Within ${RECOVERY_DAYS} days it can be brought back with \`aws secretsmanager restore-secret --secret-id ${credential}\` and a new end; then it is deleted.`,
  };
}
