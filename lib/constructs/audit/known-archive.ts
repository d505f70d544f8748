import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { IConstruct, IDependable } from 'constructs';
import { misuse } from '../../private/errors';
import type { KnownSource } from './archive-sources';
import type { IAuditVault } from './i-audit-vault';
import { namedTarget } from './copy-target';
import type { CopyTarget } from './copy-target';

/** Where bucket and key of an archive are. All literals. */
export interface ArchivePlace {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** What a trail has to know of the archive to which it writes, be the archive of this app or of another. */
export interface KnownArchive {
  readonly bucketName: string;
  readonly place: ArchivePlace;
  readonly retentionDays: number;
  readonly sources: readonly KnownSource[];
  /** Those of this app that write to it, by the name of the source. */
  readonly trails: Map<string, IAuditVault>;
  /** The copies of the archive: what arrives as a copy is not copied again. They have let in the roles of the sources. */
  readonly copies: readonly CopyTarget[];
  /** What has to stand before a trail can write; of another app, nothing is known. */
  readonly writable: () => IDependable[];
  /** Lets a role read the folder of a source, on the side of the archive, or refuses where it is not let in there. */
  readonly admit: (source: KnownSource, role: iam.IRole) => void;
  /** Where it is of this app. */
  readonly parts?: {
    readonly encryptionKey: kms.IKey;
    readonly accessLogBucket: s3.IBucket;
    readonly compartment: string;
  };
}

const ARCHIVE = Symbol.for('cdk-bulkhead.AuditArchive');

/** Notes what is known of an archive at its construct: works across copies of the library. */
export function noteArchive(at: IConstruct, archive: KnownArchive): void {
  Object.defineProperty(at, ARCHIVE, { value: archive });
}

/** @throws BH4057 where it is no archive. */
export function archiveOf(at: IConstruct, archive: unknown): KnownArchive {
  const known = (archive as { [ARCHIVE]?: KnownArchive } | undefined)?.[ARCHIVE];
  if (known !== undefined) return known;
  throw misuse(at, {
    code: 'BH4057',
    what: '`archive` is no archive',
    why: 'the trail would have nowhere to write',
    mend: 'give an `AuditArchive` of this app, or one of another app by `AuditArchive.fromAttributes`',
  });
}

/** @throws BH4051 where the archive has no such source. */
export function sourceOf(at: IConstruct, { sources }: KnownArchive, name: string): KnownSource {
  const found = sources.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw misuse(at, {
    code: 'BH4051',
    what: `\`${name}\` is no source of the archive`,
    why: 'bucket and key let in the trails alone that are named',
    mend: `name one of ${sources.map((each) => `\`${each.name}\``).join(', ')}, or add it to \`sources\``,
  });
}

/** By which name the account of a trail knows the key: its id is made at deployment. */
export function keyAliasArn({ bucketName, place: { account, region, partition } }: KnownArchive): string {
  return `arn:${partition}:kms:${region}:${account}:alias/${bucketName}`;
}

/** To where S3 copies the log groups of a source: to the archive, and to the replica of it. */
export function logTargets(path: string, archive: KnownArchive): CopyTarget[] {
  const { bucketName, place, retentionDays, writable, copies, parts } = archive;
  return [
    namedTarget({
      id: 'LogsToTheArchive',
      path,
      bucketName,
      ...place,
      retentionDays,
      // It lets in the roles of its sources by their names, which are fixed.
      writable: writable(),
      isUnseen: parts === undefined,
    }),
    ...copies,
  ];
}
