import { open, opendir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenFile, StoredFile, TrailStore } from './store';

/** How much is read at once. */
const CHUNK = 1 << 18;

/** A folder with the files of a trail, as they were copied from their bucket. */
export class FolderStore implements TrailStore {
  constructor(private readonly root: string) {}

  async *list(folder = ''): AsyncIterable<StoredFile> {
    for await (const entry of await opendir(join(this.root, folder))) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) yield* this.list(path);
      else yield { path, size: (await stat(join(this.root, path))).size };
    }
  }

  /** A copy has no metadata: the signature of a digest is read from a file beside it, with `.signature` at the end. */
  async open(path: string): Promise<OpenFile | undefined> {
    const file = await whereThere(open(join(this.root, path)));
    if (file === undefined) return undefined;
    const signature = path.includes('_CloudTrail-Digest_')
      ? await whereThere(readFile(join(this.root, `${path}.signature`), 'utf8'))
      : undefined;
    return {
      content: file.createReadStream({ highWaterMark: CHUNK }),
      ...(signature === undefined ? {} : { signature: signature.trim() }),
    };
  }
}

async function whereThere<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}
