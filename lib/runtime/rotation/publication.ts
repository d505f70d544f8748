import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isNamed } from './named-error';
import { RotationRefusal } from './refusal';

/** The public half of a credential: what verifiers may know, in one object of a bucket that only the rotation writes. */
export interface Publication {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}

/** Where an object lies. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}

export function publicationIn(client: Pick<S3Client, 'send'>, { bucket, key }: ObjectAddress): Publication {
  const read = async (): Promise<string | undefined> => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return await Body?.transformToString();
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) return undefined;
      throw error;
    }
  };
  return {
    read,
    write: async (text) => {
      // What stands there already is not written again: every version of the object is then a change.
      if ((await read()) === text) return;
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/json' }),
      );
    },
  };
}

/** Of the environment of a rotation function; `undefined` where nothing is to be published. */
export function publicationFrom(environment: NodeJS.ProcessEnv): Publication | undefined {
  const { PUBLISHED_BUCKET: bucket, PUBLISHED_KEY: key } = environment;
  if (bucket === undefined && key === undefined) return undefined;
  if (!bucket || !key) throw new RotationRefusal('PUBLISHED_BUCKET and PUBLISHED_KEY must both be set');
  return publicationIn(new S3Client({}), { bucket, key });
}
