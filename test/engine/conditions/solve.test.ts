import { describe, expect, it } from 'vitest';
import { conditionHolds } from '../../../lib/engine/conditions/evaluate';
import { OPEN } from '../../../lib/engine/conditions/known';
import { solve } from '../../../lib/engine/conditions/solve';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import type { Condition } from '../../../lib/model/policy';
import { text, unknown } from '../../../lib/model/value';
import type { Value } from '../../../lib/model/value';
import table from '../../cases/contradictions.json';

interface Case {
  readonly name: string;
  readonly satisfiable: boolean;
  readonly hold: readonly Value[];
  readonly oneFails: readonly Value[];
}

function conditions(block: Value): readonly Condition[] {
  const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: block };
  return parsePolicy({ Statement: [statement] }).statements[0].conditions;
}

const open = () => OPEN;

describe('a value whose name CloudFormation makes up', () => {
  const made = text(['arn:aws:iam::111122223333:policy/', { shape: 'segment', source: 'T#P', resource: 'T#P' }]);

  it.each(['ArnEquals', 'ArnLike', 'StringLike', 'StringEquals'])(
    'is a value that the key can have, by %s',
    (operator) => {
      const hold = conditions({ [operator]: { 'iam:PolicyARN': made } });
      const other = conditions({ [operator]: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } });
      expect(solve({ hold, oneFails: [] }, open, true).kind).toBe('found');
      expect(solve({ hold, oneFails: [hold] }, open, false).kind).toBe('none');
      expect(solve({ hold: [...hold, ...other], oneFails: [] }, open, false).kind).toBe('none');
    },
  );
});

describe('conditions on open keys', () => {
  it.each((table as unknown as readonly Case[]).map((each) => [each.name, each.satisfiable, each] as const))(
    '%s: %s',
    (_name, satisfiable, each) => {
      const hold = each.hold.flatMap(conditions);
      const oneFails = each.oneFails.map(conditions);
      for (const certain of [true, false]) {
        const found = solve({ hold, oneFails }, open, certain);
        expect(found.kind).toBe(satisfiable ? 'found' : 'none');
        if (found.kind !== 'found') continue;
        const lookup = (key: string) => found.values.get(key) ?? OPEN;
        expect(hold.map((condition) => conditionHolds(condition, lookup))).toEqual(hold.map(() => 'yes'));
        for (const deny of oneFails) expect(deny.map((condition) => conditionHolds(condition, lookup))).toContain('no');
      }
    },
  );

  it('say that they do not know where a value of the policy is not known', () => {
    const hold = [{ operator: 'StringEquals', ifExists: false, key: 'k', values: [unknown('parameter', 'P')] }];
    expect(solve({ hold, oneFails: [] }, open, false).kind).toBe('found');
    expect(solve({ hold, oneFails: [] }, open, true).kind).toBe('none');
  });

  it('are not contradicted past what is looked at', () => {
    const patterns = Array.from({ length: 9 }, (_, index) => `*${index}*`);
    const hold = conditions({ StringNotLike: { k: patterns }, StringLike: { k: ['a*'] } });
    expect(solve({ hold, oneFails: [] }, open, false).kind).not.toBe('none');
  });
});
