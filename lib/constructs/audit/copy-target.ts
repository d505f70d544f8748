import type { IDependable } from 'constructs';

/** The key under which copies are. */
export interface CopyKey {
  /** By which ARN the rule names the key: its own, or that of an alias. */
  readonly arn: string;
  /** What a policy names for it: a pattern where the id of the key is made elsewhere. */
  readonly pattern: string;
  /** The alias that tells which key of the pattern. @default - the pattern is the key's own ARN */
  readonly alias?: string;
}

/** A bucket that S3 copies to. */
export interface CopyTarget {
  /** The id of the rule of replication. */
  readonly id: string;
  /** What it is called in messages. */
  readonly path: string;
  readonly bucketArn: string;
  readonly bucketName: string;
  /** @default - copies are encrypted by S3 with keys of its own, and so are the originals */
  readonly key?: CopyKey;
  readonly region: string;
  readonly retentionDays: number;
  /** Lets the role in, on the side of the target, to keys that begin with one of these. */
  readonly admit: (roleArn: string, account: string, folders: readonly string[]) => void;
  /** What has to stand before S3 can copy. */
  readonly writable: readonly IDependable[];
  /** Whether the target has to know the account of the original before deployment. */
  readonly isElsewhere: boolean;
  /** Whether no template of this app shows it. @default false */
  readonly isUnseen?: boolean;
}

/** A bucket with a key whose alias is called after it, known by name before it is there. */
export function namedTarget({
  bucketName,
  account,
  region,
  partition,
  admit = () => undefined,
  writable = [],
  ...more
}: Pick<CopyTarget, 'id' | 'path' | 'bucketName' | 'region' | 'retentionDays'> &
  Partial<Pick<CopyTarget, 'admit' | 'writable' | 'isUnseen'>> & {
    readonly account: string;
    readonly partition: string;
  }): CopyTarget {
  const keys = `arn:${partition}:kms:${region}:${account}`;
  return {
    ...more,
    bucketName,
    bucketArn: `arn:${partition}:s3:::${bucketName}`,
    key: { arn: `${keys}:alias/${bucketName}`, pattern: `${keys}:key/*`, alias: `alias/${bucketName}` },
    region,
    admit,
    writable,
    isElsewhere: true,
  };
}
