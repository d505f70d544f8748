import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** A public key with which CloudTrail's signatures are checked. */
export interface TrailKey {
  readonly key: KeyObject;
  /** When CloudTrail may sign with it, in milliseconds; not told by every source. */
  readonly from?: number;
  readonly until?: number;
}

/** By fingerprint. */
export type TrailKeys = ReadonlyMap<string, TrailKey>;

/**
 * Reads what `aws cloudtrail list-public-keys` prints. The keys are what all trust rests on: they must come from AWS,
 * not from where the logs lie.
 *
 * @throws Error that says what is wrong with the text
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PublicKey.html
 */
export function readPublicKeys(text: string): TrailKeys {
  const list = (JSON.parse(text) as { PublicKeyList?: unknown } | null)?.PublicKeyList;
  if (!Array.isArray(list)) throw new Error('it has no `PublicKeyList`');
  return new Map(list.map((each: unknown, index) => entryOf(each, index)));
}

/** An element of `PublicKeyList`. */
export interface ListedKey {
  readonly Fingerprint?: unknown;
  /** PKCS #1, DER: base64 in the output of the CLI, bytes in that of the SDK. */
  readonly Value?: unknown;
  readonly ValidityStartTime?: unknown;
  readonly ValidityEndTime?: unknown;
}

export function entryOf(each: unknown, index: number): [string, TrailKey] {
  const { Fingerprint, Value, ValidityStartTime, ValidityEndTime } = (each ?? {}) as ListedKey;
  if (typeof Fingerprint !== 'string') throw new Error(`key ${index} has no \`Fingerprint\``);
  const der =
    typeof Value === 'string' ? Buffer.from(Value, 'base64') : Value instanceof Uint8Array ? Value : undefined;
  if (der === undefined) throw new Error(`key ${index} has no \`Value\``);
  const [from, until] = [timeOf(ValidityStartTime), timeOf(ValidityEndTime)];
  return [
    Fingerprint,
    {
      key: createPublicKey({ key: Buffer.from(der), format: 'der', type: 'pkcs1' }),
      ...(from === undefined ? {} : { from }),
      ...(until === undefined ? {} : { until }),
    },
  ];
}

/** The CLI prints ISO times or seconds, as it is set. */
function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'number') return value * 1000;
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
