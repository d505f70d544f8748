import { basename } from 'node:path';
import type { Finding } from '../model/finding';

/**
 * Hands every finding out exactly once: first to the construct of its resource, and what no construct asked for
 * at the end.
 */
export class FindingDesk {
  private readonly byPlace = new Map<string, Finding[]>();
  private readonly waiting: Set<Finding>;
  private readonly paths = new Set<string>();

  constructor(findings: readonly Finding[]) {
    this.waiting = new Set(findings);
    for (const finding of findings) {
      if (finding.logicalId === undefined) continue;
      if (finding.constructPath !== undefined) this.paths.add(finding.constructPath);
      const key = place(finding.file, finding.logicalId);
      const known = this.byPlace.get(key);
      if (known === undefined) this.byPlace.set(key, [finding]);
      else known.push(finding);
    }
  }

  /** The findings at a resource of the template with this file name, which is unique in an app. */
  public take(templateFile: string, logicalId: string): readonly Finding[] {
    const taken = (this.byPlace.get(place(templateFile, logicalId)) ?? []).filter((each) => this.waiting.has(each));
    for (const each of taken) this.waiting.delete(each);
    return taken;
  }

  /** Whether a finding says that it is at the construct with this path: what the template says, which may be wrong. */
  public expects(constructPath: string): boolean {
    return this.paths.has(constructPath);
  }

  /** Whether a finding at a resource still waits. */
  public get hasMore(): boolean {
    return [...this.waiting].some(({ logicalId }) => logicalId !== undefined);
  }

  /** The findings that nobody took. */
  public takeRest(): readonly Finding[] {
    const rest = [...this.waiting];
    this.waiting.clear();
    return rest;
  }
}

function place(file: string, logicalId: string): string {
  return `${basename(file)}#${logicalId}`;
}
