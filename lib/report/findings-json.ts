import type { Finding } from '../model/finding';
import { JSON_VERSION } from './result';
import type { CheckResult } from './result';
import { summaryOf } from './summary';

/** A finding as docs/check.schema.json has it. INVARIANT: fields keep their names and meaning within a version. */
export function findingJson(finding: Finding): object {
  const { ruleId, severity, title, message, fix, template, logicalId, constructPath } = finding;
  const { principal, trace, certainty, unknowns } = finding;
  return {
    ruleId,
    severity,
    title,
    message,
    fix,
    template,
    logicalId: logicalId ?? null,
    constructPath: constructPath ?? null,
    ...(principal === undefined ? {} : { principal }),
    ...(trace === undefined ? {} : { trace }),
    certainty,
    ...(unknowns === undefined || unknowns.length === 0 ? {} : { unknowns }),
  };
}

/** `bulkhead check --format json`. */
export function findingsJson(result: CheckResult): string {
  const { findings } = result;
  return `${JSON.stringify({ version: JSON_VERSION, findings: findings.map(findingJson), summary: summaryOf(result) }, undefined, 2)}\n`;
}
