import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { StoredFile, TrailStore } from '../../lib/trail/store';

/** A key pair as CloudTrail has one in each region. Generated here: no key of AWS is needed, and none is at hand. */
export interface Signer {
  readonly fingerprint: string;
  readonly privateKey: KeyObject;
  /** As `aws cloudtrail list-public-keys` prints it. */
  readonly listed: object;
}

export function signer(validity: object = {}): Signer {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'pkcs1' });
  const fingerprint = createHash('md5').update(der).digest('hex');
  return { fingerprint, privateKey, listed: { Fingerprint: fingerprint, Value: der.toString('base64'), ...validity } };
}

export const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const HOUR = 3_600_000;
const iso = (time: number): string => new Date(time).toISOString().replace('.000', '');
const stamp = (time: number): string => iso(time).replace(/[-:]/g, '');
const day = (time: number): string => iso(time).slice(0, 10).replaceAll('-', '/');

export interface TrailOptions {
  readonly signer: Signer;
  readonly hours: number;
  /** How many log files an hour has. */
  readonly logs?: (hour: number) => number;
  readonly account?: string;
  readonly region?: string;
  readonly start?: string;
  /** Hours at which the chain starts anew, as it does after StopLogging. */
  readonly restarts?: readonly number[];
  readonly bucket?: string;
  readonly prefix?: string;
  readonly content?: (hour: number, index: number) => string;
}

/** Files by key, and the signatures that S3 keeps as metadata of digests. */
export interface MadeTrail {
  readonly files: Map<string, Buffer>;
  readonly signatures: Map<string, string>;
  readonly digests: readonly string[];
  readonly logs: readonly string[];
}

/** Delivers a trail as CloudTrail does: log files, and a signed digest an hour. */
export function trail(options: TrailOptions): MadeTrail {
  const { signer: by, hours, logs = () => 2, restarts = [], bucket = 'audit', prefix = '' } = options;
  const { account = '111122223333', region = 'eu-west-1', start = '2026-11-20T22:00:00Z' } = options;
  const files = new Map<string, Buffer>();
  const signatures = new Map<string, string>();
  const [digests, logKeys]: [string[], string[]] = [[], []];
  let previous: { object: string; hash: string; signature: string } | undefined;
  for (let hour = 0; hour < hours; hour += 1) {
    const from = Date.parse(start) + hour * HOUR;
    if (restarts.includes(hour)) previous = undefined;
    const listed = Array.from({ length: logs(hour) }, (_, index) => {
      const at = from + index * 300_000;
      const name = `${account}_CloudTrail_${region}_${stamp(at).slice(0, 13)}Z_${sha256(`${hour}/${index}`).slice(0, 16)}.json.gz`;
      const object = `${prefix}AWSLogs/${account}/CloudTrail/${region}/${day(at)}/${name}`;
      const text =
        options.content?.(hour, index) ?? JSON.stringify({ Records: [{ eventID: `${region}/${hour}/${index}` }] });
      files.set(object, gzipSync(text, { level: 1 }));
      logKeys.push(object);
      return { s3Bucket: bucket, s3Object: object, hashValue: sha256(text), hashAlgorithm: 'SHA-256' };
    });
    const end = from + HOUR;
    const object = `${prefix}AWSLogs/${account}/CloudTrail-Digest/${region}/${day(end)}/${account}_CloudTrail-Digest_${region}_audit_${region}_${stamp(end)}.json.gz`;
    const text = JSON.stringify({
      awsAccountId: account,
      digestStartTime: iso(from),
      digestEndTime: iso(end),
      digestS3Bucket: bucket,
      digestS3Object: object,
      digestPublicKeyFingerprint: by.fingerprint,
      digestSignatureAlgorithm: 'SHA256withRSA',
      previousDigestS3Bucket: previous === undefined ? null : bucket,
      previousDigestS3Object: previous?.object ?? null,
      previousDigestHashValue: previous?.hash ?? null,
      previousDigestHashAlgorithm: previous === undefined ? null : 'SHA-256',
      previousDigestSignature: previous?.signature ?? null,
      logFiles: listed,
    });
    const signed = [iso(end), `${bucket}/${object}`, sha256(text), previous?.signature ?? 'null'].join('\n');
    const signature = sign('RSA-SHA256', Buffer.from(signed), by.privateKey).toString('hex');
    files.set(object, gzipSync(text));
    signatures.set(object, signature);
    digests.push(object);
    previous = { object, hash: sha256(text), signature };
  }
  return { files, signatures, digests, logs: logKeys };
}

/** A bucket in memory. */
export function memoryStore({ files, signatures }: MadeTrail, { withMetadata = true } = {}): TrailStore {
  return {
    async *list(): AsyncIterable<StoredFile> {
      for (const [path, content] of files) yield await Promise.resolve({ path, size: content.length });
    },
    open(path) {
      const content = files.get(path);
      if (content === undefined) return Promise.resolve(undefined);
      const signature = withMetadata ? signatures.get(path) : undefined;
      return Promise.resolve({ content: Readable.from([content]), ...(signature === undefined ? {} : { signature }) });
    },
  };
}
