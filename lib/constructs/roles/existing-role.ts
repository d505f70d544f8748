import type * as sns from 'aws-cdk-lib/aws-sns';
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
  /**
   * Why sessions need not say who is behind them: it is written into the template.
   *
   * @default - a source identity is expected to be required by the trust policy: `IAM13` finds where it is not
   */
  readonly withoutSourceIdentity?: string;
}

/** What is declared of a role for emergencies that is there already. */
export interface ExistingBreakGlassRoleProps extends ExistingRoleProps {
  /**
   * Who proves MFA. The trust policy of the role is judged by it; nothing is changed in it.
   *
   * @default MfaProof.awsSession()
   */
  readonly mfa?: MfaProof;
  /**
   * Where the alarms go, in the region of the role's stack, as for a new `BreakGlassRole`.
   *
   * @default - a topic of its own, under a key of its own, for `alarmEmails`
   */
  readonly alarmTopic?: sns.ITopic;
  /**
   * Who hears of every assumption, by e-mail. Needed where there is no `alarmTopic`.
   *
   * @default - nobody beside the subscribers of `alarmTopic`
   */
  readonly alarmEmails?: string[];
}
