import { describe, expect, it } from 'vitest';
import { ask, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;
const ACCOUNT = { AWS: 'arn:aws:iam::111122223333:root' };

function trusting(...statements: readonly Json[]): Json {
  return role([], {
    RoleName: 'goal',
    AssumeRolePolicyDocument: {
      Statement: statements.map((each) => ({ Effect: 'Allow', Principal: ACCOUNT, ...each })),
    },
  });
}

describe('who has a token', () => {
  const SAML = 'arn:aws:iam::111122223333:saml-provider/sp';
  const OIDC = 'arn:aws:iam::111122223333:oidc-provider/token.example.com';
  const calls = (provider: string, action: string): string => {
    const of = world({ Role: trusting({ Principal: { Federated: provider }, Action: action }) });
    return ask(of, { principal: { kind: 'federated', provider }, action, resource: principal(of).arn });
  };
  it.each([
    [SAML, 'sts:AssumeRoleWithSAML', 'must'],
    [SAML, 'sts:AssumeRoleWithWebIdentity', 'no'],
    [SAML, 'sts:AssumeRole', 'no'],
    [OIDC, 'sts:AssumeRoleWithWebIdentity', 'must'],
    [OIDC, 'sts:AssumeRoleWithSAML', 'no'],
    [OIDC, 'sts:AssumeRole', 'no'],
    ['cognito-identity.amazonaws.com', 'sts:AssumeRoleWithWebIdentity', 'must'],
    ['cognito-identity.amazonaws.com', 'sts:AssumeRole', 'no'],
  ])('of %s comes in by %s: %s', (provider, action, found) => {
    expect(calls(provider, action)).toBe(found);
  });
});
