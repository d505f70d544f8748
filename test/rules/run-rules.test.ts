import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { allRules } from '../../lib/rules/registry';
import type { Rule, Violation } from '../../lib/rules/rule';
import { runRules } from '../../lib/rules/run-rules';
import { UNRELATED, snapshotOfTemplate } from './rule-runner';

const rule = (id: string, types: readonly string[], check: Rule['check'], more: Partial<Rule> = {}): Rule => ({
  ...allRules[0],
  id,
  types,
  check,
  ...more,
});
const saying = (...violations: readonly Violation[]) => rule('T1', ['AWS::SQS::Queue'], () => violations);
const queue = snapshotOfTemplate({
  Resources: { Queue: { Type: 'AWS::SQS::Queue', Metadata: { 'aws:cdk:path': 'Orders/Queue/Resource' } } },
});

describe('runRules', () => {
  it('says where a finding is', () => {
    expect(runRules(queue, [saying({ message: 'wrong', detail: 'a' })])).toEqual([
      {
        ruleId: 'Bulkhead-T1',
        severity: 'error',
        title: allRules[0]?.title,
        message: 'wrong',
        fix: allRules[0]?.fix,
        template: 'Orders',
        file: 'Orders.template.json',
        logicalId: 'Queue',
        constructPath: 'Orders/Queue/Resource',
        detail: 'a',
        certainty: 'certain',
        found: JSON.stringify({ certainty: 'certain', detail: 'a', found: 'wrong' }),
      },
    ]);
  });

  it('says a thing once: what is certain before what is possible', () => {
    const found = runRules(queue, [
      saying(
        { message: 'perhaps', detail: 'a', certainty: 'possible', unknowns: ['x'] },
        { message: 'for sure', detail: 'a' },
        { message: 'again', detail: 'a' },
        { message: 'other', detail: 'b' },
      ),
    ]);
    expect(found.map(({ message, certainty }) => `${message}: ${certainty}`)).toEqual([
      'for sure: certain',
      'other: certain',
    ]);
  });

  it('shows a rule the resources of its types only', () => {
    const seen: string[] = [];
    const watching = (types: readonly string[]) =>
      rule('T2', types, ({ type }) => {
        seen.push(type);
        return [];
      });
    runRules(snapshotOfTemplate(UNRELATED), [watching(['AWS::SQS::Queue'])]);
    expect(seen).toEqual(['AWS::SQS::Queue']);
    seen.length = 0;
    runRules(snapshotOfTemplate(UNRELATED), [watching(['*'])]);
    expect(seen).toHaveLength(Object.keys(UNRELATED.Resources).length);
  });

  it('shows a rule each template, too', () => {
    const found = runRules(queue, [
      rule('T3', [], () => [], { checkTemplate: ({ name }) => [{ message: `template ${name}` }] }),
    ]);
    expect(found).toMatchObject([{ message: 'template Orders', template: 'Orders' }]);
    expect(found[0]).not.toHaveProperty('logicalId');
  });

  it('gives the same findings in the same order whatever order the rules see them in', () => {
    const body = { Resources: { B: { Type: 'AWS::IAM::AccessKey' }, A: { Type: 'AWS::SecretsManager::Secret' } } };
    const sources = ['One', 'Two'].map((name) => ({ name, file: `${name}.json`, body }));
    const once = runRules(snapshotOf(sources)).map(
      ({ template, logicalId, ruleId }) => `${template} ${logicalId} ${ruleId}`,
    );
    expect(once).toEqual([
      'One B Bulkhead-IAM9',
      'One A Bulkhead-SEC1',
      'One A Bulkhead-SEC2',
      'Two B Bulkhead-IAM9',
      'Two A Bulkhead-SEC1',
      'Two A Bulkhead-SEC2',
    ]);
  });

  it('throws where a rule throws, and names rule and resource: no finding, and no silence', () => {
    const broken = rule('T4', ['AWS::SQS::Queue'], () => {
      throw new TypeError('x is undefined');
    });
    expect(() => runRules(queue, [broken])).toThrow(
      /^BH9004: rule `Bulkhead-T4` failed at `Orders#Queue`: x is undefined/,
    );
  });
});
