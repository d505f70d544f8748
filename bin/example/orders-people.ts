import { Stack } from 'aws-cdk-lib';
import type { StackProps } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import {
  AuditorRole,
  HumanRole,
  MfaProof,
  OperatorRole,
  PartnerRole,
  PipelineIdentity,
  PipelineRole,
  WorkloadRole,
} from '../../lib';
import type { AuditVault } from '../../lib';

/** Properties of OrdersPeople. */
export interface OrdersPeopleProps extends StackProps {
  readonly vault: AuditVault;
  readonly deploysFrom: string;
}

/** The people and machines around the orders API, one role for each duty. What each may call, the API says. */
export class OrdersPeople extends Stack {
  /** Reads orders for the nightly report; writes nothing. */
  public readonly report: WorkloadRole;
  /** Enters and corrects orders. */
  public readonly clerk: HumanRole;
  /** Pays refunds, and does nothing else: not the person who enters the order. */
  public readonly refundDesk: HumanRole;
  /** The parcel service: asks for one order at a time and reports deliveries. */
  public readonly partner: PartnerRole;
  /** Watches metrics and alarms; sees no orders and no logs. */
  public readonly operator: OperatorRole;
  /** Reads the audit record, and nothing else. */
  public readonly auditor: AuditorRole;
  /** Everybody who signs in with the company's identity provider. */
  public readonly employees: iam.IPrincipal;
  /** What proves their second factor. */
  public readonly mfa: MfaProof;

  constructor(scope: Construct, id: string, props: OrdersPeopleProps) {
    super(scope, id, props);
    this.report = new WorkloadRole(this, 'Report', {
      owner: 'orders-team',
      purpose: 'nightly sales report',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
    // People come by single sign-on; the identity provider requires a second factor.
    const employees = new iam.SamlConsolePrincipal(
      iam.SamlProvider.fromSamlProviderArn(
        this,
        'Employees',
        this.formatArn({ service: 'iam', region: '', resource: 'saml-provider', resourceName: 'employees' }),
      ),
    );
    const mfa = MfaProof.identityProvider('sign-in policy "employees": hardware key at every sign-in');
    this.employees = employees;
    this.mfa = mfa;
    this.clerk = new HumanRole(this, 'Clerk', {
      owner: 'orders-team',
      purpose: 'order entry',
      assumedBy: employees,
      mfa,
    });
    this.refundDesk = new HumanRole(this, 'RefundDesk', {
      owner: 'finance-team',
      purpose: 'refunds',
      assumedBy: employees,
      mfa,
    });
    this.partner = new PartnerRole(this, 'ParcelService', {
      owner: 'partners-team',
      purpose: 'delivery status by the parcel service',
      account: '777788889999',
      sourceRanges: ['203.0.113.0/24'],
    });
    // The operator has an IAM user for the case that single sign-on itself is down: AWS proves the second factor.
    this.operator = new OperatorRole(this, 'Operator', {
      owner: 'platform-team',
      purpose: 'watches metrics and alarms',
      assumedBy: new iam.AccountPrincipal(this.account),
    });
    this.auditor = new AuditorRole(this, 'Auditor', {
      vault: props.vault,
      owner: 'security-team',
      assumedBy: employees,
      mfa,
    });
    const gitHub = new iam.OidcProviderNative(this, 'GitHub', {
      url: 'https://token.actions.githubusercontent.com',
      clientIds: ['sts.amazonaws.com'],
    });
    new PipelineRole(this, 'Pipeline', {
      owner: 'platform-team',
      purpose: 'deploys the orders system',
      identity: PipelineIdentity.gitHub(gitHub, {
        repository: 'orders-company/orders',
        environment: props.deploysFrom,
      }),
    });
  }
}
