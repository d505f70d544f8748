import { describe, expect, it } from 'vitest';
import { text } from '../../../lib/model/value';
import type { Value } from '../../../lib/model/value';
import { isAsDeclared, isSame, said, settingDifferences } from '../../../lib/runtime/review/as-declared';

describe('what is there', () => {
  it.each<[string, Value, unknown]>([
    ['a number as text', 1, '1'],
    ['a decimal in other words', '0.50', 0.5],
    ['true as text', 'true', true],
    ['a list in another order', ['a', 'b'], ['b', 'a']],
    ['more than was declared', { a: 1 }, { a: 1, b: 2 }],
    ['maps within lists', [{ Name: 'a', Value: 'b' }], [{ Name: 'a', Value: 'b', Unit: 'c' }]],
    ['nothing for null', null, undefined],
  ])('is as declared: %s', (_, declared, found) => expect(isAsDeclared(declared, found)).toBe(true));

  it.each<[string, Value, unknown]>([
    ['another number', 1, 2],
    ['an empty text for 0', 0, ''],
    ['nothing', 'a', undefined],
    ['a map for a text', 'a', { a: 1 }],
    ['one element more', ['a'], ['a', 'b']],
    ['one element twice', ['a', 'b'], ['a', 'a']],
    ['a text for a list', ['a'], 'a'],
    ['another member', { a: 1 }, { b: 1 }],
    ['null for a map', { a: 1 }, null],
  ])('is not as declared: %s', (_, declared, found) => expect(isAsDeclared(declared, found)).toBe(false));

  it('is the same only where it has no more than was declared', () => {
    expect(isSame({ a: ['b'] }, { a: ['b'] })).toBe(true);
    expect(isSame({ a: ['b'] }, { a: ['b'], c: ['d'] })).toBe(false);
    expect(isSame(null, undefined)).toBe(true);
    expect(isSame(null, { a: 1 })).toBe(false);
  });
});

describe('settings', () => {
  const found = (properties: Record<string, Value>, answer: object) =>
    settingDifferences(properties, answer, ['A', 'B'], { severity: 'LOW', defaults: { B: 3 } }).map(
      ({ aspect, sort, what }) => `${aspect} ${sort}: ${what}`,
    );

  it('that are as declared, or as they are where nothing is written, are none', () => {
    expect(found({ A: 1 }, { A: '1', B: 3 })).toEqual([]);
    expect(found({}, { A: [], B: 3 })).toEqual([]);
    expect(found({}, { A: '', B: '3' })).toEqual([]);
  });

  it('that are otherwise, that are there and were not declared, and that are gone, are told by name', () => {
    expect(found({ A: 1 }, { A: 2, B: 4 })).toEqual([
      'A changed: A is 2, declared is 1',
      'B changed: B is 4, declared is 3',
    ]);
    expect(found({}, { A: ['x'], B: 3 })).toEqual(['A changed: A is ["x"], declared is none']);
    expect(found({ A: 1 }, { B: 3 })).toEqual(['A changed: A is none, declared is 1']);
  });

  it('that are not known are unknown', () => {
    const A = text(['a', { shape: 'any', source: 'Orders#Custom.Value' }]);
    expect(found({ A }, { A: 'ab', B: 3 })).toEqual(['A unknown: could not be compared: Custom.Value is not known']);
  });

  it('are cut where they are long', () => expect(said('x'.repeat(500))).toHaveLength(200));
});
