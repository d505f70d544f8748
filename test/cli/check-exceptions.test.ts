import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { describe, expect, it } from 'vitest';
import { filledIn } from '../support/filled-in';
import { files, run } from './support/run';

const isValid = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(join(__dirname, '../../docs/check.schema.json'), 'utf8')),
);

const key = (user: string) => ({ Type: 'AWS::IAM::AccessKey', Properties: { UserName: user } });
const {
  'app.json': app = '',
  'empty.yaml': empty = '',
  'broken.yaml': broken = '',
} = files({
  'app.json': JSON.stringify({ Resources: { Ada: key('ada'), Bob: key('bob') } }),
  'empty.yaml': '# ours\nversion: 1\nexceptions: []\n',
  'broken.yaml': 'exceptions:\n - a\n  b\n',
});

/** A register in a file for the findings of a template. */
function register(change: (text: string) => string = filledIn): string {
  const { written } = run(['check', app, '--write-exceptions', 'new.yaml']);
  return files({ 'register.yaml': change(written['new.yaml'] ?? '') })['register.yaml'] ?? '';
}

describe('bulkhead check --write-exceptions', () => {
  it('writes an entry to fill in for every finding, and judges as without', () => {
    const { code, out, err, written } = run(['check', app, '--write-exceptions', 'new.yaml']);
    expect({ code, err }).toEqual({ code: 1, err: 'new.yaml: 2 new entries to fill in\n' });
    expect(out).toBe(run(['check', app]).out);
    expect(written['new.yaml']?.match(/- rule: Bulkhead-IAM9/g)).toHaveLength(2);
  });

  it('writes what is not valid until it is filled in', () => {
    const { code, out } = run(['check', app, '--exceptions', register((text) => text)]);
    expect(code).toBe(1);
    for (const name of ['reason', 'ticket', 'owner', 'approver', 'approvedOn', 'expiresOn']) {
      expect(out).toContain(`found \`${name}\` that is not filled in`);
    }
    expect(out).toContain('found an access key for the user `ada`');
  });

  it('leaves what is in the file as it is, and adds what is missing only', () => {
    const file = register((text) => filledIn(text).replace(/  # .*bob[\s\S]*/, '  # the last word\n'));
    const before = readFileSync(file, 'utf8');
    const after = run(['check', app, '--write-exceptions', file]).written[file] ?? '';
    expect(after.startsWith(before.trimEnd())).toBe(true);
    expect(after.slice(before.length)).toContain('`bob`');
    expect(after.match(/- rule:/g)).toHaveLength(2);
    writeFileSync(file, after);
    expect(run(['check', app, '--write-exceptions', file])).toMatchObject({
      err: `${file}: 0 new entries to fill in\n`,
      written: {},
    });
  });

  it('adds to an empty register, and keeps its comments', () => {
    const after = run(['check', app, '--write-exceptions', empty]).written[empty] ?? '';
    expect(after).toMatch(/^# ours\nversion: 1\nexceptions:\n {2}# .*\n {2}- rule:/);
  });

  it('touches no file that it cannot add to', () => {
    for (const text of ['version: 1\nexceptions: [{ rule: a }]\n', 'exceptions:\n  - rule: a\nversion: 1\n', '- a\n']) {
      const { 'r.yaml': file = '' } = files({ 'r.yaml': text });
      expect(run(['check', app, '--write-exceptions', file])).toMatchObject({
        code: 2,
        written: {},
        err: expect.stringContaining('BH5016'),
      });
    }
  });
});

describe('bulkhead check --exceptions', () => {
  it('holds where every finding has a valid entry, and lists what is left open', () => {
    const file = register();
    const { code, out } = run(['check', app, '--exceptions', file]);
    expect(code).toBe(0);
    expect(out).toContain('2 findings left open by exceptions');
    expect(out).toMatch(
      /Bulkhead-IAM9 .*#Ada, until 2027-01-31, owner platform-team, approved by ada@example.com, SEC-1 \(.*:\d+\)/,
    );
    // Nobody committed the file: that is said, and it is no error.
    expect(out).toContain('warning Bulkhead-EXC9');
    expect(run(['check', app, '--exceptions', file, '--fail-on', 'warning']).code).toBe(1);
  });

  it('judges by the day it is given, and by the longest run allowed', () => {
    const file = register();
    const code = (...more: string[]): number => run(['check', app, '--exceptions', file, ...more]).code;
    expect(code('--today', '2027-01-31')).toBe(0);
    expect(code('--today', '2027-02-01')).toBe(1);
    expect(code('--max-days', '30')).toBe(1);
    expect(code('--today', 'tomorrow')).toBe(2);
    expect(code('--max-days', '0')).toBe(2);
  });

  it('is JSON by its schema, with the entries beside the findings', () => {
    const { out } = run(['check', app, '--exceptions', register(), '--format', 'json']);
    const report = JSON.parse(out);
    isValid(report);
    expect(isValid.errors ?? []).toEqual([]);
    expect(report.exceptions).toMatchObject([
      { ruleId: 'Bulkhead-IAM9', logicalId: 'Ada', exception: { owner: 'platform-team', approver: 'ada@example.com' } },
      { logicalId: 'Bob' },
    ]);
    expect(report.summary.bySeverity).toEqual({ error: 0, warning: 1 });
  });

  it('is SARIF with suppressions, and what is wrong with the register at its line', () => {
    const file = register((text) => filledIn(text).replace('owner: platform-team', "owner: ''"));
    const [{ results }] = JSON.parse(run(['check', app, '--exceptions', file, '--format', 'sarif']).out).runs;
    const suppressed = results.filter((each: any) => each.suppressions !== undefined);
    expect(suppressed).toMatchObject([
      { suppressions: [{ kind: 'external', status: 'accepted', justification: expect.stringContaining('SEC-1') }] },
    ]);
    const problem = results.find((each: any) => each.ruleId === 'Bulkhead-EXC1');
    const { startLine } = problem.locations[0].physicalLocation.region;
    expect(readFileSync(file, 'utf8').split('\n')[startLine - 1]).toContain('owner:');
  });

  it('is bad usage where there is no such file, and a finding where it is damaged', () => {
    expect(run(['check', app, '--exceptions', 'nowhere.yaml'])).toMatchObject({ code: 2, out: '' });
    const { code, out } = run(['check', app, '--exceptions', broken]);
    expect(code).toBe(1);
    expect(out).toContain('Bulkhead-EXC1');
  });
});
