import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../lib/assembly/snapshot';
import { resolved, shown, source } from './probe';

const equals = (left: unknown, right: unknown): unknown => ({ 'Fn::Equals': [left, right] });
const PARAMETERS = {
  Env: { Type: 'String', AllowedValues: ['dev', 'test', 'prod'] },
  Any: { Type: 'String' },
};

function when(condition: unknown, conditions: object = {}, region?: string): string {
  const sections = { Parameters: PARAMETERS, Conditions: { ...conditions, C: condition } };
  return shown({ 'Fn::If': ['C', 'yes', 'no'] }, sections, region === undefined ? {} : { region });
}

describe('conditions', () => {
  it.each<[name: string, condition: unknown, expected: string]>([
    ['equal literals hold', equals('a', 'a'), 'yes'],
    ['different literals do not', equals('a', 'b'), 'no'],
    ['a number equals its text', equals(1, '1'), 'yes'],
    ['a parameter equals itself', equals({ Ref: 'Any' }, { Ref: 'Any' }), 'yes'],
    ['a parameter may equal a literal', equals({ Ref: 'Any' }, 'x'), '<if C: yes, else: no>'],
    ['an account is never a word', equals({ Ref: 'AWS::AccountId' }, 'x'), 'no'],
    ['a value that is not allowed', equals({ Ref: 'Env' }, 'other'), 'no'],
    ['a prefix that cannot match', equals({ 'Fn::Sub': 'a-${Any}' }, 'b-x'), 'no'],
    ['Not', { 'Fn::Not': [equals('a', 'b')] }, 'yes'],
    ['And with one that fails', { 'Fn::And': [equals({ Ref: 'Any' }, 'x'), equals('a', 'b')] }, 'no'],
    ['Or with one that holds', { 'Fn::Or': [equals({ Ref: 'Any' }, 'x'), equals('a', 'a')] }, 'yes'],
    ['one that needs itself', { Condition: 'C' }, '<if C: yes, else: no>'],
    ['one that is no condition', { Nonsense: 1 }, '<if C: yes, else: no>'],
  ])('%s', (_, condition, expected) => {
    expect(when(condition)).toBe(expected);
  });

  it('decides by the region where it is known', () => {
    expect(when(equals({ Ref: 'AWS::Region' }, 'eu-west-1'), {}, 'eu-west-1')).toBe('yes');
    expect(when(equals({ Ref: 'AWS::Region' }, 'eu-west-1'), {}, 'us-east-1')).toBe('no');
    expect(when(equals({ Ref: 'AWS::Region' }, 'eu-west-1'))).toBe('<if C: yes, else: no>');
  });

  it('takes a condition and its opposite for one fact', () => {
    const base = { Base: equals({ Ref: 'Any' }, 'x') };
    expect(when({ 'Fn::Not': [{ Condition: 'Base' }] }, base)).toBe('<if Base: no, else: yes>');
    expect(when({ 'Fn::And': [{ Condition: 'Base' }, { 'Fn::Not': [{ Condition: 'Base' }] }] }, base)).toBe('no');
  });

  it('knows a nested choice by the same condition', () => {
    const conditions = { C: equals({ Ref: 'Any' }, 'x') };
    const raw = { 'Fn::If': ['C', { A: { 'Fn::If': ['C', 1, 2] } }, { A: { 'Fn::If': ['C', 3, 4] } }] };
    expect(shown(raw, { Parameters: PARAMETERS, Conditions: conditions })).toBe('<if C: {A: 1}, else: {A: 4}>');
  });

  it('correlates an allowed value with the condition that asks for it', () => {
    const sections = { Parameters: PARAMETERS, Conditions: { C: equals({ Ref: 'Env' }, 'prod') } };
    expect(shown({ 'Fn::If': ['C', { Ref: 'Env' }, 'other'] }, sections)).toBe('<if C: prod, else: other>');
  });

  it('takes a condition of many facts for one of its own', () => {
    const many = Array.from({ length: 10 }, (_, i) => equals({ Ref: 'Any' }, `v${i}`));
    expect(when({ 'Fn::Or': many })).toBe('<if C: yes, else: no>');
  });

  it('keeps an Fn::If by a condition that is not there', () => {
    expect(resolved({ 'Fn::If': ['Nope', 1, 2] })).toMatchObject({ condition: 'T#Nope' });
  });

  it('guards a resource by its condition, and leaves out what never exists', () => {
    const snapshot = snapshotOf([
      source({
        Parameters: PARAMETERS,
        Conditions: {
          Maybe: equals({ Ref: 'Any' }, 'x'),
          Never: equals('a', 'b'),
          Always: equals('a', 'a'),
          Not: { 'Fn::Not': [{ Condition: 'Maybe' }] },
        },
        Resources: {
          A: { Type: 'X', Condition: 'Maybe', Properties: { P: { 'Fn::If': ['Maybe', 1, 2] } } },
          B: { Type: 'X', Condition: 'Never' },
          C: { Type: 'X', Condition: 'Always' },
          D: { Type: 'X', Condition: 'Not' },
        },
      }),
    ]);
    expect(snapshot.resources.map(({ logicalId, guards, condition }) => [logicalId, guards, condition])).toEqual([
      ['A', [{ condition: 'T#Maybe', holds: true }], 'Maybe'],
      ['C', [], undefined],
      ['D', [{ condition: 'T#Maybe', holds: false }], 'Not'],
    ]);
    expect(snapshot.byKey('T#A')?.properties).toEqual({ P: 1 });
  });
});
