import { Readable } from 'node:stream';
import type { OpenFile, StoredFile, TrailStore } from './store';

/** What is used of the AWS SDK, which is no dependency: who verifies a folder needs none. */
interface Sdk {
  readonly S3Client: new (options: object) => Client;
  readonly ListObjectsV2Command: new (input: object) => object;
  readonly GetObjectCommand: new (input: object) => object;
}
interface CloudTrailSdk {
  readonly CloudTrailClient: new (options: object) => Client;
  readonly ListPublicKeysCommand: new (input: object) => object;
}
interface Client {
  send(command: object): Promise<any>;
}

/** That a package of the AWS SDK is not there. */
export class MissingSdk extends Error {
  public override readonly name = 'MissingSdk';
  constructor(readonly packageName: string) {
    super(`the package \`${packageName}\` is not installed`);
  }
}

/** A trail in its bucket, or in one that it was copied to. Needs `s3:ListBucket`, `s3:GetObject`, and `kms:Decrypt`. */
export class S3Store implements TrailStore {
  private readonly sdk: Sdk;
  private readonly client: Client;

  /** @throws MissingSdk */
  constructor(
    private readonly bucket: string,
    private readonly prefix: string,
    private readonly load: (name: string) => unknown,
  ) {
    this.sdk = this.sdkOf('@aws-sdk/client-s3') as Sdk;
    this.client = new this.sdk.S3Client({ followRegionRedirects: true });
  }

  async *list(): AsyncIterable<StoredFile> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new this.sdk.ListObjectsV2Command({ Bucket: this.bucket, Prefix: this.prefix, ContinuationToken: token }),
      );
      for (const { Key, Size } of page.Contents ?? []) yield { path: Key.slice(this.prefix.length), size: Size ?? 0 };
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async open(path: string): Promise<OpenFile | undefined> {
    try {
      const { Body, Metadata } = await this.client.send(
        new this.sdk.GetObjectCommand({ Bucket: this.bucket, Key: `${this.prefix}${path}` }),
      );
      const signature: unknown = Metadata?.signature;
      return {
        content: Body instanceof Readable ? Body : Readable.from(Body),
        ...(typeof signature === 'string' ? { signature } : {}),
      };
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return undefined;
      throw error;
    }
  }

  /** @throws MissingSdk */
  async publicKeys(region: string, from: Date, until: Date): Promise<readonly unknown[]> {
    const { CloudTrailClient, ListPublicKeysCommand } = this.sdkOf('@aws-sdk/client-cloudtrail') as CloudTrailSdk;
    const client = new CloudTrailClient({ region });
    const keys: unknown[] = [];
    let token: string | undefined;
    do {
      const page = await client.send(new ListPublicKeysCommand({ StartTime: from, EndTime: until, NextToken: token }));
      keys.push(...(page.PublicKeyList ?? []));
      token = page.NextToken;
    } while (token !== undefined);
    return keys;
  }

  private sdkOf(name: string): unknown {
    try {
      return this.load(name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') throw new MissingSdk(name);
      throw error;
    }
  }
}
