import { misuse } from '../../private/errors';

/** Who proves that a person used a second factor. */
export class MfaProof {
  /**
   * AWS itself: the session that assumes the role carries `aws:MultiFactorAuthPresent`, which the trust policy then
   * requires. For IAM users and accounts; long-term access keys and sessions of chained roles carry none, so they
   * are kept out.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
   */
  public static awsSession(): MfaProof {
    return new MfaProof('aws-session');
  }

  /**
   * The identity provider: AWS sees no MFA in SAML and OIDC sign-ins, so this is the provider's word. Only for
   * federated principals.
   *
   * @param reason how the provider enforces MFA, for the reviewer
   * @throws BH2010 where the reason is empty
   */
  public static identityProvider(reason: string): MfaProof {
    if (reason.trim() === '') {
      throw misuse('MfaProof.identityProvider', {
        code: 'BH2010',
        what: '`reason` is empty',
        why: 'nothing on AWS proves this MFA, so a reviewer needs to know what does',
        mend: 'say how the identity provider enforces MFA, such as the name of its sign-in policy',
      });
    }
    return new MfaProof('identity-provider', reason);
  }

  /** `aws-session` or `identity-provider`. */
  public readonly kind: string;
  /** Why the identity provider's word is taken; none where AWS proves it. */
  public readonly reason?: string;

  private constructor(kind: string, reason?: string) {
    this.kind = kind;
    this.reason = reason;
  }
}
