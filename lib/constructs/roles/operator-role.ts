import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { PersonRole } from './person-role';
import type { PersonRoleProps } from './person-role';
import { declareExistingPerson } from './declare-existing';
import type { ExistingPersonRoleProps } from './existing-role';

/** Properties of an OperatorRole. */
export interface OperatorRoleProps extends PersonRoleProps {}

/** What shows data, credentials or audit logs, or changes who may call: no operator has it, whatever is granted. */
const WITHHELD = [
  'apigateway:UpdateRestApiPolicy',
  'cloudtrail:LookupEvents',
  'dynamodb:BatchGet*',
  'dynamodb:Get*',
  'dynamodb:PartiQL*',
  'dynamodb:Query',
  'dynamodb:Scan',
  'kms:Decrypt',
  'logs:FilterLogEvents',
  'logs:Get*',
  'logs:StartLiveTail',
  'logs:StartQuery',
  'logs:Unmask',
  's3:GetObject*',
  'secretsmanager:BatchGetSecretValue',
  'secretsmanager:GetSecretValue',
  'sqs:ReceiveMessage',
  'ssm:GetParameter*',
];

/**
 * A role for the people who watch: metrics, alarms and dashboards of this account, with MFA. It sees no data, no
 * credentials, no logs and no traces, and its boundary denies them even where somebody grants them.
 *
 * It reads metrics and alarms only; silencing an alarm is somebody else's duty.
 */
export class OperatorRole extends PersonRole {
  /**
   * Declares a role of the app that is there already: the rules, the duties and the reports take it for one of this
   * kind. The role itself stays as it is, without a boundary of cdk-bulkhead.
   *
   * @throws BH2070 where the role is not a resource of the app, BH2071 where it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingPersonRoleProps): iam.IRole {
    return declareExistingPerson(role, 'operator', props);
  }

  /** @throws BH2001 to BH2009, as PersonRole says. */
  constructor(scope: Construct, id: string, props: OperatorRoleProps) {
    super(scope, id, props, 'operator');
    const watch = this.watching();
    this.extendBoundary(
      ...watch,
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: WITHHELD, resources: ['*'] }),
    );
    new iam.Policy(this, 'Watch', { roles: [this], statements: watch.map((each) => each.copy()) });
  }

  private watching(): iam.PolicyStatement[] {
    const stack = Stack.of(this);
    return [
      new iam.PolicyStatement({
        // CloudWatch knows no ARN of a metric, and lists dashboards as a whole.
        actions: [
          'cloudwatch:DescribeAlarmsForMetric',
          'cloudwatch:GetMetricData',
          'cloudwatch:GetMetricStatistics',
          'cloudwatch:GetMetricWidgetImage',
          'cloudwatch:ListDashboards',
          'cloudwatch:ListMetrics',
        ],
        resources: ['*'],
      }),
      new iam.PolicyStatement({
        actions: ['cloudwatch:DescribeAlarmHistory', 'cloudwatch:DescribeAlarms'],
        resources: [
          stack.formatArn({
            service: 'cloudwatch',
            resource: 'alarm',
            resourceName: '*',
            arnFormat: ArnFormat.COLON_RESOURCE_NAME,
          }),
        ],
      }),
      new iam.PolicyStatement({
        actions: ['cloudwatch:GetDashboard'],
        resources: [stack.formatArn({ service: 'cloudwatch', region: '', resource: 'dashboard', resourceName: '*' })],
      }),
    ];
  }
}
