import type { Finding, Severity } from '../model/finding';
import { byRule, placeOf } from './by-rule';
import type { RuleGroup } from './by-rule';
import { exceptedLine } from './excepted';
import type { CheckResult } from './result';
import { painter, printable } from './style';
import type { Paint, TextStyle } from './style';
import { count, summaryLine } from './summary';

const PAINTS: Readonly<Record<Severity, Paint>> = { error: 'red', warning: 'yellow' };

/** `bulkhead check --format text`: the findings by rule, errors first, and the counts. */
export function findingsText(result: CheckResult, style: TextStyle): string {
  const paint = painter(style);
  const last = summaryLine(result);
  return [
    ...byRule(result.findings).map((group) => groupText(group, style)),
    ...exceptedText(result, style),
    `${paint(result.findings.length === 0 ? 'green' : 'bold', last)}\n`,
  ].join('\n');
}

function exceptedText({ excepted = [] }: CheckResult, style: TextStyle): readonly string[] {
  if (excepted.length === 0) return [];
  const head = painter(style)('bold', `${count(excepted.length, 'finding')} left open by exceptions`);
  return [`${[head, ...excepted.map(exceptedLine)].join('\n')}\n`];
}

function groupText({ ruleId, findings }: RuleGroup, style: TextStyle): string {
  const paint = painter(style);
  const [{ severity, title, fix }] = findings;
  const shared = findings.every((each) => each.fix === fix);
  const lines = [
    `${paint(PAINTS[severity], severity)} ${paint('bold', ruleId)} ${printable(title)}`,
    ...byPlace(findings).flatMap(([place, file, here]) => [
      `  ${paint('bold', printable(place))}`,
      ...here.flatMap((each) => findingLines(each, style, shared)),
      `    ${paint('dim', printable(file))}`,
    ]),
    ...(shared ? [`  ${paint('cyan', 'fix')} ${indented(fix, 6)}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** Findings at one place together, in the order of the first of them. */
function byPlace(findings: readonly Finding[]): readonly (readonly [string, string, readonly Finding[]])[] {
  const places = new Map<string, readonly [string, string, Finding[]]>();
  for (const finding of findings) {
    const place = placeOf(finding);
    const where = whereOf(finding);
    const key = JSON.stringify([place, where]);
    const known = places.get(key);
    if (known === undefined) places.set(key, [place, where, [finding]]);
    else known[2].push(finding);
  }
  return [...places.values()];
}

/** `t.json:12, made at lib/orders.ts:12:5`. */
function whereOf({ file, line, source }: Finding): string {
  const at = line === undefined ? file : `${file}:${line}`;
  return source === undefined ? at : `${at}, made at ${source}`;
}

function findingLines(finding: Finding, style: TextStyle, sharedFix: boolean): readonly string[] {
  const paint = painter(style);
  const { message, fix, certainty, unknowns = [], principal, trace = [] } = finding;
  const why = unknowns.length === 0 ? '' : `: not known is ${unknowns.join('; ')}`;
  return [
    `    ${indented(message, 4)}`,
    ...(principal === undefined ? [] : [`    of ${printable(principal)}`]),
    ...trace.map((step, index) => `      ${index + 1}. ${indented(step, 9)}`),
    ...(certainty === 'possible' ? [`    ${paint('magenta', 'possible')}${indented(why, 4)}`] : []),
    ...(sharedFix ? [] : [`    ${paint('cyan', 'fix')} ${indented(fix, 8)}`]),
  ];
}

function indented(text: string, by: number): string {
  return printable(text)
    .split('\n')
    .join(`\n${' '.repeat(by)}`);
}
