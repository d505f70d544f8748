import type { MfaProof } from './mfa-proof';

/** What is declared of a role that is there already. */
export interface ExistingRoleProps {
  /** The team that answers for the role. Not empty. */
  readonly owner: string;
  /** What the role is for, in a few words. Not empty. */
  readonly purpose: string;
  /**
   * The day by which somebody has to look at the role again: `2027-06-30`. Past it the rule `IAM12` finds the role.
   *
   * @default - no day is set
   */
  readonly reviewOn?: string;
}

/** What is declared of a role for people that is there already. */
export interface ExistingPersonRoleProps extends ExistingRoleProps {
  /**
   * Who proves MFA. The trust policy of the role is judged by it; nothing is changed in it.
   *
   * @default MfaProof.awsSession()
   */
  readonly mfa?: MfaProof;
}
