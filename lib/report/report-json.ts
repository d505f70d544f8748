import { findingJson } from './finding-json';
import { JSON_VERSION } from './result';
import type { ReportResult } from './result';
import { summaryOf } from './summary';

/** `bulkhead report --out FILE.json`, as docs/report.schema.json has it. */
export function reportJson(result: ReportResult): string {
  const { findings, declared, separation, writeOnce, leftOpen } = result;
  const { roles, access, credentials } = declared;
  const report = {
    version: JSON_VERSION,
    roles,
    access,
    // Names alone: by what each can read, the inventory tells.
    credentials: credentials.map(({ effectiveReaders, ...each }) => ({
      ...each,
      ...(effectiveReaders === undefined ? {} : { effectiveReaders: effectiveReaders.map(({ name }) => name) }),
    })),
    ...(separation === undefined ? {} : { separation }),
    ...(writeOnce === undefined ? {} : { writeOnce }),
    ...(leftOpen === undefined ? {} : { leftOpen }),
    findings: findings.map(findingJson),
    summary: summaryOf(result),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
