import { describe, expect, it } from 'vitest';
import { allow, fact, reached, role, user } from './support/template';
import type { Json } from './support/template';

it('makes a password for a user who has none; where the template gives one, it is possible at most', () => {
  const of = (more: Parameters<typeof user>[1]) =>
    fact(reached({ Mallory: role([allow('iam:CreateLoginProfile')]), Victim: user([allow('s3:*')], more) }), 'T#Victim')
      ?.certainty;
  expect(of({})).toBe('certain');
  expect(of({ LoginProfile: { Password: '{{resolve:ssm-secure:password}}' } })).toBe('possible');
});

describe('the password of a user', () => {
  const PASSWORD = { LoginProfile: { Password: '{{resolve:ssm-secure:password}}' } };
  const outcome = (actions: readonly string[], more: Parameters<typeof user>[1], victim: Json = user([], more)) =>
    fact(reached({ Mallory: role([allow(actions)]), Victim: victim }), 'T#Victim')?.certainty;

  it('is changed where the template gives one; where it does not, there may be one that was made by hand', () => {
    expect(outcome(['iam:UpdateLoginProfile'], PASSWORD)).toBe('certain');
    expect(outcome(['iam:UpdateLoginProfile'], {})).toBe('possible');
    expect(outcome(['iam:GetLoginProfile'], PASSWORD)).toBeUndefined();
  });

  it('is replaced by whoever may delete it first', () => {
    expect(outcome(['iam:DeleteLoginProfile', 'iam:CreateLoginProfile'], PASSWORD)).toBe('certain');
    expect(outcome(['iam:DeleteLoginProfile'], PASSWORD)).toBeUndefined();
    expect(outcome(['iam:CreateLoginProfile'], PASSWORD)).toBe('possible');
  });

  it('is possible under a condition of the template', () => {
    const conditional = { LoginProfile: { 'Fn::If': ['Console', PASSWORD.LoginProfile, { Ref: 'AWS::NoValue' }] } };
    const victim = user([], conditional);
    const found = reached({ Mallory: role([allow('iam:UpdateLoginProfile')]), Victim: victim }, 'Mallory', {
      Parameters: { Console: { Type: 'String' } },
      Conditions: { Console: { 'Fn::Equals': [{ Ref: 'Console' }, 'yes'] } },
    });
    expect(fact(found, 'T#Victim')?.certainty).toBe('possible');
  });
});

describe('a function that polls', () => {
  it('runs for sure with a role that may read a source, else perhaps', () => {
    const polls = (...statements: readonly Json[]): string | undefined =>
      fact(
        reached({
          Victim: role(statements, { Service: 'lambda.amazonaws.com' }),
          Mallory: role([allow(['iam:PassRole', 'lambda:CreateFunction', 'lambda:CreateEventSourceMapping'])]),
        }),
        'Victim',
      )?.certainty;
    expect(polls(allow('sqs:ReceiveMessage', 'arn:aws:sqs:*:*:orders'))).toBe('certain');
    expect(polls(allow('s3:GetObject'))).toBe('possible');
  });
});
