import { describe, expect, it } from 'vitest';
import { allow, ask, deny, principal, role, world } from './support';

const OBJECT = { action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/x' };
const unless = (operator: string, values: unknown) =>
  ask(
    world({
      Role: role([
        allow('s3:GetObject'),
        deny('s3:GetObject', '*', { Condition: { [operator]: { 'aws:userid': values } } }),
      ]),
    }),
    OBJECT,
  );
const where = (operator: string, values: unknown) =>
  ask(
    world({ Role: role([allow('s3:GetObject', '*', { Condition: { [operator]: { 'aws:userid': values } } })]) }),
    OBJECT,
  );

describe('aws:userid', () => {
  it.each(['StringNotLike', 'StringNotLikeIfExists', 'ForAnyValue:StringNotLike'])(
    'is the id of a role that nobody knows: %s',
    (operator) => {
      expect(unless(operator, ['AROAEXAMPLEID12345678:*', '111122223333'])).toBe('may');
    },
  );

  it('grants nothing for sure to a role of which the id is not known', () => {
    expect(where('StringLike', 'AROAEXAMPLEID12345678:*')).toBe('may');
    expect(where('StringEquals', 'AROAEXAMPLEID12345678:session')).toBe('may');
    expect(where('StringLike', '*:session')).toBe('may');
    expect(where('StringLike', '*')).toBe('must');
    // The account itself, or a user, whose id has no colon.
    expect(where('StringEquals', '111122223333')).toBe('no');
    expect(where('Null', 'true')).toBe('no');
  });

  it('is known by the attribute of the role', () => {
    const own = { 'Fn::Sub': '${Role.RoleId}:*' };
    expect(where('StringLike', own)).toBe('must');
    expect(unless('StringNotLike', own)).toBe('must');
    expect(unless('StringLike', own)).toBe('no');
  });

  it('has the name of the session where that is known', () => {
    const of = world({
      Role: role([allow('s3:GetObject', '*', { Condition: { StringLike: { 'aws:userid': '*:alice' } } })]),
    });
    expect(ask(of, { ...OBJECT, session: { name: 'alice' } })).toBe('must');
    expect(ask(of, { ...OBJECT, session: { name: 'bob' } })).toBe('no');
    expect(principal(of).kind).toBe('role');
  });
});
