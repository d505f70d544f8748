import { exceptedJson } from './excepted';
import { findingJson } from './finding-json';
import { JSON_VERSION } from './result';
import type { CheckResult } from './result';
import { summaryOf } from './summary';

/** `bulkhead check --format json`. */
export function findingsJson(result: CheckResult): string {
  const { findings, excepted } = result;
  const report = {
    version: JSON_VERSION,
    findings: findings.map(findingJson),
    ...(excepted === undefined ? {} : { exceptions: excepted.map(exceptedJson) }),
    summary: summaryOf(result),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
