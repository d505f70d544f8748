import { describe, expect, it } from 'vitest';
import { reportMarkdown } from '../../lib/report/report-markdown';
import { DECLARED, finding, report } from './sample';

describe('the report as Markdown', () => {
  it('has the findings, the matrix, the credentials and the roles', () => {
    const text = reportMarkdown(report([finding()]));
    for (const part of [
      'allows `s3:*` on `*`',
      '### error: Bulkhead-IAM1 Policy allows every action',
      '- `Prod/Orders/Reader/Policy/Resource (ReaderPolicy1A2B)` in `cdk.out/Orders.template.json`:',
      'Fix: Name the actions.',
      '| Endpoint | Clerk | Reader |',
      '| GET /orders/{id} | ● | ● |',
      '| POST /orders ! | ● |  |',
      '| PartnerToken | webhook signing | partners | Reader | Rotator | 7 days | 2027-06-30 |',
      '| Prod/Orders/Clerk | human | orders-team | order entry |',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('lets no text of a template become markup or a new cell', () => {
    const [credential] = DECLARED.credentials;
    const purpose = 'a | b <script>alert(1)</script>\n# [x](javascript:alert(1))';
    const text = reportMarkdown(
      report([finding({ message: '![x](http://evil)\n# title' })], {
        ...DECLARED,
        credentials: credential === undefined ? [] : [{ ...credential, purpose }],
      }),
    );
    expect(text).not.toMatch(/(?<!\\)</);
    expect(text.split('\n').filter((line) => line.startsWith('#'))).toEqual([
      '# Bulkhead report',
      '## Findings',
      '### error: Bulkhead-IAM1 Policy allows every action',
      '## Who may call what',
      '### Prod/Orders/Api, stage prod',
      '## Who has the keys',
      '## Who is who',
    ]);
    expect(text).not.toMatch(/(^|[^\\])\[x/m);
    const row = text.split('\n').find((line) => line.includes('PartnerToken')) ?? '';
    expect(row.split(/(?<!\\)\|/)).toHaveLength(9);
  });
});
