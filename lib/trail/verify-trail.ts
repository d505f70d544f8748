import { ChainJudge } from './chain-judge';
import type { FoundDigest } from './chain-judge';
import { hashOf, textOf } from './content';
import { readDigest } from './digest';
import type { ListedLog } from './digest';
import { digestName, fileName, logName, stampOf } from './file-names';
import type { DigestName } from './file-names';
import { Moved } from './moved';
import type { TrailKeys } from './public-keys';
import type { TrailStore } from './store';
import { MOST_TOLD } from '../model/trail-report';
import type { AskedOfTrail, ChainSummary, TrailProblem, TrailReport } from '../model/trail-report';
import { UnlistedLogs, dayOf } from './unlisted-logs';

/** How a trail is read, and what is asked of it. */
export interface VerifyOptions extends AskedOfTrail {
  /** How the report calls the place. */
  readonly source: string;
  /** The keys of a region, for signatures made between two times. */
  readonly keysOf: (region: string, from: Date, until: Date) => Promise<TrailKeys>;
  /** That the newest digest of a chain may have no signature here. */
  readonly allowUnsignedEnd?: boolean;
  /** Told while reading: bytes read, of how many. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Log files that are read at once: enough to unpack one while another is hashed. */
const AT_ONCE = 4;

/**
 * Verifies a trail wherever it lies now: every digest's signature, its hash against its follower's word, every log
 * file's hash, and that nothing lacks between.
 *
 * Memory: the names of the digests and a counter a day; never the content of a log file.
 */
export async function verifyTrail(store: TrailStore, options: VerifyOptions): Promise<TrailReport> {
  return new Verification(store, options).run();
}

interface Chain {
  readonly name: DigestName;
  readonly paths: string[];
}

class Verification {
  private readonly problems: TrailProblem[] = [];
  private readonly counts: Record<string, number> = {};
  private readonly unlisted = new UnlistedLogs();
  private readonly moved = new Moved();
  private readonly sizes = { done: 0, all: 0 };
  private readonly chains = new Map<string, Chain>();
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly store: TrailStore,
    private readonly options: VerifyOptions,
  ) {}

  async run(): Promise<TrailReport> {
    await this.list();
    const summaries: ChainSummary[] = [];
    for (const [chain, { name, paths }] of [...this.chains].sort(([a], [b]) => (a < b ? -1 : 1))) {
      paths.sort((a, b) => compare(digestName(a)?.stamp ?? '', digestName(b)?.stamp ?? '') || compare(a, b));
      const summary = await this.judge(chain, name, paths);
      if (summary !== undefined) summaries.push(summary);
    }
    await Promise.all(this.working);
    this.checkRegions(summaries);
    const uncoveredLogs = await this.tellUnlisted(summaries);
    const { since, until, regions } = this.options;
    return {
      source: this.options.source,
      chains: summaries,
      problems: this.problems,
      counts: this.counts,
      uncoveredLogs,
      asked: {
        ...(since === undefined ? {} : { since }),
        ...(until === undefined ? {} : { until }),
        ...(regions === undefined ? {} : { regions }),
      },
      bytes: this.sizes.done,
    };
  }

  private async list(): Promise<void> {
    for await (const { path, size } of this.store.list()) {
      const name = digestName(path);
      if (name !== undefined) {
        const known = this.chains.get(name.chain);
        if (known === undefined) this.chains.set(name.chain, { name, paths: [path] });
        else known.paths.push(path);
      } else if (logName(path) === undefined) continue;
      else this.unlisted.there(path);
      this.sizes.all += size;
    }
  }

  private async judge(
    chain: string,
    { region }: DigestName,
    paths: readonly string[],
  ): Promise<ChainSummary | undefined> {
    const keys = await this.options.keysOf(region, timeOf(paths[0], -1), timeOf(paths.at(-1), 1));
    const judge = new ChainJudge(chain, keys, this.options.allowUnsignedEnd === true, (problem) => this.tell(problem));
    for (const path of paths) {
      const found = await this.digestAt(path);
      if (typeof found === 'string') {
        judge.unreadable(path, found);
        continue;
      }
      judge.next(found);
      for (const log of found.digest.logs) {
        while (this.working.size >= AT_ONCE) await Promise.race(this.working);
        const work = this.checkLog(log, found, chain).finally(() => this.working.delete(work));
        this.working.add(work);
      }
    }
    await Promise.all(this.working);
    const summary = judge.end();
    if (summary !== undefined) this.checkRange(summary);
    return summary;
  }

  /** Or why it cannot be read. */
  private async digestAt(path: string): Promise<FoundDigest | string> {
    const file = await this.store.open(path);
    const name = digestName(path);
    if (file === undefined || name === undefined) return 'is gone since the files were listed';
    let content: Awaited<ReturnType<typeof textOf>>;
    try {
      content = await textOf(file.content, this.onRead);
    } catch (error) {
      return `cannot be unpacked (${(error as Error).message})`;
    }
    const read = readDigest(content.text);
    if (!read.ok) return read.why;
    const { signature } = file;
    return { path, name, digest: read.digest, hash: content.hash, ...(signature === undefined ? {} : { signature }) };
  }

