// What docs/separation-of-duties.md shows of the example is what comes out of it.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { separationOf } from '../../lib/engine/duties/separation-of';
import { dutyGrid } from '../../lib/report/duty-grid';
import { tableMarkdown } from '../../lib/report/markdown';
import { separationFindings } from '../../lib/rules/separation/separation-findings';
import { PRODUCTION, exampleTemplates, statements } from './templates';
import type { Templates } from './templates';

const page = readFileSync('docs/separation-of-duties.md', 'utf8');
const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

describe('the page for auditors', () => {
  let example: Templates;

  beforeAll(() => {
    example = exampleTemplates({ 'aws:cdk:enable-path-metadata': true }).of('Prod');
  });

  it('shows who has which duty in the example', () => {
    const grid = dutyGrid(separationOf(snapshotOf(example.sources)));
    const table = tableMarkdown({ ...grid, rows: grid.rows.filter(([, environment]) => environment === 'production') });
    for (const row of table.split('\n')) expect(page).toContain(row);
    expect(page.match(/^\| Prod\/.*\| production \|/gm)).toHaveLength(table.split('\n').length - 2);
  });

  it('shows what is found when the operator is widened', () => {
    const widened = example.copy();
    const operators = widened
      .resources('AWS::IAM::Policy')
      .concat(widened.resources('AWS::IAM::ManagedPolicy'))
      .filter(({ Metadata }) => /^Prod\/People\/Operator\/(Watch|Boundary)/.test(Metadata?.['aws:cdk:path']));
    expect(operators).toHaveLength(2);
    for (const { Properties } of operators) {
      statements(Properties['PolicyDocument']).push({
        Effect: 'Allow',
        Action: 'lambda:UpdateFunctionCode',
        Resource: '*',
      });
    }
    const found = separationFindings(snapshotOf(widened.sources)).find(
      ({ ruleId, principal }) =>
        ruleId === 'Bulkhead-SOD-deploy-production-secrets' && principal === 'Prod/People/Operator',
    );
    const {
      severity,
      ruleId,
      title,
      principal,
      certainty,
      unknowns = [],
      message,
      trace = [],
    } = found ?? ({} as never);
    const shown = [
      `${severity} ${ruleId} ${title}`,
      `${principal} (${certainty}: ${unknowns.join('; ')})`,
      message,
      ...trace.map((step: string, index: number) => `${index + 1}. ${step}`),
    ].join('\n');
    expect(inOneLine(page)).toContain(inOneLine(shown));
    expect(shown).toContain(PRODUCTION);
  });
});
