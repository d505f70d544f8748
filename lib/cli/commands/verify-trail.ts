import { readFileSync, statSync } from 'node:fs';
import type { TrailReport } from '../../model/trail-report';
import { Option } from '../../private/vendor/commander';
import type { Command } from '../../private/vendor/commander';
import { trailJson } from '../../report/trail-json';
import { trailText } from '../../report/trail-text';
import { FolderStore } from '../../trail/folder-store';
import { entryOf, readPublicKeys } from '../../trail/public-keys';
import type { TrailKeys } from '../../trail/public-keys';
import { MissingSdk, S3Store } from '../../trail/s3-store';
import type { TrailStore } from '../../trail/store';
import { verifyTrail } from '../../trail/verify-trail';
import { EXIT, UsageError } from '../exit-code';
import type { ExitCode } from '../exit-code';
import type { Io } from '../io';
import { loadSdk } from '../load-sdk';
import { progressBar } from '../progress-bar';
import { styleOf } from '../style-of';

interface Options {
  readonly format: 'text' | 'json';
  readonly publicKeys?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly regions?: readonly string[];
  readonly allowUnsignedEnd?: boolean;
}

/** `bulkhead verify-trail`: whether the log files of a trail are those that CloudTrail delivered, wherever they lie. */
export function verifyTrailCommand(program: Command, io: Io, done: (code: ExitCode | Promise<ExitCode>) => void): void {
  program
    .command('verify-trail')
    .summary('prove that the log files of a CloudTrail trail are whole, wherever they lie')
    .description(
      'Verifies the digests of a trail and every log file that they list: signatures, hashes, gaps, restarts. Works on copies, which the AWS CLI does not.',
    )
    .argument('<place>', 'a folder, or s3://bucket/prefix')
    .option(
      '--public-keys <file...>',
      'what `aws cloudtrail list-public-keys` prints, of each region; for a place in S3 they are asked of AWS without it',
    )
    .option('--since <time>', 'every chain of digests must have begun by this time')
    .option(
      '--until <time>',
      'every chain of digests must reach this time; without it, missing newest digests are not seen',
    )
    .option(
      '--regions <region...>',
      'every account must have a chain of each of these regions; without it, a region that is missing whole is not seen',
    )
    .option(
      '--allow-unsigned-end',
      'do not count it as a problem that the newest digest of a chain has no signature here; it and what it lists is not proved then',
    )
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((place: string, options: Options) => done(run(place, options, io)));
}

async function run(place: string, options: Options, io: Io): Promise<ExitCode> {
  const store = storeAt(place, io);
  const times = { since: timeOf('--since', options.since), until: timeOf('--until', options.until) };
  if (times.since !== undefined && times.until !== undefined && Date.parse(times.since) >= Date.parse(times.until)) {
    throw new UsageError(
      `BH5024: \`--since\` ${times.since} is not before \`--until\` ${times.until}; expected a span of time that the digests cover`,
    );
  }
  const keysOf = keysFrom(options.publicKeys, store, place);
  const bar = progressBar(io);
  let report: TrailReport;
  try {
    report = await verifyTrail(store, {
      source: place,
      keysOf,
      ...(times.since === undefined ? {} : { since: times.since }),
      ...(times.until === undefined ? {} : { until: times.until }),
      ...(options.regions === undefined ? {} : { regions: regionsOf(options.regions) }),
      allowUnsignedEnd: options.allowUnsignedEnd === true,
      onProgress: bar.show,
    });
  } catch (error) {
    throw unreadable(place, error);
  } finally {
    bar.clear();
  }
  if (report.chains.length === 0 && Object.keys(report.counts).length === 0) {
    throw new UsageError(
      `BH5023: there is no digest of CloudTrail at \`${place}\`; expected files called like \`111122223333_CloudTrail-Digest_eu-west-1_NAME_eu-west-1_20261122T040000Z.json.gz\`, and the log files that they list`,
    );
  }
  io.out(options.format === 'json' ? trailJson(report) : trailText(report, styleOf(io)));
  return Object.keys(report.counts).length === 0 ? EXIT.HOLDS : EXIT.FINDINGS;
}

function storeAt(place: string, io: Io): TrailStore {
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(place) ?? [];
  if (bucket !== undefined) {
    const folder = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    return withSdk(() => new S3Store(bucket, folder, io.loadSdk ?? loadSdk));
  }
  let isFolder = false;
  try {
    isFolder = statSync(place).isDirectory();
  } catch {
    // Told below.
  }
  if (isFolder) return new FolderStore(place);
  throw new UsageError(
    `BH5020: \`${place}\` is no folder; expected one with the files of a trail, or s3://bucket/prefix`,
  );
}

/** Given ones are the same for every region; without them AWS is asked for each. */
function keysFrom(
  files: readonly string[] | undefined,
  store: TrailStore,
  place: string,
): (region: string, from: Date, until: Date) => Promise<TrailKeys> {
  if (files !== undefined) {
    const keys: TrailKeys = new Map(files.flatMap((file) => [...keysIn(file)]));
    return () => Promise.resolve(keys);
  }
  if (store.publicKeys === undefined) {
    throw new UsageError(
      `BH5021: no public keys are given, and \`${place}\` cannot be asked for them; get them from AWS, not from where the logs come from: \`aws cloudtrail list-public-keys --region REGION --start-time FROM --end-time TO > keys.json\`, then \`--public-keys keys.json\``,
    );
  }
  return async (...asked) => new Map(((await store.publicKeys?.(...asked)) ?? []).map(entryOf));
}

function keysIn(file: string): TrailKeys {
  try {
    return readPublicKeys(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`BH5022: the public keys cannot be read from ${file}: ${(error as Error).message}`);
  }
}

function timeOf(option: string, value: string | undefined): string | undefined {
  if (value === undefined || !Number.isNaN(Date.parse(value))) return value;
  throw new UsageError(`BH5024: \`${option}\` is no time, got \`${value}\`; expected one such as 2026-11-22T04:00:00Z`);
}

function regionsOf(values: readonly string[]): readonly string[] {
  const regions = values.flatMap((each) => each.split(',')).filter((each) => each !== '');
  const wrong = regions.find((each) => !/^[a-z]{2,}(-[a-z]+)+-\d$/.test(each));
  if (wrong === undefined && regions.length > 0) return regions;
  throw new UsageError(
    `BH5024: \`--regions\` has \`${wrong ?? ''}\`, which is no region; expected such as \`eu-west-1 us-east-1\``,
  );
}

function withSdk<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw unreadable('', error);
  }
}

/** What the file system or S3 refuses is unreadable input, and no fault of ours. */
function unreadable(place: string, error: unknown): unknown {
  if (error instanceof MissingSdk) {
    return new UsageError(
      `BH5025: ${error.message}, and reading from S3 needs it; it is no dependency, for who verifies folders needs none: \`npm install ${error.packageName}\``,
    );
  }
  const { code, path, $metadata, name, message } = error as NodeJS.ErrnoException & { $metadata?: unknown };
  if (code !== undefined && path !== undefined) return new UsageError(`BH5026: cannot read ${path} (${code})`);
  // Of the SDK: credentials, permissions, names of buckets.
  if ($metadata !== undefined || /credentials/i.test(name ?? '')) {
    return new UsageError(`BH5026: cannot read ${place}: ${name}: ${message}`);
  }
  return error;
}
