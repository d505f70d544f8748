import { describe, expect, it } from 'vitest';
import { reportText } from '../../lib/report/report-text';
import { DECLARED, finding, MATRIX, report } from './sample';

const PLAIN = { color: false, width: 100 };

describe('the report as text', () => {
  it('shows who may call what, one column a caller', () => {
    const lines = reportText(report(), PLAIN).split('\n');
    const start = lines.findIndex((line) => line === 'Who may call Prod/Orders/Api, stage prod');
    const table = lines.slice(start + 1, start + 5);
    const [head = '', get = '', post = '', legend] = table;
    expect(head).toMatch(/Endpoint +Clerk +Reader/);
    expect(get).toContain('GET /orders/{id}');
    expect(post).toContain('POST /orders !');
    expect(legend).toBe('  ! high value');
    const column = (name: string): readonly boolean[] => [get, post].map((line) => line[head.indexOf(name)] === '●');
    expect(column('Clerk')).toEqual([true, true]);
    expect(column('Reader')).toEqual([true, false]);
  });

  it('lists the callers instead where the columns do not fit', () => {
    const callers = Array.from({ length: 30 }, (_, index) => `Prod/Orders/Caller${index}`);
    const matrix = {
      ...MATRIX,
      callers,
      endpoints: [{ endpoint: 'GET /x', callers, highValue: false, logicalId: 'M' }],
    };
    const text = reportText(report([], { ...DECLARED, access: [matrix] }), PLAIN);
    expect(text).toMatch(/Endpoint +Callers/);
    expect(text).toContain('Caller29');
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(PLAIN.width);
  });

  it('shows who has the keys: purpose, owner, readers, rotation and end', () => {
    expect(reportText(report(), PLAIN)).toMatch(
      /PartnerToken +webhook signing +partners +Reader +Rotator +7 days +2027-06-30/,
    );
  });

  it('breaks what is too long for a narrow terminal, and cuts nothing off', () => {
    const [credential] = DECLARED.credentials;
    const path = `Prod/${'Orders/'.repeat(12)}PartnerToken`;
    const declared = {
      ...DECLARED,
      credentials:
        credential === undefined
          ? []
          : [{ ...credential, path, purpose: 'x'.repeat(70), owner: '\u6ce8\u6587'.repeat(20) }],
    };
    const text = reportText(report([], { ...declared, access: [] }), { color: false, width: 80 });
    expect(text).not.toContain('\u2026');
    expect(text.match(/x/g)?.length).toBeGreaterThanOrEqual(70);
    expect(text.match(/\u6ce8/g)).toHaveLength(20);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('shows roles and findings', () => {
    const text = reportText(report([finding()]), PLAIN);
    expect(text).toMatch(/Prod\/Orders\/Clerk +human +orders-team +order entry/);
    expect(text).toContain('error Bulkhead-IAM1');
  });

  it('says what was not declared', () => {
    const text = reportText(report([], { roles: [], access: [], credentials: [] }), PLAIN);
    for (const what of ['roles', 'endpoints', 'credentials']) expect(text).toContain(`No ${what} were declared.`);
  });
});
