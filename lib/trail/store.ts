import type { Readable } from 'node:stream';

/** Where a trail lies: a folder or a bucket. Paths are relative, with `/`. */
export interface TrailStore {
  /** Every file, in any order. */
  list(): AsyncIterable<StoredFile>;
  /** `undefined` where there is no such file. The caller reads it to its end or destroys it. */
  open(path: string): Promise<OpenFile | undefined>;
  /** The public keys of a region, where the store can ask AWS for them. */
  publicKeys?(region: string, from: Date, until: Date): Promise<readonly unknown[]>;
}

export interface StoredFile {
  readonly path: string;
  readonly size: number;
}

export interface OpenFile {
  readonly content: Readable;
  /** In hex, where the store keeps it with the file. */
  readonly signature?: string;
}
