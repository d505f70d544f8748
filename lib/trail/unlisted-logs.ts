import { fileName, logName } from './file-names';
import type { LogName } from './file-names';

/**
 * Finds out whether log files lie there that no digest lists, without keeping their names: of each account, region and
 * day it counts and sums the names of those that are there and of those that were listed and found.
 */
export class UnlistedLogs {
  private readonly days = new Map<string, Tally>();

  there(path: string): void {
    this.add(path, 1);
  }

  listed(path: string): void {
    this.add(path, -1);
  }

  /** Days whose log files are not those that were listed: `account region day`. */
  get suspicious(): ReadonlySet<string> {
    return new Set([...this.days].filter(([, { count, sum }]) => count !== 0 || sum !== 0).map(([day]) => day));
  }

  private add(path: string, sign: 1 | -1): void {
    const name = logName(path);
    if (name === undefined) return;
    const day = dayOf(name);
    const tally = this.days.get(day) ?? { count: 0, sum: 0 };
    tally.count += sign;
    tally.sum += sign * numberOf(fileName(path).replace(/\.gz$/, ''));
    this.days.set(day, tally);
  }
}

interface Tally {
  count: number;
  sum: number;
}

export function dayOf({ account, region, minute }: LogName): string {
  return `${account} ${region} ${minute.slice(0, 8)}`;
}

/** FNV-1a, 32 bits: a million of them add up exactly. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash;
}
