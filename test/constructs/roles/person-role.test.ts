import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { HumanRole } from '../../../lib/constructs/roles/human-role';
import type { HumanRoleProps } from '../../../lib/constructs/roles/human-role';
import { MfaProof } from '../../../lib/constructs/roles/mfa-proof';
import { newStack, only, trustOf, words } from './support';

const account = new iam.AccountPrincipal('444455556666');
const proof = MfaProof.identityProvider('sign-in policy "MFA always"');

function saml(conditions: Record<string, any>): iam.IPrincipal {
  return new iam.FederatedPrincipal('arn:aws:iam::1:saml-provider/idp', conditions, 'sts:AssumeRoleWithSAML');
}
const audience = { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' } };

function human(props: Partial<HumanRoleProps>) {
  const stack = newStack();
  new HumanRole(stack, 'Clerk', { ...words, assumedBy: account, ...props });
  return stack;
}

describe('the trust policy of a role for people', () => {
  it('requires MFA by Bool on the Allow, so that access keys stay out', () => {
    expect(trustOf(human({}))).toEqual([
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Condition: expect.objectContaining({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
      }),
      expect.objectContaining({ Action: 'sts:SetSourceIdentity' }),
    ]);
  });

  it('requires MFA of every principal where there are several', () => {
    const assumedBy = new iam.CompositePrincipal(account, new iam.ArnPrincipal('arn:aws:iam::111122223333:user/ann'));
    const statements = trustOf(human({ assumedBy })).filter((each) => each.Action === 'sts:AssumeRole');
    expect(statements).toHaveLength(2);
    for (const each of statements) expect(each.Condition.Bool).toEqual({ 'aws:MultiFactorAuthPresent': 'true' });
  });

  it('keeps its MFA condition where the principal brings another value for it', () => {
    const assumedBy = account.withConditions({ Bool: { 'aws:MultiFactorAuthPresent': 'false' } });
    expect(trustOf(human({ assumedBy }))[0].Condition.Bool).toEqual({ 'aws:MultiFactorAuthPresent': 'true' });
  });

  it('bounds the age of the second factor where asked', () => {
    expect(trustOf(human({ mfaMaxAge: Duration.minutes(15) }))[0].Condition).toMatchObject({
      Bool: { 'aws:MultiFactorAuthPresent': 'true' },
      NumericLessThan: { 'aws:MultiFactorAuthAge': '900' },
    });
  });

  it('refuses an age of the second factor under a minute', () => {
    expect(() => human({ mfaMaxAge: Duration.seconds(59) })).toThrow('BH2008: `mfaMaxAge` must be at least one minute');
  });

  it('refuses a service', () => {
    expect(() => human({ assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') })).toThrow('BH2006');
  });

  it('takes the word of an identity provider for its audience, with the reason in the template', () => {
    const stack = human({ assumedBy: saml(audience), mfa: proof });
    expect(trustOf(stack)[0]).toMatchObject({ Action: 'sts:AssumeRoleWithSAML', Condition: audience });
    expect(only(stack, 'AWS::IAM::Role').Metadata['cdk-bulkhead']).toMatchObject({
      roleKind: 'human',
      mfa: 'identity-provider',
      mfaReason: 'sign-in policy "MFA always"',
    });
  });

  it('refuses the word of an identity provider for principals of IAM', () => {
    expect(() => human({ mfa: proof })).toThrow('BH2007: `MfaProof.identityProvider` needs a SAML or OIDC principal');
  });

  it('refuses the word of an identity provider where one of several principals is of IAM', () => {
    const assumedBy = new iam.CompositePrincipal(new iam.FederatedPrincipal('arn:aws:iam::1:saml-provider/i'), account);
    expect(() => human({ assumedBy, mfa: proof })).toThrow('BH2007');
  });

  it('refuses a federated principal that is to prove MFA to AWS', () => {
    expect(() => human({ assumedBy: saml(audience) })).toThrow('BH2007: a federated principal is to prove MFA');
  });

  it('refuses an identity provider without an audience', () => {
    expect(() => human({ assumedBy: saml({}), mfa: proof })).toThrow('BH2009');
  });

  it('refuses an age of the second factor that an identity provider would have to know', () => {
    expect(() => human({ assumedBy: saml(audience), mfa: proof, mfaMaxAge: Duration.hours(1) })).toThrow('BH2008');
  });

  it('refuses an identity provider without a reason', () => {
    expect(() => MfaProof.identityProvider('  ')).toThrow('BH2010');
  });

  it('requires a source identity, and lets it be set', () => {
    const [assume, name] = trustOf(human({}));
    expect(assume.Condition.StringLike).toEqual({ 'sts:SourceIdentity': '*' });
    expect(name).toMatchObject({
      Action: 'sts:SetSourceIdentity',
      Principal: assume.Principal,
      Condition: { StringLike: { 'sts:SourceIdentity': '*' } },
    });
  });

  it('requires a source identity of SAML sign-ins too', () => {
    const [assume, name] = trustOf(human({ assumedBy: saml(audience), mfa: proof }));
    expect(assume.Condition).toEqual({ ...audience, StringLike: { 'sts:SourceIdentity': '*' } });
    expect(name).toMatchObject({ Action: 'sts:SetSourceIdentity', Principal: assume.Principal });
  });

  it('requires none where a reason says why, which travels in the template', () => {
    const stack = human({ withoutSourceIdentity: 'people switch roles in the console, SEC-7' });
    expect(JSON.stringify(trustOf(stack))).not.toContain('SourceIdentity');
    expect(only(stack, 'AWS::IAM::Role').Metadata['cdk-bulkhead'].withoutSourceIdentity).toContain('SEC-7');
    expect(() => human({ withoutSourceIdentity: ' ' })).toThrow('BH2012: `withoutSourceIdentity` is empty');
  });
});
