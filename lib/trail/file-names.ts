/** What the name of a digest file says. */
export interface DigestName {
  /** One chain of digests: account, region, trail and its home; backfilled digests make a chain of their own. */
  readonly chain: string;
  readonly account: string;
  readonly region: string;
  readonly trail: string;
  readonly isBackfill: boolean;
  /** `20261122T040000Z`: sorts as time does. */
  readonly stamp: string;
}

const DIGEST =
  /^(\d{12})_CloudTrail-Digest_([a-z0-9-]+)_(.+)_([a-z]{2,}(?:-[a-z]+)+-\d)_(\d{8}T\d{6}Z)(_backfill)?\.json(?:\.gz)?$/;
const LOG = /^(\d{12})_CloudTrail_([a-z0-9-]+)_(\d{8})T(\d{4})Z_[A-Za-z0-9]+\.json(?:\.gz)?$/;

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html */
export function digestName(path: string): DigestName | undefined {
  const [, account, region, trail, home, stamp, backfill] = DIGEST.exec(fileName(path)) ?? [];
  if (account === undefined || region === undefined || trail === undefined || stamp === undefined) return undefined;
  const isBackfill = backfill !== undefined;
  const chain = `${account} ${region} ${trail} (home ${home})${isBackfill ? ' backfill' : ''}`;
  return { chain, account, region, trail, isBackfill, stamp };
}

/** What the name of a log file says. */
export interface LogName {
  readonly account: string;
  readonly region: string;
  /** `20261122T0405`, the minute in which it was made. */
  readonly minute: string;
}

/** @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html */
export function logName(path: string): LogName | undefined {
  const [, account, region, day, time] = LOG.exec(fileName(path)) ?? [];
  if (account === undefined || region === undefined) return undefined;
  return { account, region, minute: `${day}T${time}` };
}

/** The last part of a path. */
export function fileName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `20261122T040506Z` of an ISO time. */
export function stampOf(time: string): string {
  return new Date(time).toISOString().replace(/\.\d+/, '').replace(/[-:]/g, '');
}
