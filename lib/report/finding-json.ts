import type { Finding } from '../model/finding';

/** A finding as docs/check.schema.json has it. INVARIANT: fields keep their names and meaning within a version. */
export function findingJson(finding: Finding): object {
  const { ruleId, severity, title, message, fix, template, logicalId, constructPath, file, line, source } = finding;
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
    ...(line === undefined ? {} : { file, line }),
    ...(source === undefined ? {} : { source }),
    ...(principal === undefined ? {} : { principal }),
    ...(trace === undefined ? {} : { trace }),
    certainty,
    ...(unknowns === undefined || unknowns.length === 0 ? {} : { unknowns }),
  };
}
