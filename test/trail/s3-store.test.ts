import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../lib/trail/public-keys';
import { MissingSdk, S3Store } from '../../lib/trail/s3-store';
import { verifyTrail } from '../../lib/trail/verify-trail';
import { signer, trail } from './trail-maker';
import type { MadeTrail } from './trail-maker';

const CLOUDTRAIL = signer();

/** The parts of the SDK that are used, over a trail in memory; pages of three. */
function sdk({ files, signatures }: MadeTrail): (name: string) => unknown {
  class Command {
    constructor(readonly input: any) {}
  }
  class ListObjectsV2Command extends Command {}
  class GetObjectCommand extends Command {}
  class ListPublicKeysCommand extends Command {}
  class S3Client {
    send(command: Command): Promise<unknown> {
      const { Prefix, ContinuationToken = '0', Key } = command.input;
      if (command instanceof ListObjectsV2Command) {
        const all = [...files].filter(([path]) => path.startsWith(Prefix));
        const at = Number(ContinuationToken);
        return Promise.resolve({
          Contents: all.slice(at, at + 3).map(([path, { length }]) => ({ Key: path, Size: length })),
          ...(at + 3 < all.length ? { NextContinuationToken: String(at + 3) } : {}),
        });
      }
      const content = files.get(Key);
      if (content === undefined) return Promise.reject(Object.assign(new Error('no'), { name: 'NoSuchKey' }));
      const Metadata = { signature: signatures.get(Key) };
      return Promise.resolve({ Body: Readable.from([content]), Metadata });
    }
  }
  class CloudTrailClient {
    send(): Promise<unknown> {
      const { Fingerprint, Value } = CLOUDTRAIL.listed as { Fingerprint: string; Value: string };
      const Validity = { ValidityStartTime: new Date('2026-01-01'), ValidityEndTime: new Date('2027-01-01') };
      return Promise.resolve({ PublicKeyList: [{ Fingerprint, Value: Buffer.from(Value, 'base64'), ...Validity }] });
    }
  }
  return (name) =>
    name === '@aws-sdk/client-s3'
      ? { S3Client, ListObjectsV2Command, GetObjectCommand }
      : { CloudTrailClient, ListPublicKeysCommand };
}

describe('a trail in S3', () => {
  const made = trail({ signer: CLOUDTRAIL, hours: 4, prefix: 'audit/' });
  const store = new S3Store('copy', 'audit/', sdk(made));
  const keysOf = async (...asked: [string, Date, Date]) => new Map((await store.publicKeys(...asked)).map(entryOf));

  it('is proved with the signatures that S3 keeps and the keys that AWS gives', async () => {
    const { chains, problems } = await verifyTrail(store, { source: 's3', keysOf });
    expect(problems).toEqual([]);
    expect(chains).toMatchObject([{ digests: 4, logs: 8, unsigned: 0 }]);
  });

  it('tells what is missing', async () => {
    const less = { ...made, files: new Map([...made.files].filter(([path]) => path !== made.logs[3])) };
    const { problems } = await verifyTrail(new S3Store('copy', 'audit/', sdk(less)), { source: 's3', keysOf });
    expect(problems).toMatchObject([{ kind: 'log-missing', file: made.logs[3] }]);
  });

  it('needs a package that is no dependency, and says which', () => {
    const load = (): never => {
      throw Object.assign(new Error('no'), { code: 'MODULE_NOT_FOUND' });
    };
    expect(() => new S3Store('copy', '', load)).toThrow(MissingSdk);
  });
});
