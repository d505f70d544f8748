import type { S3Client } from '@aws-sdk/client-s3';
import { Line, named } from './faults';

/** One bucket of S3 in memory. */
export class FakeBucket {
  public readonly objects = new Map<string, string>();

  constructor(private readonly line = new Line()) {}

  public readonly client = { send: (command: unknown) => this.send(command) } as unknown as Pick<S3Client, 'send'>;

  private send(command: unknown): Promise<unknown> {
    const { name } = (command as object).constructor;
    const { Key, Body } = (command as { readonly input: { Key: string; Body?: string } }).input;
    return this.line.call(name.replace(/Command$/, ''), () => {
      switch (name) {
        case 'GetObjectCommand': {
          const text = this.objects.get(Key);
          if (text === undefined) throw named('NoSuchKey', Key);
          return { Body: { transformToString: () => Promise.resolve(text) } };
        }
        case 'PutObjectCommand':
          this.objects.set(Key, Body ?? '');
          return {};
        default:
          throw named('AccessDenied', `a rotation must not call ${name}`);
      }
    });
  }
}
