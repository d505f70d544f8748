import { describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { iam5 } from '../../../lib/rules/iam/iam5-trust-in-anyone';
import { iam6 } from '../../../lib/rules/iam/iam6-foreign-trust-without-external-id';
import { iam7 } from '../../../lib/rules/iam/iam7-people-without-mfa';
import { iam8 } from '../../../lib/rules/iam/iam8-session-over-an-hour';
import { roleThatMay, roleTrusting } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

const OWN = { account: '111122223333' };
const anyone = (Condition: unknown, Principal: unknown = { AWS: '*' }) => roleTrusting({ Principal, Condition });
const count = (rule: Parameters<typeof findingsOf>[0], body: unknown) => findingsOf(rule, body, OWN).length;

describe('IAM5', () => {
  it.each([
    ['"*"', '*'],
    ['AWS', { AWS: '*' }],
    ['one of several', { AWS: ['arn:aws:iam::111122223333:root', '*'] }],
  ])('finds `*` as %s', (_, Principal) => expect(count(iam5, roleTrusting({ Principal }))).toBe(1));

  it.each([
    ['an external id', { StringEquals: { 'sts:ExternalId': 'known' } }],
    ['a tag of the caller', { StringEquals: { 'aws:PrincipalTag/team': 'orders' } }],
    ['a session name', { StringLike: { 'sts:RoleSessionName': 'orders-*' } }],
    ['an organisation if there is one', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    ['an organisation by ForAllValues', { 'ForAllValues:StringEquals': { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } }],
    ['any organisation', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['a role name in any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/orders' } }],
    ['not one account', { StringNotEquals: { 'aws:PrincipalAccount': '444455556666' } }],
    [
      'one of two, of which one is open',
      { ArnLike: { 'aws:PrincipalArn': ['arn:aws:iam::111122223333:role/a', '*'] } },
    ],
  ])('is not bound by %s', (_, Condition) => expect(count(iam5, anyone(Condition))).toBe(1));

  it.each([
    ['an organisation', { StringEquals: { 'aws:principalorgid': 'o-a1b2c3d4e5' } }],
    ['an account', { StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } }],
    [
      'the roles of an account',
      { ArnLike: { 'aws:PrincipalArn': { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:role/*' } } },
    ],
    ['an endpoint', { StringEquals: { 'aws:SourceVpce': 'vpce-0a1b2c3d' } }],
  ])('is bound by %s', (_, Condition) => expect(count(iam5, anyone(Condition))).toBe(0));

  it('calls a principal from a parameter possible', () => {
    const { Resources } = roleTrusting({ Principal: { AWS: { Ref: 'Who' } } });
    const body = { Parameters: { Who: { Type: 'String' } }, Resources };
    expect(findingsOf(iam5, body)).toMatchObject([
      { certainty: 'possible', unknowns: [expect.stringContaining('Who')] },
    ]);
  });
});

describe('IAM6', () => {
  const trusting = (AWS: unknown, more: Readonly<Record<string, unknown>> = {}) =>
    roleTrusting({ Principal: { AWS }, ...more });

  it.each([
    ['the root of another account', 'arn:aws:iam::444455556666:root'],
    ['another account by its number', '444455556666'],
    ['a role of another account', 'arn:aws:iam::444455556666:role/partner'],
  ])('finds %s', (_, AWS) => {
    expect(findingsOf(iam6, trusting(AWS), OWN)).toMatchObject([{ certainty: 'certain', detail: `Principal::${AWS}` }]);
  });

  it('is only possible while the own account is not known', () => {
    expect(findingsOf(iam6, trusting('444455556666'))).toMatchObject([{ certainty: 'possible' }]);
  });

  it.each([
    ['the own account by number', '111122223333'],
    ['the own account by pseudo parameter', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' }],
    ['a role of the own account', 'arn:aws:iam::111122223333:role/deployer'],
  ])('leaves %s alone', (_, AWS) => expect(count(iam6, trusting(AWS))).toBe(0));

  it('leaves roles of the template alone', () => {
    const { Resources } = trusting({ 'Fn::GetAtt': ['Other', 'Arn'] });
    const Other = roleTrusting({ Principal: { Service: 'lambda.amazonaws.com' } }).Resources['Example'];
    expect(count(iam6, { Resources: { ...Resources, Other } })).toBe(0);
  });

  it.each([
    ['an external id that is a pattern', { StringLike: { 'sts:ExternalId': '*' } }],
    ['an external id if there is one', { StringEqualsIfExists: { 'sts:ExternalId': 'x' } }],
    ['an empty external id', { StringEquals: { 'sts:ExternalId': '' } }],
    ['a source address', { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
  ])('does not take %s', (_, Condition) => {
    expect(count(iam6, trusting('444455556666', { Condition }))).toBe(1);
  });

  it('takes an organisation', () => {
    const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } };
    expect(count(iam6, trusting('444455556666', { Condition }))).toBe(0);
  });

  it('leaves a statement alone that only lets sessions be tagged', () => {
    expect(count(iam6, trusting('444455556666', { Action: 'sts:TagSession' }))).toBe(0);
  });
});

describe('IAM7', () => {
  const USER = 'arn:aws:iam::111122223333:user/ada';
  const mfa = (Condition: unknown, AWS: unknown = USER) => roleTrusting({ Principal: { AWS }, Condition });
  const declared = (intent: Readonly<Record<string, unknown>>, statement: Readonly<Record<string, unknown>>) => {
    const { Example } = roleTrusting(statement).Resources as { Example: Record<string, unknown> };
    const Metadata = { [INTENT_KEY]: { kind: 'role', path: 'Orders/Clerk', owner: 'o', purpose: 'p', ...intent } };
    return { Resources: { Example: { ...Example, Metadata } } };
  };

  it.each([
    ['no condition', undefined],
    ['BoolIfExists', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }],
    ['Bool false', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['Null', { Null: { 'aws:MultiFactorAuthPresent': 'false' } }],
    ['true or false', { Bool: { 'aws:MultiFactorAuthPresent': ['true', 'false'] } }],
  ])('finds %s on the trust in a user', (_, Condition) => expect(count(iam7, mfa(Condition))).toBe(1));

  it.each([
    ['Bool true', { Bool: { 'aws:multifactorauthpresent': true } }],
    ['an age', { NumericLessThan: { 'aws:MultiFactorAuthAge': '3600' } }],
  ])('takes %s', (_, Condition) => expect(count(iam7, mfa(Condition))).toBe(0));

  it('knows a user of the template', () => {
    const { Resources } = mfa(undefined, { 'Fn::GetAtt': ['Ada', 'Arn'] });
    expect(count(iam7, { Resources: { ...Resources, Ada: { Type: 'AWS::IAM::User' } } })).toBe(1);
  });

  it('takes a Deny in the trust policy for everybody without MFA', () => {
    const body = roleTrusting({});
    const deny = (operator: string) => ({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Action: 'sts:*',
      Condition: { [operator]: { 'aws:MultiFactorAuthPresent': 'false' } },
    });
    const allow = { Effect: 'Allow', Principal: { AWS: USER }, Action: 'sts:AssumeRole' };
    const withDeny = (operator: string) => {
      const copy = structuredClone(body) as unknown as {
        Resources: { Example: { Properties: { AssumeRolePolicyDocument: { Statement: unknown[] } } } };
      };
      copy.Resources.Example.Properties.AssumeRolePolicyDocument.Statement = [allow, deny(operator)];
      return copy;
    };
    expect(count(iam7, withDeny('BoolIfExists'))).toBe(0);
    expect(count(iam7, withDeny('Bool'))).toBe(1);
  });

  it.each(['human', 'operator', 'auditor'])('asks it of a role declared for people: %s', (roleKind) => {
    const Principal = { AWS: 'arn:aws:iam::111122223333:root' };
    expect(count(iam7, declared({ roleKind }, { Principal }))).toBe(1);
    expect(count(iam7, roleTrusting({ Principal }))).toBe(0);
  });

  it('takes the word of an identity provider for federated people only', () => {
    const intent = { roleKind: 'human', mfa: 'identity-provider' };
    const Federated = 'arn:aws:iam::111122223333:saml-provider/people';
    const statement = (Principal: unknown) => ({ Principal, Action: ['sts:AssumeRole', 'sts:AssumeRoleWithSAML'] });
    expect(count(iam7, declared(intent, statement({ Federated })))).toBe(0);
    expect(count(iam7, declared({ roleKind: 'human' }, statement({ Federated })))).toBe(1);
    expect(count(iam7, declared(intent, statement({ Federated, AWS: USER })))).toBe(1);
  });

  it.each([
    ['Deny with Bool false', 'Deny', { Bool: { 'aws:MultiFactorAuthPresent': 'false' } }, 1],
    ['Deny with Null true', 'Deny', { Null: { 'aws:MultiFactorAuthPresent': 'true' } }, 1],
    ['Deny with BoolIfExists false', 'Deny', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } }, 0],
    ['Allow with BoolIfExists true', 'Allow', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, 1],
    ['Allow with Bool true', 'Allow', { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, 0],
  ])('judges in an identity policy: %s', (_, Effect, Condition, expected) => {
    expect(count(iam7, roleThatMay({ Effect, Action: 's3:GetObject', Resource: '*', Condition }))).toBe(expected);
  });
});

describe('IAM8', () => {
  const session = (MaxSessionDuration: unknown, Principal: unknown = { AWS: '111122223333' }) =>
    roleTrusting({ Principal }, { MaxSessionDuration });

  it('finds 3,601 seconds, also as a text, and takes 3,600', () => {
    expect([3601, '3601', 3600, '3600'].map((seconds) => count(iam8, session(seconds)))).toEqual([1, 1, 0, 0]);
  });

  it('leaves roles alone that only services assume: it does not bind their sessions', () => {
    expect(count(iam8, session(43_200, { Service: 'ecs-tasks.amazonaws.com' }))).toBe(0);
    expect(count(iam8, session(43_200, { Service: 'ecs-tasks.amazonaws.com', AWS: '111122223333' }))).toBe(1);
  });

  it('calls a parameter possible', () => {
    const { Resources } = session({ Ref: 'Seconds' });
    const body = { Parameters: { Seconds: { Type: 'Number', Default: 3600 } }, Resources };
    expect(findingsOf(iam8, body)).toMatchObject([{ certainty: 'possible' }]);
  });
});
