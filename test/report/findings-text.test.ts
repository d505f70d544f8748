import { describe, expect, it } from 'vitest';
import { findingsText } from '../../lib/report/findings-text';
import { finding, report } from './sample';

const PLAIN = { color: false, width: 100 };

describe('findings as text', () => {
  it('says where, what and how to mend', () => {
    const text = findingsText(report([finding()]), PLAIN);
    for (const part of [
      'error Bulkhead-IAM1 Policy allows every action',
      'Prod/Orders/Reader/Policy/Resource (ReaderPolicy1A2B)',
      'allows `s3:*` on `*`',
      'fix Name the actions.',
      'cdk.out/Orders.template.json',
      '1 error in 1 template with 12 resources.',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('names a resource without construct by template and logical id, and a template by its name', () => {
    const nodeless = findingsText(report([finding({ constructPath: undefined })]), PLAIN);
    expect(nodeless).toContain('Prod/Orders: ReaderPolicy1A2B');
    const whole = findingsText(report([finding({ constructPath: undefined, logicalId: undefined })]), PLAIN);
    expect(whole).toContain('\n  Prod/Orders\n');
  });

  it('shows the message of every finding of a rule, and a common fix once', () => {
    const text = findingsText(report([finding(), finding({ message: 'allows `sqs:*`' })]), PLAIN);
    expect(text).toContain('allows `s3:*` on `*`');
    expect(text).toContain('allows `sqs:*`');
    expect(text.match(/Name the actions/g)).toHaveLength(1);
  });

  it('names a place once, however much is wrong there, and places of one name in different files apart', () => {
    const text = findingsText(
      report([finding(), finding({ message: 'allows `sqs:*`' }), finding({ file: 'other.json', message: 'third' })]),
      PLAIN,
    );
    expect(text.match(/ReaderPolicy1A2B/g)).toHaveLength(2);
    expect(text.indexOf('sqs')).toBeLessThan(text.indexOf('cdk.out/Orders.template.json'));
    expect(text.indexOf('third')).toBeLessThan(text.indexOf('other.json'));
  });

  it('shows each fix where they differ', () => {
    const text = findingsText(report([finding(), finding({ fix: 'Name the queue.' })]), PLAIN);
    expect(text).toContain('Name the actions.');
    expect(text).toContain('Name the queue.');
  });

  it('puts errors before warnings', () => {
    const text = findingsText(report([finding({ ruleId: 'Bulkhead-API1', severity: 'warning' }), finding()]), PLAIN);
    expect(text.indexOf('Bulkhead-IAM1')).toBeLessThan(text.indexOf('Bulkhead-API1'));
    expect(text).toContain('1 error and 1 warning in');
  });

  it('says what is not known where a finding is only possible', () => {
    const text = findingsText(report([finding({ certainty: 'possible', unknowns: ['parameter "Bucket"'] })]), PLAIN);
    expect(text).toContain('possible: not known is parameter "Bucket"');
    expect(findingsText(report([finding()]), PLAIN)).not.toContain('possible');
  });

  it('says so when there is nothing to say', () => {
    expect(findingsText(report(), PLAIN)).toBe('No findings in 1 template with 12 resources.\n');
  });

  it('colours only when asked to', () => {
    expect(findingsText(report([finding()]), PLAIN)).not.toContain('\u001b[');
    expect(findingsText(report([finding()]), { ...PLAIN, color: true })).toContain('\u001b[31merror');
  });

  it('never passes control characters of a template on to the terminal', () => {
    const nasty = '\u001b]0;owned\u0007\u009b2J';
    const text = findingsText(
      report([
        finding({
          message: nasty,
          constructPath: nasty,
          title: nasty,
          fix: nasty,
          file: nasty,
          unknowns: [nasty],
          certainty: 'possible',
        }),
      ]),
      PLAIN,
    );
    expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});
