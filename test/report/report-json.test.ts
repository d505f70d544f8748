import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { expect, it } from 'vitest';
import { reportJson } from '../../lib/report/report-json';
import { DECLARED, finding, report } from './sample';

const schema = JSON.parse(readFileSync(join(__dirname, '../../docs/report.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema);

it('matches its schema', () => {
  for (const result of [report(), report([finding()]), report([], { roles: [], access: [], credentials: [] })]) {
    isValid(JSON.parse(reportJson(result)));
    expect(isValid.errors ?? []).toEqual([]);
  }
});

it('matches its schema for every kind of role, and for findings of duties', () => {
  const kinds = ['workload', 'human', 'partner', 'pipeline', 'operator', 'auditor', 'break-glass'] as const;
  const [clerk] = DECLARED.roles;
  const roles = clerk === undefined ? [] : kinds.map((kind) => ({ ...clerk, kind }));
  const found = [finding({ ruleId: 'Bulkhead-SOD-approve-deploy' })];
  isValid(JSON.parse(reportJson(report(found, { ...DECLARED, roles }))));
  expect(isValid.errors ?? []).toEqual([]);
});

it('has what was declared beside the findings', () => {
  const { access, credentials, roles, findings } = JSON.parse(reportJson(report([finding()])));
  expect(access[0].endpoints[1]).toMatchObject({ endpoint: 'POST /orders', callers: ['Prod/Orders/Clerk'] });
  expect(credentials[0]).toMatchObject({ owner: 'partners', expiresOn: '2027-06-30' });
  expect(roles[0]).toMatchObject({ kind: 'human' });
  expect(findings).toHaveLength(1);
});
