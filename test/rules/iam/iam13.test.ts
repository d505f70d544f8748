import { describe, expect, it } from 'vitest';
import { iam13 } from '../../../lib/rules/iam/iam13-trust-looser-than-declared';
import { findingsOf } from '../rule-runner';

const OWN = { account: '111122223333' };
const PARTNER = 'arn:aws:iam::444455556666:root';
type Json = Readonly<Record<string, unknown>>;

/** A role that was declared to trust one partner with an ExternalId, from one range, for an hour of MFA. */
const DECLARED = {
  trusts: ['account 444455556666'],
  requires: ['aws:sourceip=203.0.113.0/24', 'sts:externalid=orders-7d1f'],
};
const ASKED = {
  StringEquals: { 'sts:ExternalId': 'orders-7d1f' },
  IpAddress: { 'aws:SourceIp': '203.0.113.0/24' },
};

function roleOf(statements: readonly Json[], declared: Json = DECLARED, more: Json = {}) {
  return {
    ...more,
    Resources: {
      Partner: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: statements } },
        Metadata: {
          'cdk-bulkhead': {
            kind: 'role',
            roleKind: 'partner',
            path: 'A/Partner',
            owner: 'o',
            purpose: 'p',
            ...declared,
          },
        },
      },
    },
  };
}

const trust = (Condition: Json = ASKED, AWS: unknown = PARTNER, Action: unknown = 'sts:AssumeRole') => ({
  Effect: 'Allow',
  Principal: { AWS },
  Action,
  Condition,
});

const found = (body: unknown) =>
  findingsOf(iam13, body, OWN).map(({ detail, certainty }) => (certainty === 'certain' ? detail : `${detail}?`));

describe('IAM13', () => {
  it.each<[string, readonly Json[], readonly string[]]>([
    ['a dropped condition', [trust({ StringEquals: ASKED.StringEquals })], ['Condition::aws:sourceip']],
    ['all conditions dropped', [trust({})], ['Condition::aws:sourceip', 'Condition::sts:externalid']],
    [
      'another value',
      [trust({ ...ASKED, StringEquals: { 'sts:ExternalId': 'other' } })],
      ['Condition::sts:externalid'],
    ],
    [
      'one more value beside the declared one',
      [trust({ ...ASKED, IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '0.0.0.0/0'] } })],
      ['Condition::aws:sourceip'],
    ],
    [
      'a pattern in place of the value',
      [trust({ ...ASKED, StringEquals: {}, StringLike: { 'sts:ExternalId': '*' } })],
      ['Condition::sts:externalid'],
    ],
    [
      'an operator that lets the key be missing',
      [trust({ ...ASKED, StringEquals: {}, StringEqualsIfExists: ASKED.StringEquals })],
      ['Condition::sts:externalid'],
    ],
    [
      'ForAllValues, which holds where the key is missing',
      [trust({ ...ASKED, StringEquals: {}, 'ForAllValues:StringEquals': ASKED.StringEquals })],
      ['Condition::sts:externalid'],
    ],
    [
      'the value turned around',
      [trust({ ...ASKED, StringEquals: {}, StringNotEquals: ASKED.StringEquals })],
      ['Condition::sts:externalid'],
    ],
    [
      'a second way in with all of it, for somebody else',
      [trust(), trust(ASKED, 'arn:aws:iam::777788889999:root')],
      ['Principal::arn:aws:iam::777788889999:root'],
    ],
    [
      'a second way in without conditions',
      [trust(), trust({})],
      ['Condition::aws:sourceip', 'Condition::sts:externalid'],
    ],
    ['one more account in the list', [trust(ASKED, [PARTNER, '777788889999'])], ['Principal::777788889999']],
    [
      'a role of the own account',
      [trust(ASKED, 'arn:aws:iam::111122223333:role/x')],
      ['Principal::arn:aws:iam::111122223333:role/x'],
    ],
    ['a service', [{ ...trust(ASKED), Principal: { Service: 'ec2.amazonaws.com' } }], ['Principal::ec2.amazonaws.com']],
    [
      'a provider',
      [
        {
          ...trust(ASKED, '', 'sts:AssumeRoleWithSAML'),
          Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/x' },
        },
      ],
      ['Principal::arn:aws:iam::111122223333:saml-provider/x'],
    ],
    [
      'every action of STS in the looser statement',
      [trust({}, PARTNER, 'sts:*')],
      ['Condition::aws:sourceip', 'Condition::sts:externalid'],
    ],
  ])('finds %s', (_, statements, expected) => expect(found(roleOf(statements))).toEqual(expected));

  it.each<[string, readonly Json[]]>([
    ['the trust as it was declared', [trust()]],
    ['it as a role of the account that was declared', [trust(ASKED, 'arn:aws:iam::444455556666:role/courier')]],
    [
      'keys in another case',
      [trust({ StringEquals: { 'STS:externalid': 'orders-7d1f' }, IpAddress: { 'AWS:sourceIP': '203.0.113.0/24' } })],
    ],
    ['one more condition', [trust({ ...ASKED, Bool: { 'aws:SecureTransport': 'true' } })]],
    [
      'the value by StringLike, without a wildcard',
      [trust({ ...ASKED, StringEquals: {}, StringLike: ASKED.StringEquals })],
    ],
    ['a Deny for others', [trust(), { ...trust({}), Effect: 'Deny', Principal: { AWS: '*' } }]],
    ['a statement that only lets the session be named', [trust(), trust({}, PARTNER, 'sts:SetSourceIdentity')]],
    ['a statement that only lets the session be tagged', [trust(), trust({}, PARTNER, 'sts:TagSession')]],
  ])('leaves alone %s', (_, statements) => expect(found(roleOf(statements))).toEqual([]));

  it('leaves alone a shorter age of MFA than was declared, and finds a longer one', () => {
    const declared = { trusts: ['own account'], requires: ['aws:multifactorauthage=900'] };
    const aged = (seconds: string) =>
      found(roleOf([trust({ NumericLessThan: { 'aws:MultiFactorAuthAge': seconds } }, '111122223333')], declared));
    expect([aged('300'), aged('900'), aged('9000')]).toEqual([[], [], ['Condition::aws:multifactorauthage']]);
  });

  it('leaves alone a branch that the declared pattern takes, and finds another pattern', () => {
    const key = 'token.actions.githubusercontent.com:sub';
    const declared = { trusts: ['identity provider'], requires: [`${key}=repo:acme/orders:*`] };
    const federated = (sub: string) =>
      found(
        roleOf(
          [
            {
              ...trust({ StringLike: { [key]: sub } }, '', 'sts:AssumeRoleWithWebIdentity'),
              Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
            },
          ],
          declared,
        ),
      );
    expect(federated('repo:acme/orders:environment:prod')).toEqual([]);
    expect(federated('repo:acme/*')).toEqual([`Condition::${key}`]);
  });

  it('calls possible what a parameter decides', () => {
    const Parameters = { Id: { Type: 'String' } };
    const open = trust({ ...ASKED, StringEquals: { 'sts:ExternalId': { Ref: 'Id' } } });
    expect(found(roleOf([open], DECLARED, { Parameters }))).toEqual(['Condition::sts:externalid?']);
  });

  it('asks nothing of roles that declare nothing', () => {
    expect(found(roleOf([trust({})], { trusts: undefined, requires: undefined }))).toEqual([]);
    const { Resources } = roleOf([trust({})]);
    expect(found({ Resources: { Partner: { ...Resources.Partner, Metadata: {} } } })).toEqual([]);
  });
});
