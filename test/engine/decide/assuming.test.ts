import { describe, expect, it } from 'vitest';
import { allow, ask, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;
const SESSION = ['sts:SetSourceIdentity', 'sts:TagSession'];
const GOAL = 'arn:aws:iam::111122223333:role/goal';
const ACCOUNT = { AWS: 'arn:aws:iam::111122223333:root' };

function trusting(...statements: readonly Json[]): Json {
  return role([], {
    RoleName: 'goal',
    AssumeRolePolicyDocument: {
      Statement: statements.map((each) => ({ Effect: 'Allow', Principal: ACCOUNT, ...each })),
    },
  });
}

/** Whether a role with these permissions assumes one that trusts its account by these statements. */
function assumes(actions: readonly string[], statements: readonly Json[]) {
  const of = world({ Role: role([allow(actions)]), Goal: trusting(...statements) });
  return ask(of, { action: 'sts:AssumeRole', resource: GOAL });
}

describe('a source identity, or session tags', () => {
  it.each([
    [{ StringEquals: { 'sts:SourceIdentity': 'bob' } }, 'sts:SetSourceIdentity'],
    [{ StringEquals: { 'aws:RequestTag/team': 'a' } }, 'sts:TagSession'],
    [{ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'team' } }, 'sts:TagSession'],
    [{ 'ForAnyValue:StringEquals': { 'sts:TransitiveTagKeys': 'team' } }, 'sts:TagSession'],
  ])('that the trust policy asks for in %j need %s of the caller and in the trust', (Condition, needed) => {
    const both = ['sts:AssumeRole', needed];
    expect(assumes(both, [{ Action: both, Condition }])).toBe('must');
    expect(assumes(['sts:AssumeRole'], [{ Action: both, Condition }])).toBe('no');
    expect(assumes(both, [{ Action: 'sts:AssumeRole', Condition }])).toBe('no');
    const other = SESSION.filter((each) => each !== needed);
    expect(assumes(['sts:AssumeRole', ...SESSION], [{ Action: ['sts:AssumeRole', ...other], Condition }])).toBe('no');
  });

  it('are not needed where a condition is content without them', () => {
    const Condition = { StringNotEquals: { 'sts:SourceIdentity': 'bob', 'aws:RequestTag/team': 'a' } };
    expect(assumes(['sts:AssumeRole'], [{ Action: 'sts:AssumeRole', Condition }])).toBe('must');
    expect(assumes(['sts:AssumeRole'], [{ Action: 'sts:AssumeRole' }])).toBe('must');
  });

  it('must be allowed with the value that the role is assumed with', () => {
    const named = (Action: string, name: string): Json => ({
      Action,
      Condition: { StringEquals: { 'sts:SourceIdentity': name } },
    });
    const all = ['sts:AssumeRole', ...SESSION];
    expect(assumes(all, [named('sts:AssumeRole', 'bob'), named('sts:SetSourceIdentity', 'bob')])).toBe('must');
    expect(assumes(all, [named('sts:AssumeRole', 'bob'), named('sts:SetSourceIdentity', 'eve')])).not.toBe('must');
  });
});

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
