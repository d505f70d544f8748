import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { App, Stack, Validations } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { beforeAll, describe, expect, it } from 'vitest';
import { Bulkhead, ExceptionRegister } from '../../lib';
import { filledIn } from '../support/filled-in';
import { files, run } from './support/run';

const schema = (name: string) =>
  new Ajv({ strict: false }).compile(
    JSON.parse(readFileSync(join(__dirname, `../../docs/${name}.schema.json`), 'utf8')),
  );
const isReport = schema('report');
const isEvidence = schema('evidence');

/** Two access keys: one is left open by an entry, the other by an acknowledgement of the CDK. */
function synth(register?: string): string {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'Orders');
  new iam.CfnAccessKey(stack, 'Ada', { userName: 'ada' });
  const bob = new iam.CfnAccessKey(stack, 'Bob', { userName: 'bob' });
  Validations.of(bob).acknowledge({ id: 'Bulkhead-IAM9', reason: 'until the migration is done' });
  const exceptions = register && ExceptionRegister.fromFile(register, { today: '2026-11-22' });
  Bulkhead.protect(app, exceptions ? { exceptions } : {});
  try {
    app.synth();
  } catch {
    // Without the register there is something open: the assembly is written all the same.
  }
  return app.outdir;
}

function json(argv: readonly string[]): any {
  const { code, written } = run(['report', ...argv, '--out', 'r.json']);
  expect(code).toBe(0);
  const report = JSON.parse(written['r.json'] ?? '');
  expect(isReport(report), JSON.stringify(isReport.errors)).toBe(true);
  return report;
}

describe('what is left open, in the report', () => {
  let register: string;
  let assembly: string;

  beforeAll(() => {
    const before = synth();
    const written = run(['check', before, '--write-exceptions', 'new.yaml']).written['new.yaml'] ?? '';
    const ofAda = written.replace(/ {2}# [^\n]*bob[\s\S]*$/, '');
    register = files({ 'register.yaml': filledIn(ofAda) })['register.yaml'] ?? '';
    assembly = synth(register);
  });

  it('is told with owner, end, approver, author and reason, as the evidence of the synth has it', () => {
    const { leftOpen, findings } = json([assembly]);
    expect(leftOpen.evidence).toEqual([
      { file: join(assembly, 'bulkhead-evidence.json'), date: '2026-11-22', seal: expect.any(String), differences: [] },
    ]);
    expect(leftOpen.findings).toMatchObject([
      {
        by: 'exception',
        rule: 'Bulkhead-IAM9',
        path: 'Orders/Ada',
        owner: 'platform-team',
        approver: 'ada@example.com',
        expiresOn: '2027-01-31',
        author: 'not known: the file is in no git repository, or there is no git',
      },
      { by: 'acknowledgement', path: 'Orders/Bob', at: 'Orders/Bob', reason: 'until the migration is done' },
    ]);
    // Evidence opens nothing: whoever writes the file could write anything into it.
    expect(findings.map(({ constructPath }: any) => constructPath)).toEqual(['Orders/Ada', 'Orders/Bob']);
  });

  it('is judged anew where the register is given', () => {
    const { leftOpen, findings } = json([assembly, '--exceptions', register]);
    expect(leftOpen.register).toBe(register);
    expect(leftOpen.findings.map(({ by, path }: any) => `${by} ${path}`)).toEqual([
      'exception Orders/Ada',
      'acknowledgement Orders/Bob',
    ]);
    expect(findings.map(({ ruleId }: any) => ruleId)).toEqual(['Bulkhead-IAM9', 'Bulkhead-EXC9']);
    const late = json([assembly, '--exceptions', register, '--today', '2027-02-01']);
    expect(late.leftOpen.findings.map(({ by }: any) => by)).toEqual(['acknowledgement']);
    expect(late.findings.map(({ ruleId }: any) => ruleId)).toContain('Bulkhead-EXC2');
  });

  it('is a section in Markdown and in text', () => {
    const { written } = run(['report', assembly, '--exceptions', register, '--out', 'r.md']);
    expect(written['r.md']).toContain(
      '## What is left open\n\nLeft open are 2 findings, by 1 exception and 1 acknowledg',
    );
    expect(written['r.md']).toMatch(
      /\| Bulkhead-IAM9 \| Orders\/Ada \| exception at .*:\d+ \| 2027-01-31 \| platform-team \| ada@example.com \|/,
    );
    expect(written['r.md']).toContain('| acknowledgement at Orders/Bob | no end | nobody | nobody |');
    const { out } = run(['report', assembly, '--exceptions', register]);
    expect(out).toContain('What is left open');
    expect(out.match(/left open by exceptions/g)).toBeNull();
  });

  it('is not taken from evidence that does not agree with the templates', () => {
    const changed = synth(register);
    writeFileSync(join(changed, 'Orders.template.json'), '{"Resources":{"Q":{"Type":"AWS::SQS::Queue"}}}');
    const { leftOpen } = json([changed]);
    expect(leftOpen.findings).toEqual([]);
    expect(leftOpen.evidence[0].differences[0]).toContain('Orders.template.json was changed');
    writeFileSync(join(changed, 'bulkhead-evidence.json'), '[]');
    const none = json([changed]).leftOpen;
    expect(none.findings).toEqual([]);
    expect(none.evidence[0].differences[0]).toContain('is no evidence of bulkhead');
  });

  it('is not known of a template alone, and that is said', () => {
    const template = join(assembly, 'Orders.template.json');
    expect(json([template]).leftOpen).toEqual({ evidence: [], findings: [] });
    expect(run(['report', template]).out).toContain('Not known: no register was given, and no evidence');
  });

  it('stands in evidence that is as its schema says', () => {
    const evidence = JSON.parse(readFileSync(join(assembly, 'bulkhead-evidence.json'), 'utf8'));
    expect(isEvidence(evidence), JSON.stringify(isEvidence.errors)).toBe(true);
    expect(evidence).toMatchObject({
      holds: true,
      open: [],
      exceptions: [{}],
      acknowledgements: [{}],
      registerProblems: [{}],
    });
    for (const list of ['exceptions', 'acknowledgements', 'registerProblems']) {
      const [first] = evidence[list];
      expect(isEvidence({ ...evidence, [list]: [{ ...first, surprise: 1 }] })).toBe(false);
    }
  });
});
