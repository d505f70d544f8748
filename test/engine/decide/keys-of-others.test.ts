import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import type { Decision } from '../../../lib/engine/decide/decision';
import { ABSENT } from '../../../lib/model/value';
import { principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const asked = (action: string, statements: readonly Json[], context?: Readonly<Record<string, string>>): Decision => {
  const of = world({ Role: role(statements) });
  const resource = action.startsWith('s3:GetObject') ? 'arn:aws:s3:::docs/a' : 'arn:aws:s3:::docs';
  return decide({ principal: principal(of), action, resource, ...(context === undefined ? {} : { context }) }, of);
};
const ALLOWED: Json = { Effect: 'Allow', Action: 's3:*', Resource: '*' };
const allowedIf = (Condition: Json): Json => ({ ...ALLOWED, Condition });
const deniedIf = (Condition: Json): readonly Json[] => [ALLOWED, { ...allowedIf(Condition), Effect: 'Deny' }];

describe('a condition key that AWS lists for other actions only', () => {
  it.each<[string, Json]>([
    ['a tag of the request', { StringEquals: { 'aws:RequestTag/team': 'orders' } }],
    ['tags of the request', { 'ForAnyValue:StringEquals': { 'aws:TagKeys': ['team'] } }],
    ['a key of another action', { StringLike: { 's3:prefix': 'home/*' } }],
    ['a key of another service', { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }],
    ['a key that has to be there', { Null: { 'aws:TagKeys': 'false' } }],
  ])('%s: an Allow that needs it is possible, and says why', (_, condition) => {
    const decision = asked('s3:GetObject', [allowedIf(condition)]);
    expect(verdict(decision)).toBe('may');
    expect(decision.unknowns[0]?.detail).toMatch(/^whether such a request can have (aws|s3|iam):/);
  });

  it.each<[string, Json]>([
    ['IfExists', { StringEqualsIfExists: { 'aws:RequestTag/team': 'orders' } }],
    ['ForAllValues', { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['team'] } }],
    ['a negated operator', { StringNotEquals: { 's3:prefix': 'secret' } }],
    ['Null', { Null: { 'aws:TagKeys': 'true' } }],
  ])('%s: an Allow holds without it', (_, condition) => {
    const decision = asked('s3:GetObject', [allowedIf(condition)]);
    expect(decision.must).toBe(true);
    expect(Object.values(decision.witness?.context ?? {})).toEqual([ABSENT]);
  });

  it('does not keep off by a Deny that needs it', () => {
    expect(asked('s3:GetObject', deniedIf({ StringEquals: { 'aws:RequestTag/team': 'orders' } })).must).toBe(true);
  });

  it('may keep off by a Deny that holds without it, and only may', () => {
    for (const condition of [{ StringNotEquals: { 's3:prefix': 'home/' } }, { Null: { 'aws:TagKeys': 'true' } }]) {
      const decision = asked('s3:GetObject', deniedIf(condition));
      expect([decision.may, decision.must]).toEqual([true, false]);
    }
  });

  it('is taken as it is where the question gives it', () => {
    const statement = allowedIf({ StringEquals: { 's3:prefix': 'home/' } });
    expect(asked('s3:GetObject', [statement], { 's3:prefix': 'home/' }).must).toBe(true);
    expect(asked('s3:GetObject', [statement], { 's3:prefix': 'other/' }).may).toBe(false);
  });

  it('is open to those that have it, and for actions that nobody knows', () => {
    const statement = allowedIf({ StringEquals: { 's3:prefix': 'home/' } });
    expect(asked('s3:ListBucket', [statement]).must).toBe(true);
    expect(asked('s3:FlyBucket', [statement]).must).toBe(true);
  });

  it('is no witness of a question by pattern', () => {
    const of = world({ Role: role([allowedIf({ StringEquals: { 'aws:RequestTag/team': 'orders' } })]) });
    const decision = decide({ principal: principal(of), action: 's3:GetObject', resource: 'arn:aws:s3:::docs/*' }, of);
    expect([decision.may, decision.must]).toEqual([true, false]);
  });
});
