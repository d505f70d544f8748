import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import { ABSENT } from '../../../lib/model/value';
import { principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

/** What a condition says of a key that the request does not have, by the page of AWS on operators. */
const OPERATORS: readonly (readonly [operator: string, value: string, holds: boolean])[] = [
  ['StringEquals', 'a', false],
  ['StringLike', '*', false],
  ['ArnLike', 'arn:*', false],
  ['NumericLessThan', '5', false],
  ['Bool', 'false', false],
  ['IpAddress', '0.0.0.0/0', false],
  ['StringNotEquals', 'a', true],
  ['ArnNotLike', 'arn:*', true],
  ['NotIpAddress', '0.0.0.0/0', true],
  ['StringEqualsIfExists', 'a', true],
  ['StringNotEqualsIfExists', 'a', true],
  ['BoolIfExists', 'true', true],
  ['NumericLessThanIfExists', '5', true],
  ['ForAllValues:StringEquals', 'a', true],
  ['ForAllValues:StringNotEquals', 'a', true],
  ['ForAllValues:StringEqualsIfExists', 'a', true],
  ['ForAnyValue:StringEquals', 'a', false],
  ['ForAnyValue:StringNotEquals', 'a', false],
  ['Null', 'true', true],
  ['Null', 'false', false],
];

/** Keys that a request of a role never has, or that the question says it has not. */
const KEYS: readonly (readonly [key: string, context?: Readonly<Record<string, typeof ABSENT>>])[] = [
  ['aws:SourceArn'],
  ['aws:SourceAccount'],
  ['aws:PrincipalServiceName'],
  ['aws:username'],
  ['aws:SourceVpce', { 'aws:SourceVpce': ABSENT }],
  ['s3:prefix', { 's3:prefix': ABSENT }],
];

const CASES = KEYS.flatMap(([key, context]) =>
  OPERATORS.map(([operator, value, holds]) => [key, operator, value, holds, context] as const),
);

const asked = (statements: readonly Json[], context: Readonly<Record<string, typeof ABSENT>> = {}) => {
  const of = world({ Role: role(statements) });
  return decide({ principal: principal(of), action: 's3:GetObject', resource: 'arn:aws:s3:::docs/a', context }, of);
};
const ALLOWED: Json = { Effect: 'Allow', Action: 's3:*', Resource: '*' };

describe('a condition key that a request does not have for sure', () => {
  it.each(CASES)('%s, %s %s: %s', (key, operator, value, holds, context) => {
    const Condition = { [operator]: { [key]: value } };
    const allowed = asked([{ ...ALLOWED, Condition }], context);
    expect([verdict(allowed), allowed.unconditional]).toEqual(holds ? ['must', true] : ['no', false]);
    const denied = asked([ALLOWED, { ...ALLOWED, Effect: 'Deny', Condition }], context);
    expect([verdict(denied), denied.unconditional]).toEqual(holds ? ['no', false] : ['must', true]);
  });

  it('has no value in a policy variable: nothing matches, and what does not equal it is not said', () => {
    const of = (operator: string) =>
      verdict(asked([{ ...ALLOWED, Condition: { [operator]: { 'aws:PrincipalAccount': '${aws:username}' } } }]));
    expect(of('StringEquals')).toBe('no');
    expect(of('StringNotEquals')).toBe('may');
    expect(verdict(asked([{ ...ALLOWED, Resource: 'arn:aws:s3:::docs/${aws:username}' }]))).toBe('no');
    expect(verdict(asked([{ ...ALLOWED, Resource: "arn:aws:s3:::docs/${aws:username, 'a'}" }]))).toBe('must');
  });
});

describe('a condition key that the table of AWS lists for other actions only', () => {
  // The table may have gaps, so that nothing is denied for sure; what holds without the key is certain.
  it.each(OPERATORS)('%s %s: %s', (operator, value, holds) => {
    const Condition = { [operator]: { 'iam:PassedToService': value } };
    expect(verdict(asked([{ ...ALLOWED, Condition }]))).toBe(holds ? 'must' : 'may');
    const denied = verdict(asked([ALLOWED, { ...ALLOWED, Effect: 'Deny', Condition }]));
    expect(denied).toBe(holds ? 'may' : 'must');
  });
});
