import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { expect, it } from 'vitest';
import type { DeclaredCredential } from '../../lib/model/declared';
import { inventoryGrid, inventoryJson, inventoryMarkdown } from '../../lib/report/inventory';
import { inventoryText } from '../../lib/report/inventory-text';
import { reportJson } from '../../lib/report/report-json';
import { DECLARED, report } from './sample';

const validOf = (name: string) =>
  new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(join(__dirname, `../../docs/${name}.schema.json`), 'utf8')),
  );

const WHOLE: DeclaredCredential = {
  path: 'Prod/Orders/Db',
  kind: 'database',
  owner: 'orders-team',
  purpose: 'order data',
  expiresOn: '2027-06-30',
  rotateEveryDays: 7,
  readers: ['Prod/Orders/Reader'],
  rotator: 'Prod/Orders/Db/RotatorRole',
  deployment: 'Prod/Orders/Db/DeploymentRole',
  verifiers: ['Prod/Orders/Verifier'],
  sources: ['VPC Prod/Orders/Vpc'],
  encryptionKey: 'DbKey1',
  effectiveReaders: [
    { name: 'Prod/Orders/Admin', by: 'administrator' },
    { name: 'Prod/Orders/Other' },
    { name: 'Prod/Orders/Reader' },
    { name: 'Prod/Orders/Writer', by: 'policies' },
  ],
  template: 'Prod/Orders',
  logicalId: 'DbSecret1',
};
const EXISTING: DeclaredCredential = {
  path: 'Prod/Orders/Existing',
  kind: 'existing',
  owner: 'partners',
  purpose: 'webhooks',
  expiresOn: '2027-06-30',
  readers: ['Prod/Orders/Reader'],
  secretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:Partner-??????',
  template: 'Prod/Orders',
  logicalId: 'ExistingReadBy1',
};
const ALL = [WHOLE, EXISTING, ...DECLARED.credentials];

it('matches its schema, and so does the report, for credentials of every sort', () => {
  const inventory = validOf('inventory');
  for (const credentials of [ALL, []]) {
    inventory(JSON.parse(inventoryJson(credentials)));
    expect(inventory.errors ?? []).toEqual([]);
    const whole = validOf('report');
    whole(JSON.parse(reportJson(report([], { roles: [], access: [], credentials }))));
    expect(whole.errors ?? []).toEqual([]);
  }
  expect(inventory({ ...JSON.parse(inventoryJson(ALL)), surprise: true })).toBe(false);
});

it('tells who can read and was not declared, and that no template knows of rotations', () => {
  const [first, second] = JSON.parse(inventoryJson(ALL)).credentials;
  expect(first).toMatchObject({
    effectiveReaders: [
      { name: 'Prod/Orders/Admin', isDeclared: false, by: 'administrator' },
      { name: 'Prod/Orders/Other', isDeclared: false },
      { name: 'Prod/Orders/Reader', isDeclared: true },
      { name: 'Prod/Orders/Writer', isDeclared: false, by: 'policies' },
    ],
    lastRotation: null,
    nextRotation: null,
  });
  expect(second).not.toHaveProperty('effectiveReaders');
});

it('has a row for each credential, in which what is not known is not empty', () => {
  const { head, rows } = inventoryGrid(ALL);
  const cell = (row: number, name: string) => rows[row]?.[head.indexOf(name)];
  expect(cell(0, 'Declared readers')).toBe(
    'Reader, RotatorRole (rotates), DeploymentRole (deploys), Verifier (verifies only)',
  );
  expect(cell(0, 'Who can read it')).toBe(
    'Admin (administrator), Other (undeclared), Reader, Writer (undeclared, by changing policies)',
  );
  expect([cell(0, 'From'), cell(0, 'Key'), cell(0, 'Every')]).toEqual(['VPC Prod/Orders/Vpc', 'DbKey1', '7 days']);
  expect([cell(1, 'Who can read it'), cell(1, 'Key'), cell(1, 'Every')]).toEqual([
    'not known',
    'in no template',
    'not said',
  ]);
  expect(cell(2, 'From')).toBe('anywhere');
});

it('is a table in Markdown and on a terminal, also where there is nothing', () => {
  expect(inventoryMarkdown(ALL)).toMatch(/^# Who has the keys\n\n\| Credential \| Kind \|/);
  expect(inventoryMarkdown([])).toContain('No credentials were declared.');
  const style = { color: false, width: 240 } as never;
  expect(inventoryText(ALL, style)).toMatch(/Who has the keys[\s\S]*orders-team/);
  expect(inventoryText([], style)).toContain('No credentials were declared.');
});