  private async checkLog({ object, hash }: ListedLog, { path, digest }: FoundDigest, chain: string): Promise<void> {
    const file = await this.moved.find(object, { object: digest.object, path }, (place) => this.store.open(place));
    if (file === undefined) {
      this.tell({ kind: 'log-missing', chain, file: object, message: `is not here; \`${path}\` lists it` });
      return;
    }
    const { place, found } = file;
    this.unlisted.listed(place);
    try {
      const is = await hashOf(found.content, this.onRead);
      if (is === hash) return;
      const message = `has the SHA-256 ${is}; \`${path}\` says ${hash}`;
      this.tell({ kind: 'log-changed', chain, file: place, message });
    } catch (error) {
      const message = `cannot be unpacked (${(error as Error).message}); expected the SHA-256 ${hash}`;
      this.tell({ kind: 'log-unreadable', chain, file: place, message });
    }
  }

  private checkRange({ chain, from, to }: ChainSummary): void {
    const { since, until } = this.options;
    if (since !== undefined && Date.parse(from) > Date.parse(since)) {
      this.tell({
        kind: 'begins-late',
        chain,
        file: '',
        message: `begins at ${from}; expected it to reach back to ${since}`,
      });
    }
    if (until !== undefined && Date.parse(to) < Date.parse(until)) {
      this.tell({ kind: 'ends-early', chain, file: '', message: `ends at ${to}; expected it to reach ${until}` });
    }
  }

  private checkRegions(summaries: readonly ChainSummary[]): void {
    const chains = summaries.map(({ chain }) => chain.split(' '));
    for (const account of new Set(chains.map(([account = '']) => account))) {
      for (const region of this.options.regions ?? []) {
        if (chains.some(([of, where]) => of === account && where === region)) continue;
        this.tell({
          kind: 'chain-missing',
          chain: `${account} ${region}`,
          file: '',
          message:
            'has no digest here; expected one an hour, as a trail of all regions has them, in each that is switched on',
        });
      }
    }
  }

  /** Only where counts differ: reads the digests around these days once more. Gives how many nobody can speak for. */
  private async tellUnlisted(summaries: readonly ChainSummary[]): Promise<number> {
    const { suspicious } = this.unlisted;
    if (suspicious.size === 0) return 0;
    const listed = await this.listedOn(suspicious);
    const places = new Map<string, string>();
    let uncovered = 0;
    for await (const { path } of this.store.list()) {
      const name = logName(path);
      if (name === undefined || !suspicious.has(dayOf(name))) continue;
      const hash = listed.get(plain(path));
      if (hash !== undefined) {
        const before = places.get(plain(path));
        if (before === undefined) places.set(plain(path), path);
        else await this.checkTwins(hash, before, path);
        continue;
      }
      const chain = summaries.filter((each) => each.chain.startsWith(`${name.account} ${name.region} `));
      // A log file is listed within about an hour after it was made.
      const isCovered = chain.some(({ from, to }) => name.minute >= minuteOf(from) && name.minute < minuteOf(to, -60));
      if (!isCovered) uncovered += 1;
      else {
        this.tell({
          kind: 'log-unlisted',
          chain: chain[0]?.chain ?? '',
          file: path,
          message: 'is listed by no digest; expected log files that CloudTrail delivered',
        });
      }
    }
    return uncovered;
  }

  /** Two files of one name: a copy of the same content deceives nobody. */
  private async checkTwins(hash: string, ...places: readonly string[]): Promise<void> {
    for (const place of places) {
      const file = await this.store.open(place);
      const is = file === undefined ? undefined : await hashOf(file.content, this.onRead).catch(() => 'unreadable');
      if (is === undefined || is === hash) continue;
      const other = places.find((each) => each !== place) ?? '';
      const message = `has another content than the digest lists for a file of this name, as \`${other}\` is called too; expected one file of each name`;
      this.tell({ kind: 'log-twice', chain: '', file: place, message });
    }
  }

  /** The SHA-256 that digests around these days list, by name. */
  private async listedOn(days: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
    const listed = new Map<string, string>();
    for (const { name, paths } of this.chains.values()) {
      for (const path of paths) {
        const stamp = digestName(path)?.stamp ?? '';
        const isNear = [0, 1, 2].some((ago) => days.has(`${name.account} ${name.region} ${dayBefore(stamp, ago)}`));
        if (!isNear && !name.isBackfill) continue;
        const found = await this.digestAt(path);
        if (typeof found === 'string') continue;
        for (const { object, hash } of found.digest.logs) listed.set(plain(object), hash);
      }
    }
    return listed;
  }

  private readonly onRead = (bytes: number): void => {
    this.sizes.done += bytes;
    this.options.onProgress?.(this.sizes.done, this.sizes.all);
  };

  private tell(problem: TrailProblem): void {
    const count = (this.counts[problem.kind] ?? 0) + 1;
    this.counts[problem.kind] = count;
    if (count <= MOST_TOLD) this.problems.push(problem);
  }
}

/** Names, whether packed or not. */
function plain(path: string): string {
  return fileName(path).replace(/\.gz$/, '');
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** `20261122T0405` of an ISO time, some minutes later. */
function minuteOf(time: string, later = 0): string {
  return stampOf(new Date(Date.parse(time) + later * MINUTE).toISOString()).slice(0, 13);
}

function dateOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** `20261121` of `20261122T040506Z`. */
function dayBefore(stamp: string, days: number): string {
  return stampOf(new Date(dateOf(stamp) - days * DAY).toISOString()).slice(0, 8);
}

/** When a digest was made, some days later. */
function timeOf(path: string | undefined, days: number): Date {
  return new Date(dateOf(digestName(path ?? '')?.stamp ?? '20000101T000000Z') + days * DAY);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
