import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { FIELDS } from '../../../lib/checks/exceptions/entry-shape';
import { readRegister } from '../../../lib/checks/exceptions/read-register';
import { finding } from '../../report/sample';
import { entryMap } from './entry';

const schema = JSON.parse(readFileSync(join(__dirname, '../../../docs/exceptions.schema.json'), 'utf8'));
const isValid = new Ajv({ strict: false }).compile(schema);
const ENTRY = entryMap(finding({ detail: 'Action::s3:*' }));

/** What is wrong with a file, `EXC1@3 message`. */
function problems(text: string): readonly string[] {
  return readRegister(text, 'x.yaml').problems.map(({ id, line, message }) => `${id}@${line} ${message}`);
}

const withEntries = (...exceptions: readonly unknown[]): string => stringify({ version: 1, exceptions });

describe('a register of exceptions', () => {
  it('is read with the lines of its entries', () => {
    const text = `# comment\n${withEntries(ENTRY, { ...ENTRY, reason: 'a reason\nof two lines\n' })}`;
    const { entries, problems: wrong } = readRegister(text, 'x.yaml');
    expect(wrong).toEqual([]);
    expect(entries).toMatchObject([
      { ...ENTRY, file: 'x.yaml', line: 4, lastLine: 12 },
      { reason: 'a reason\nof two lines\n', line: 13 },
    ]);
    const lines = text.split('\n');
    for (const { line, lastLine } of entries) {
      expect(lines[line - 1]).toContain('rule:');
      expect(lines[lastLine - 1]).toContain('expiresOn:');
    }
  });

  it('may be JSON, and may be empty', () => {
    expect(readRegister(JSON.stringify({ version: 1, exceptions: [ENTRY] }), 'x.json').entries).toHaveLength(1);
    expect(problems('version: 1\nexceptions: []\n')).toEqual([]);
  });

  it.each<[string, string, RegExp]>([
    ['is empty', '', /^EXC1@1 /],
    ['is a list', '- a\n', /^EXC1@1 found no map/],
    ['is no YAML', 'version: 1\nexceptions: [\n', /^EXC1@\d+ found what is no YAML/],
    ['has two documents', `${withEntries(ENTRY)}---\nversion: 1\nexceptions: []\n`, /^EXC1@\d+ found what is no YAML/],
    ['has a key twice', 'version: 1\nversion: 1\nexceptions: []\n', /^EXC1@2 .*duplicate key/],
    ['has no version', 'exceptions: []\n', /^EXC1@1 found no `version: 1`/],
    ['has no list', 'version: 1\nexceptions: {}\n', /^EXC1@2 found no list/],
    ['has another key', 'version: 1\ndefaults: {}\nexceptions: []\n', /^EXC1@2 found `defaults`/],
    [
      'has an entry that is no map',
      'version: 1\nexceptions:\n  - all of it\n',
      /^EXC1@3 found an entry that is no map/,
    ],
  ])('is refused where it %s', (_, text, expected) => {
    const { entries, problems: wrong } = readRegister(text, 'x.yaml');
    expect(entries).toEqual([]);
    expect(wrong.map(({ id, line, message }) => `${id}@${line} ${message}`)).toEqual([expect.stringMatching(expected)]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['is without an owner', { owner: '' }, /^EXC1@9 found `owner` that is not filled in; expected who closes it/],
    ['is without a reason', { reason: '   ' }, /^EXC1@7 found `reason` that is not filled in/],
    ['gives hardly a reason', { reason: 'because' }, /^EXC1@7 .*ten characters/],
    ['has a team for its approver', { approver: '@org/security' }, /^EXC1@10 .*address of e-mail of the person/],
    ['ends on no day', { expiresOn: '2027-02-30' }, /^EXC1@12 .*a date such as/],
    ['ends on a number', { expiresOn: 2027 }, /^EXC1@12 found no text in `expiresOn`/],
    ['never ends', { expiresOn: undefined }, /^EXC1@3 found an entry without `expiresOn`/],
    ['has no place', { path: undefined }, /^EXC5@3 found an entry without `path`/],
    ['is for every place', { path: '**' }, /^EXC5@4 .*stands for more than one finding/],
    ['is for the whole app', { path: '/' }, /^EXC5@4 /],
    ['is for every rule', { rule: 'Bulkhead-*' }, /^EXC5@3 /],
    ['is for whatever is found', { fingerprint: '*' }, /^EXC5@6 /],
    ['has something else in it', { permanent: 'yes' }, /^EXC1@13 found `permanent`/],
  ])('refuses an entry that %s', (_, changes, expected) => {
    // The principal makes the line numbers of all entries the same.
    const text = withEntries({ ...entryMap(finding({ principal: 'Prod/Orders/Reader' })), ...changes });
    expect(readRegister(text, 'x.yaml').entries).toEqual([]);
    expect(problems(text)).toEqual([expect.stringMatching(expected)]);
  });

  it('refuses what is written elsewhere than in the entry: aliases, merge keys, tags', () => {
    const [alias, merge, tag] = [
      withEntries(ENTRY, ENTRY)
        .replace(/owner: orders-team/, 'owner: &a orders-team')
        .replace(/owner: orders-team/, 'owner: *a'),
      withEntries(ENTRY).replace('  - rule', '  - <<: {}\n    rule'),
      withEntries(ENTRY).replace('owner: ', 'owner: !env '),
    ];
    for (const text of [alias, merge, tag]) {
      expect(problems(text ?? '')).toEqual([expect.stringMatching(/^EXC1@/)]);
    }
  });

  it('accepts an entry exactly where the published schema does', () => {
    const texts = fc.oneof(
      fc.constantFrom(
        '',
        ' ',
        'x',
        '*',
        '/',
        'Bulkhead-IAM1',
        'Bulkhead-SOD-nobody',
        'bulkhead-iam1',
        'a@b',
        'a b@c',
        '2026-11-22',
      ),
      fc.constantFrom(
        '2026-13-01',
        `v1:${'a'.repeat(64)}`,
        'ten letters',
        'é'.repeat(9),
        '𝄞'.repeat(9),
        'Prod/*',
        '\n',
      ),
      fc.string(),
    );
    const values = fc.oneof({ weight: 9, arbitrary: texts }, fc.constantFrom(1, true, null, [], {}));
    const keys = [...Object.keys(FIELDS), 'stray'];
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...keys), values, { maxKeys: 2 }),
        fc.subarray(keys, { maxLength: 1 }),
        (changes, gone) => {
          const entry = Object.fromEntries(
            Object.entries({ ...ENTRY, ...changes }).filter(([key]) => !gone.includes(key)),
          );
          const given = { version: 1, exceptions: [entry] };
          const read = readRegister(JSON.stringify(given), 'x.json');
          expect(read.problems.length === 0).toBe(isValid(given));
          expect(read.entries).toHaveLength(read.problems.length === 0 ? 1 : 0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
