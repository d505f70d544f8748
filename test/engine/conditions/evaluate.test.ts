import { describe, expect, it } from 'vitest';
import { conditionHolds } from '../../../lib/engine/conditions/evaluate';
import { ABSENT_KEY, OPEN, known } from '../../../lib/engine/conditions/known';
import type { Known } from '../../../lib/engine/conditions/known';
import { parseOperator } from '../../../lib/engine/parse/operators';
import { text, unknown } from '../../../lib/model/value';
import table from '../../cases/conditions.json';

interface Case {
  readonly name: string;
  readonly operator: string;
  readonly values: readonly string[];
  /** `null`: the key is absent; `open`: nothing is known of it. */
  readonly request: string | readonly string[] | null;
  readonly context?: Readonly<Record<string, string | null>>;
  readonly expected: 'yes' | 'no' | 'may';
}

function knownOf(value: Case['request'] | undefined): Known {
  if (value === null) return ABSENT_KEY;
  if (value === undefined || value === 'open') return OPEN;
  return known(...(typeof value === 'string' ? [value] : value));
}

describe('conditions', () => {
  it.each((table as readonly Case[]).map((each) => [each.operator, each.name, each.expected, each] as const))(
    '%s: %s: %s',
    (_operator, _name, expected, each) => {
      const condition = { ...parseOperator(each.operator), key: 'k', values: each.values };
      const found = conditionHolds(condition, (key) => knownOf(key === 'k' ? each.request : each.context?.[key]));
      expect(found === 'maybe' ? 'may' : found).toBe(expected);
    },
  );

  it('are not known where a value is not', () => {
    const values = [unknown('parameter', 'P')];
    const condition = { operator: 'StringEquals', ifExists: false, key: 'k', values };
    expect(conditionHolds(condition, () => known('a'))).toBe('maybe');
    expect(conditionHolds({ ...condition, operator: 'StringNotEquals' }, () => known('a'))).toBe('maybe');
    expect(conditionHolds(condition, () => ABSENT_KEY)).toBe('no');
  });

  it('know the same hole as the same text, and the names of two resources as two', () => {
    const name = (resource: string) =>
      text([
        'arn:aws:iam::',
        { shape: 'account', source: 'AWS::AccountId' },
        ':role/',
        {
          shape: 'segment',
          source: resource,
          resource,
          attribute: 'Ref',
        },
      ]);
    for (const operator of ['StringEquals', 'ArnLike']) {
      const condition = { operator, ifExists: false, key: 'k', values: [name('T#A')] };
      expect(conditionHolds(condition, () => known(name('T#A')))).toBe('yes');
      expect(conditionHolds(condition, () => known(name('T#B')))).toBe('no');
    }
  });
});
