import { closeSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';

/** A file or folder of a cloud assembly that is uploaded, or that an image is built of. */
export interface AssetSource {
  /** The path of it. */
  readonly path: string;
  /** By what templates name it: the hash in its name. */
  readonly id: string;
}

/** How much is read of the assets of one analysis. */
export interface AssetLimits {
  readonly bytesOfAFile: number;
  readonly bytes: number;
  readonly files: number;
}

export const ASSET_LIMITS: AssetLimits = { bytesOfAFile: 8 * 2 ** 20, bytes: 64 * 2 ** 20, files: 10_000 };

/** A file that was read, or why it was not. */
export type AssetFile =
  | { readonly name: string; readonly bytes: Buffer }
  | { readonly name: string; readonly unread: string };

/** What is packed or compiled: nothing in it can be read as text. */
const PACKED =
  /^\.(zip|jar|war|gz|tgz|bz2|xz|br|zst|7z|so|node|wasm|exe|dll|dylib|class|pyc|png|jpe?g|gif|webp|ico|avif|pdf|woff2?|ttf|otf|eot|mp[34]|mov|webm|parquet|bin|dat|icu)$/i;
const HEAD = 4096;
const MAX_DEPTH = 40;

/**
 * The files of an asset that are text. Left out are third-party packages (`node_modules`), links, and what is packed or
 * compiled: by its name, or by a zero byte in its beginning. What goes beyond the limits, which all assets of an
 * analysis share, is said once.
 */
export class AssetReader {
  private left: { bytes: number; files: number };
  private told = false;

  constructor(private readonly limits: AssetLimits = ASSET_LIMITS) {
    this.left = { bytes: limits.bytes, files: limits.files };
  }

  *read({ path }: AssetSource): Generator<AssetFile> {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isFile() === true) yield* this.file(path, basename(path));
    else if (stat?.isDirectory() === true) yield* this.folder(path, '', 0);
  }

  private *folder(path: string, name: string, depth: number): Generator<AssetFile> {
    if (depth > MAX_DEPTH) return;
    const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const below = name === '' ? entry.name : `${name}/${entry.name}`;
      if (entry.isFile()) yield* this.file(join(path, entry.name), below);
      else if (entry.isDirectory() && entry.name !== 'node_modules')
        yield* this.folder(join(path, entry.name), below, depth + 1);
    }
  }

  private *file(path: string, name: string): Generator<AssetFile> {
    if (PACKED.test(extname(name))) return;
    if (this.left.files <= 0 || this.left.bytes <= 0) {
      if (!this.told) yield { name, unread: 'and what comes after it: the assets are too large together' };
      this.told = true;
      return;
    }
    const bytes = textOf(path, this.limits.bytesOfAFile);
    if (bytes === 'binary') return;
    if (typeof bytes === 'string') {
      yield { name, unread: bytes };
      return;
    }
    this.left = { bytes: this.left.bytes - bytes.length, files: this.left.files - 1 };
    yield { name, bytes };
  }
}

function textOf(path: string, most: number): Buffer | 'binary' | 'too large' | 'cannot be read' {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const { size } = fstatSync(file);
    const bytes = Buffer.allocUnsafe(Math.min(size, most));
    const head = fill(file, bytes, 0, Math.min(HEAD, bytes.length));
    if (bytes.subarray(0, head).includes(0)) return 'binary';
    if (size > most) return 'too large';
    return bytes.subarray(0, fill(file, bytes, head, bytes.length));
  } catch {
    return 'cannot be read';
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Up to which byte the buffer is filled. */
function fill(file: number, bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const read = readSync(file, bytes, at, to - at, null);
    if (read === 0) break;
    at += read;
  }
  return at;
}
