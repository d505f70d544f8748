import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';

/** Properties of a WorkloadRole. */
export interface WorkloadRoleProps extends BoundedRoleProps {
  /** Who runs as this role: a service such as `lambda.amazonaws.com`, or another role. */
  readonly assumedBy: iam.IPrincipal;
}

/** A role for software that runs unattended: a function, a container, a scheduled job. */
export class WorkloadRole extends BoundedRole {
  constructor(scope: Construct, id: string, props: WorkloadRoleProps) {
    super(scope, id, props, { roleKind: 'workload', assumedBy: props.assumedBy });
  }
}
