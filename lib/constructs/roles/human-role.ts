import type * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { PersonRole } from './person-role';
import type { PersonRoleProps } from './person-role';
import { declareExistingPerson } from './declare-existing';
import type { ExistingPersonRoleProps } from './existing-role';

/** Properties of a HumanRole. */
export interface HumanRoleProps extends PersonRoleProps {}

/**
 * A role that a person assumes to do a job, such as order entry. MFA is required, sessions last one hour unless said
 * otherwise, and the role can do nothing but what it is declared for.
 *
 * Not promised: who of the trusted account or provider comes in. Narrow `assumedBy` to the people who do the job.
 */
export class HumanRole extends PersonRole {
  /**
   * Declares a role of the app that is there already: the rules, the duties and the reports take it for one of this
   * kind. The role itself stays as it is, without a boundary of cdk-bulkhead.
   *
   * @throws BH2070 where the role is not a resource of the app, BH2071 where it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingPersonRoleProps): iam.IRole {
    return declareExistingPerson(role, 'human', props);
  }

  /** @throws BH2001 to BH2009, as PersonRole says. */
  constructor(scope: Construct, id: string, props: HumanRoleProps) {
    super(scope, id, props, 'human');
  }
}
