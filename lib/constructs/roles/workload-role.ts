import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';
import { declareExisting } from './declare-existing';
import type { ExistingRoleProps } from './existing-role';

/** Properties of a WorkloadRole. */
export interface WorkloadRoleProps extends BoundedRoleProps {
  /** Who runs as this role: a service such as `lambda.amazonaws.com`, or another role. */
  readonly assumedBy: iam.IPrincipal;
}

/**
 * A role for software that runs unattended: a function, a container, a scheduled job. No MFA: software has none.
 *
 * Its boundary leaves room for what every Lambda function needs: writing to log groups of this account and region,
 * and sending X-Ray segments. It grants neither; `Function` of aws-cdk-lib grants the X-Ray part when tracing is on,
 * and the log part has to be granted on the function's own log group.
 */
export class WorkloadRole extends BoundedRole {
  /**
   * Declares a role of the app that is there already: the rules, the duties and the reports take it for one of this
   * kind. The role itself stays as it is, without a boundary of cdk-bulkhead.
   *
   * @throws BH2070 where the role is not a resource of the app, BH2071 where it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingRoleProps): iam.IRole {
    return declareExisting(role, 'workload', props);
  }

  /** @throws BH2001 to BH2004, as BoundedRole says. */
  constructor(scope: Construct, id: string, props: WorkloadRoleProps) {
    super(scope, id, props, { roleKind: 'workload', assumedBy: props.assumedBy });
    this.extendBoundary(
      new iam.PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [
          Stack.of(this).formatArn({
            service: 'logs',
            resource: 'log-group',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
      new iam.PolicyStatement({
        // These support no resource-level permissions.
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        resources: ['*'],
      }),
    );
  }
}
