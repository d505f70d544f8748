import type { CheckResult, Summary } from './result';

/** The counts of a check. */
export function summaryOf({ findings, files, resources }: CheckResult): Summary {
  const bySeverity = { error: 0, warning: 0 };
  const byRule: Record<string, number> = {};
  for (const id of findings.map((each) => each.ruleId).sort()) byRule[id] = (byRule[id] ?? 0) + 1;
  for (const { severity } of findings) bySeverity[severity]++;
  return { findings: findings.length, bySeverity, byRule, files: files.length, resources };
}

/** `2 errors and 1 warning in 3 templates with 63 resources`. */
export function summaryLine(result: CheckResult): string {
  const { findings, bySeverity, files, resources } = summaryOf(result);
  const found = [count(bySeverity.error, 'error'), count(bySeverity.warning, 'warning')].filter(
    (part) => !part.startsWith('0 '),
  );
  const where = `in ${count(files, 'template')} with ${count(resources, 'resource')}`;
  return findings === 0 ? `No findings ${where}.` : `${found.join(' and ')} ${where}.`;
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}
