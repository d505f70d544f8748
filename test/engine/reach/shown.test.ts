import { expect, it } from 'vitest';
import { allow, fact, reached, role, user } from './support/template';

it('makes a password for a user who has none; where the template gives one, it is possible at most', () => {
  const of = (more: Parameters<typeof user>[1]) =>
    fact(reached({ Mallory: role([allow('iam:CreateLoginProfile')]), Victim: user([allow('s3:*')], more) }), 'T#Victim')
      ?.certainty;
  expect(of({})).toBe('certain');
  expect(of({ LoginProfile: { Password: '{{resolve:ssm-secure:password}}' } })).toBe('possible');
});
