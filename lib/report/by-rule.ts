import type { Finding } from '../model/finding';

/** The findings of one rule. */
export interface RuleGroup {
  readonly ruleId: string;
  readonly findings: readonly [Finding, ...Finding[]];
}

/** Findings by rule; errors first, then by rule id; within a rule the order is kept. */
export function byRule(findings: readonly Finding[]): readonly RuleGroup[] {
  const groups = new Map<string, [Finding, ...Finding[]]>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.ruleId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [finding]);
    else group.push(finding);
  }
  // "error" sorts before "warning".
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : Number(a > b)))
    .map(([, group]) => ({ ruleId: group[0].ruleId, findings: group }));
}

/** Where a finding is, in words: the construct path, else the logical id, else the template. */
export function placeOf({ constructPath, logicalId, template, file }: Finding): string {
  if (constructPath !== undefined) return logicalId === undefined ? constructPath : `${constructPath} (${logicalId})`;
  if (logicalId === undefined) return template;
  return template === file ? logicalId : `${template}: ${logicalId}`;
}
