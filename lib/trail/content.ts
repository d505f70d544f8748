import { createHash } from 'node:crypto';
import { pipeline } from 'node:stream';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** How much is unpacked at once. */
const CHUNK = 1 << 18;
/** A digest of an hour lists some thousand log files; what is longer is none. */
const LONGEST_DIGEST = 1 << 28;

/** Told how many bytes were read, as they lie. */
export type OnRead = (bytes: number) => void;

/** The SHA-256 of the uncompressed content, in hex. Throws where it cannot be unpacked. */
export async function hashOf(content: Readable, onRead: OnRead): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of unpacked(content, onRead)) hash.update(chunk);
  return hash.digest('hex');
}

/** The uncompressed content of a small file and its hash. Throws where it cannot be unpacked. */
export async function textOf(
  content: Readable,
  onRead: OnRead,
): Promise<{ readonly text: string; readonly hash: string }> {
  const hash = createHash('sha256');
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of unpacked(content, onRead)) {
    hash.update(chunk);
    chunks.push(chunk);
    length += chunk.length;
    if (length > LONGEST_DIGEST) throw new Error('it is too long for a digest');
  }
  return { text: Buffer.concat(chunks).toString('utf8'), hash: hash.digest('hex') };
}

/** By its first bytes, not by its name: a copy may have been unpacked on the way. */
async function* unpacked(content: Readable, onRead: OnRead): AsyncIterable<Buffer> {
  const chunks = content[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const first = await chunks.next();
  if (first.done === true) return;
  const all = after(first.value, chunks, onRead);
  if (!isGzip(first.value)) {
    yield* all;
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK });
  // What goes wrong comes out of the stream that is read.
  pipeline(all, gunzip, () => undefined);
  yield* gunzip as AsyncIterable<Buffer>;
}

async function* after(first: Buffer, rest: AsyncIterator<Buffer>, onRead: OnRead): AsyncIterable<Buffer> {
  onRead(first.length);
  yield first;
  for (;;) {
    const next = await rest.next();
    if (next.done === true) return;
    onRead(next.value.length);
    yield next.value;
  }
}

function isGzip(chunk: Buffer): boolean {
  return chunk[0] === 0x1f && chunk[1] === 0x8b;
}
