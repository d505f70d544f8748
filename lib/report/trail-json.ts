import { unprovedIn } from '../model/trail-report';
import type { TrailReport } from '../model/trail-report';
import { JSON_VERSION } from './result';

/** `bulkhead verify-trail --format json`. */
export function trailJson({ source, chains, problems, counts, uncoveredLogs, asked, bytes }: TrailReport): string {
  const logs = chains.reduce((all, each) => all + each.logs, 0);
  const digests = chains.reduce((all, each) => all + each.digests, 0);
  const total = Object.values(counts).reduce((all, each) => all + each, 0);
  const unproved = unprovedIn(chains);
  const summary = { digests, logs, unproved, uncoveredLogs, bytes, problems: total, byKind: counts };
  return `${JSON.stringify({ version: JSON_VERSION, source, asked, chains, problems, summary }, undefined, 2)}\n`;
}
