import { byRule, placeOf } from './by-rule';
import { code, escaped, prose } from './markdown';
import type { CheckResult } from './result';
import { summaryLine } from './summary';

/** The findings by rule, errors first, as Markdown without a title of its own. */
export function findingsMarkdown(result: CheckResult): string {
  const groups = byRule(result.findings).map(({ ruleId, findings }) => {
    const [{ severity, title, fix }] = findings;
    const shared = findings.every((each) => each.fix === fix);
    const items = findings.map((each) => {
      const unknowns = each.unknowns === undefined ? '' : ` (${prose(each.unknowns.join('; '))})`;
      const possible = each.certainty === 'possible' ? ` *Possible*${unknowns}.` : '';
      const own = shared ? '' : ` Fix: ${prose(each.fix)}`;
      const steps = (each.trace ?? []).map((step, index) => `\n  ${index + 1}. ${prose(step)}`).join('');
      return `- ${code(placeOf(each))} in ${code(each.file)}: ${prose(each.message)}${possible}${own}${steps}`;
    });
    return [
      `### ${severity}: ${ruleId} ${escaped(title)}`,
      '',
      ...items,
      ...(shared ? ['', `Fix: ${prose(fix)}`] : []),
      '',
    ].join('\n');
  });
  return [escaped(summaryLine(result)), '', ...groups].join('\n');
}
