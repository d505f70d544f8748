import type { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';
import { MfaProof } from './mfa-proof';
import { NAMED_SOURCE, checkExemption, mayNameItsSource } from './source-identity';

/** What every role for people declares. */
export interface PersonRoleProps extends BoundedRoleProps {
  /**
   * Who may become this role: an account (its users need `sts:AssumeRole` too), IAM users, or a SAML or OIDC
   * provider whose conditions pin the audience. For another account of the organization add `aws:PrincipalOrgID`:
   * `new iam.AccountPrincipal(id).withConditions({ StringEquals: { 'aws:PrincipalOrgID': 'o-…' } })`.
   */
  readonly assumedBy: iam.IPrincipal;
  /**
   * Who proves MFA.
   *
   * @default MfaProof.awsSession()
   */
  readonly mfa?: MfaProof;
  /**
   * How long ago the second factor may have been used. Only with `MfaProof.awsSession()`, at least a minute.
   *
   * @default - as long as the person's session lasts
   */
  readonly mfaMaxAge?: Duration;
  /**
   * Why sessions need not say who is behind them. Otherwise whoever assumes the role has to send a source identity
   * (`--source-identity` of the CLI, the SAML attribute `SourceIdentity`, a claim of the OIDC token), which CloudTrail
   * records and nobody can change later. "Switch role" of the console sends none.
   *
   * @default - a source identity is required
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
   */
  readonly withoutSourceIdentity?: string;
}

/**
 * A role for people, with MFA in its trust policy: base of HumanRole, OperatorRole, AuditorRole and BreakGlassRole.
 *
 * MFA is required by `Bool` on the Allow. `BoolIfExists` would let in long-term access keys, for which the key is
 * absent. Sessions carry a source identity: the name of a session is chosen by its bearer and proves nothing.
 */
export abstract class PersonRole extends BoundedRole {
  /** Who proves MFA. */
  public readonly mfa: MfaProof;

  /**
   * @throws BH2006 where a service is trusted, BH2007 where the proof of MFA does not fit the principal, BH2008 where
   * `mfaMaxAge` cannot hold, BH2009 where a federated principal pins no audience, BH2012 where
   * `withoutSourceIdentity` is empty; BH2001 to BH2004 as BoundedRole.
   */
  protected constructor(scope: Construct, id: string, props: PersonRoleProps, roleKind: string) {
    const at = `${scope.node.path}/${id}`;
    const mfa = props.mfa ?? MfaProof.awsSession();
    const { withoutSourceIdentity } = props;
    checkExemption(at, withoutSourceIdentity);
    const proved = trust(at, props, mfa);
    const assumedBy =
      withoutSourceIdentity === undefined ? new iam.PrincipalWithConditions(proved, NAMED_SOURCE) : proved;
    super(scope, id, props, { roleKind, assumedBy, mfa: mfa.kind, mfaReason: mfa.reason, withoutSourceIdentity });
    if (withoutSourceIdentity === undefined) this.assumeRolePolicy?.addStatements(mayNameItsSource(props.assumedBy));
    this.mfa = mfa;
  }
}

function trust(at: string, { assumedBy, mfaMaxAge }: PersonRoleProps, mfa: MfaProof): iam.IPrincipal {
  const { principalJson, conditions } = assumedBy.policyFragment;
  const kinds = Object.keys(principalJson);
  if (kinds.includes('Service')) {
    throw misuse(at, {
      code: 'BH2006',
      what: 'a role for people trusts an AWS service',
      why: 'a service proves no MFA',
      mend: 'use a WorkloadRole for software',
    });
  }
  if (mfa.kind === 'identity-provider') {
    checkFederated(at, kinds, conditions, mfaMaxAge);
    return assumedBy;
  }
  if (kinds.includes('Federated')) {
    throw misuse(at, {
      code: 'BH2007',
      what: 'a federated principal is to prove MFA by `MfaProof.awsSession()`',
      why: 'AWS sees no MFA in a SAML or OIDC sign-in, so nobody could assume the role',
      mend: 'pass `mfa: MfaProof.identityProvider(reason)` and enforce MFA at the provider',
    });
  }
  return new iam.PrincipalWithConditions(assumedBy, {
    Bool: { 'aws:MultiFactorAuthPresent': 'true' },
    ...(mfaMaxAge === undefined
      ? {}
      : { NumericLessThan: { 'aws:MultiFactorAuthAge': String(ageInSeconds(at, mfaMaxAge)) } }),
  });
}

function checkFederated(
  at: string,
  kinds: readonly string[],
  conditions: Record<string, any>,
  mfaMaxAge: Duration | undefined,
): void {
  if (kinds.some((kind) => kind !== 'Federated')) {
    throw misuse(at, {
      code: 'BH2007',
      what: `\`MfaProof.identityProvider\` needs a SAML or OIDC principal, got ${kinds.join(', ')}`,
      why: 'people with IAM identities would come in without MFA',
      mend: 'leave out `mfa`, so that the trust policy requires MFA of the AWS session',
    });
  }
  if (mfaMaxAge !== undefined) {
    throw misuse(at, {
      code: 'BH2008',
      what: '`mfaMaxAge` is set, but the identity provider proves MFA',
      why: 'AWS does not know when the second factor was used there',
      mend: 'leave it out, and set the lifetime of sessions at the provider',
    });
  }
  const keys = Object.values(conditions).flatMap((operator) => Object.keys(operator));
  if (!keys.some((key) => key.toLowerCase().endsWith(':aud'))) {
    throw misuse(at, {
      code: 'BH2009',
      what: 'the trust in the identity provider has no condition on the audience',
      why: 'a sign-in meant for another application would do',
      mend: 'add a condition such as `StringEquals` on `SAML:aud` or `<issuer>:aud` to the principal',
    });
  }
}

function ageInSeconds(at: string, age: Duration): number {
  const seconds = age.toSeconds();
  if (seconds >= 60) return seconds;
  throw misuse(at, {
    code: 'BH2008',
    what: `\`mfaMaxAge\` must be at least one minute, got ${age.toHumanString()}`,
    why: 'nobody could assume the role in time',
    mend: 'use `Duration.minutes(15)` or more',
  });
}
