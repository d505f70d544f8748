import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { dayOf, earliestOf } from '../../model/calendar';
import { COMPARTMENT_TAG, EXPIRES_ON_TAG } from '../../model/tags';
import { isNamed } from '../rotation/named-error';
import { endCredential, endOfGone } from './end-credential';
import type { Entry } from './entry';
import { endNear, late, wrong } from './messages';
import type { FoundSecret, SweepTools } from './sweep-tools';

/** How many days before its end the owner of a credential is told. */
export const TOLD_BEFORE = [30, 14, 7, 3, 1] as const;
const ENDED: ReadonlySet<string> = new Set(['ending', 'ended', 'deleted']);
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
  if (secret === undefined) return endOfGone(entry, tools);
  // The earlier end counts: who moves one of them must not win days by it.
  const expiresOn = earliestOf(secret.expiresOn, entry.expiresOn);
  if (expiresOn === undefined) return (await tellOfWrong(entry, secret, tools)) ?? 'left: nobody knows its end';
  const left = (dayOf(expiresOn) as number) - Math.floor(tools.now / DAY_MS);
  const now = { ...entry, expiresOn };
  // Whom it may concern is told afterwards: an end must not wait for a topic.
  if (left < 0) {
    try {
      return await endCredential(now, secret, tools);
    } finally {
      await tellOfWrong(entry, secret, tools);
    }
  }
  const odd = await tellOfWrong(entry, secret, tools);
  const step = TOLD_BEFORE.filter((days) => left <= days).at(-1);
  const told = entry.toldOf === expiresOn ? entry.toldAt : undefined;
  if (step !== undefined && step < (told ?? Infinity)) {
    await tools.tell(endNear(now, left));
    await tools.inventory.note({ credential, toldOf: expiresOn, toldAt: step });
    return `told: it ends in ${left} days`;
  }
  if (nextRotation !== undefined && tools.now > Date.parse(nextRotation) + LATE_MS) {
    await tools.tell(late(entry));
    return 'told: its rotation is late';
  }
  return odd;
}

/** Once for each state of things. What is as declared again would be told anew. */
async function tellOfWrong(entry: Entry, secret: FoundSecret, { inventory, tell }: SweepTools) {
  const what = whatIsWrong(entry, secret);
  if (what === (entry.toldWrong ?? '')) return undefined;
  if (what !== '') await tell(wrong(entry, what));
  await inventory.note({ credential: entry.credential, toldWrong: what });
  return what === '' ? undefined : `told: ${what}`;
}

function whatIsWrong({ expiresOn, state }: Entry, { isOurs, isDeleted, expiresOn: tagged }: FoundSecret): string {
  if (!isOurs) return 'has lost the tag of its compartment: its secret cannot be deleted at its end';
  if (tagged === undefined || dayOf(tagged) === undefined) return 'has no end in its tags any more';
  if (expiresOn !== undefined && tagged !== expiresOn)
    return `was declared until ${expiresOn}, and its secret is tagged until ${tagged}: the earlier of them counts`;
  if (!isDeleted || ENDED.has(state ?? 'active')) return '';
  return 'is to be deleted by somebody, and works where it was introduced until its end: remove it from the app to end it';
}

async function describe(credential: string, { secrets }: SweepTools): Promise<FoundSecret | undefined> {
  try {
    const found = await secrets.send(new DescribeSecretCommand({ SecretId: credential }));
    const tags = new Map((found.Tags ?? []).map(({ Key, Value }) => [Key, Value]));
    return {
      rotatedBy: found.RotationLambdaARN,
      isDeleted: found.DeletedDate !== undefined,
      isOurs: tags.has(COMPARTMENT_TAG),
      expiresOn: tags.get(EXPIRES_ON_TAG),
    };
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
}
