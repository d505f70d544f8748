import type { Construct } from 'constructs';
import { PersonRole } from './person-role';
import type { PersonRoleProps } from './person-role';

/** Properties of a HumanRole. */
export interface HumanRoleProps extends PersonRoleProps {}

/**
 * A role that a person assumes to do a job, such as order entry. MFA is required, sessions last one hour unless said
 * otherwise, and the role can do nothing but what it is declared for.
 *
 * Not promised: who of the trusted account or provider comes in. Narrow `assumedBy` to the people who do the job.
 */
export class HumanRole extends PersonRole {
  /** @throws BH2001 to BH2009, as PersonRole says. */
  constructor(scope: Construct, id: string, props: HumanRoleProps) {
    super(scope, id, props, 'human');
  }
}
