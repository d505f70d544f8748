import type { Context } from '../../lib/engine/decide/decision';
import { ABSENT } from '../../lib/model/value';
import type { Caller } from './caller';
import type { Facts, SessionCredentials } from './facts';
import { judge } from './judge';
import { Refusal } from './refusal';
import { assuming } from './services/security-token';
import { accountOf } from './world';

/**
 * Who asks for a session from outside of AWS, or as a service. There is no identity provider here: that its assertion
 * or token is genuine is taken for granted. Whether the trust policy lets it in is decided.
 */
export type SignIn =
  | { readonly by: 'saml'; readonly provider: string; readonly audience?: string; readonly sourceIdentity?: string }
  | { readonly by: 'token'; readonly issuer: string; readonly claims: Readonly<Record<string, string>> }
  /** A user of IAM who has given an MFA code, or has not. */
  | { readonly by: 'user'; readonly arn: string; readonly mfa: boolean; readonly sourceIdentity?: string }
  | { readonly by: 'service'; readonly service: string };

/** A session of a role, named `name`. @throws Refusal where the trust policy does not let this one in */
export async function signIn(
  facts: Facts,
  roleArn: string,
  how: SignIn,
  seconds = 900,
  name = 'local',
): Promise<SessionCredentials> {
  const sourceIdentity = 'sourceIdentity' in how ? how.sourceIdentity : undefined;
  const { action, caller } = await asked(how, accountOf(roleArn), facts);
  const needed = await assuming(action, roleArn, facts, {
    'sts:RoleSessionName': name,
    'sts:SourceIdentity': sourceIdentity ?? ABSENT,
    'aws:MultiFactorAuthPresent': ABSENT,
    ...caller.context,
  });
  judge(caller, needed, 'us-east-1', { sourceIp: '127.0.0.1', tls: true });
  return facts.session(roleArn, name, seconds, sourceIdentity);
}

async function asked(
  how: SignIn,
  account: string,
  facts: Facts,
): Promise<{ readonly action: string; readonly caller: Caller }> {
  switch (how.by) {
    case 'saml':
      return {
        action: 'sts:AssumeRoleWithSAML',
        caller: {
          shown: how.provider,
          principal: { kind: 'federated', provider: how.provider },
          context: { 'SAML:aud': how.audience ?? 'https://signin.aws.amazon.com/saml' },
        },
      };
    case 'token': {
      const provider = `arn:aws:iam::${account}:oidc-provider/${how.issuer}`;
      const claims = Object.entries(how.claims).map(([key, value]) => [`${how.issuer}:${key}`, value]);
      return {
        action: 'sts:AssumeRoleWithWebIdentity',
        caller: {
          shown: how.issuer,
          principal: { kind: 'federated', provider },
          context: Object.fromEntries(claims) as Context,
        },
      };
    }
    case 'user': {
      const principal = await facts.user(how.arn);
      if (principal === null) throw new Refusal(403, 'InvalidClientTokenId', `there is no user ${how.arn}`);
      return {
        action: 'sts:AssumeRole',
        caller: {
          shown: how.arn,
          principal,
          context: { 'aws:MultiFactorAuthPresent': String(how.mfa), 'sts:ExternalId': ABSENT },
        },
      };
    }
    default:
      return {
        action: 'sts:AssumeRole',
        caller: { shown: how.service, principal: { kind: 'service', service: how.service }, context: {} },
      };
  }
}
