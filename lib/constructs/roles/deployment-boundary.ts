import { CfnOutput, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { AUDIT_TAMPERING } from './audit-tampering';
import { BOUNDARY_PATH, PRINCIPAL_EDITS } from './boundary-guard';

/** Properties of a DeploymentBoundary. */
export interface DeploymentBoundaryProps {
  /**
   * The physical name of the policy, by which `cdk bootstrap` takes it: 1 to 128 characters of letters, digits and
   * `_+=,.@-`. Unique in the account.
   *
   * @default 'cdk-bulkhead-deployment-boundary'
   */
  readonly policyName?: string;
  /**
   * The qualifier of the bootstrap. Lower-case letters and digits, at most 10.
   *
   * @default 'hnb659fds'
   */
  readonly qualifier?: string;
}

/** Identities that no boundary holds, or that come with keys: deployments make none. */
const OTHER_IDENTITIES = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:CreateAccessKey',
  'iam:CreateGroup',
  'iam:CreateLoginProfile',
  'iam:CreateServiceSpecificCredential',
  'iam:PutGroupPolicy',
  'iam:UpdateAccessKey',
  'iam:UpdateLoginProfile',
];

/**
 * A permissions boundary for the role with which CloudFormation executes CDK deployments: administrator by default.
 * Under it, a deployment creates what a template says but
 *
 * - cannot tamper with the audit record;
 * - creates and changes roles and users only where they have a boundary: this one, or one that cdk-bulkhead generated;
 * - takes no boundary away, and never changes this policy or the roles of the bootstrap;
 * - makes no access keys, passwords or groups;
 * - assumes no role itself.
 *
 * It belongs into a stack that an administrator deploys once for each account, before `bootstrapCommand` is run; the
 * deployments that it bounds cannot change it. An `AuditVault` has to be deployed by the administrator too: its bucket,
 * key and trail take what this boundary denies. Roles that CDK makes itself, such as those of custom resources, need a
 * boundary: set `permissionsBoundary: PermissionsBoundary.fromName(…)` on the app or stage; roles of cdk-bulkhead keep
 * their own.
 *
 * Not promised: that a template cannot use another role of the account. CloudFormation may pass any role to a service,
 * so that a role without a boundary which a service trusts can be used; give each of them one.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
 */
export class DeploymentBoundary extends Construct {
  /** The policy. */
  public readonly policy: iam.ManagedPolicy;
  /** What to run once for each account and region: `cdk bootstrap --custom-permissions-boundary …`. */
  public readonly bootstrapCommand: string;

  /** @throws BH2060 where IAM would refuse the name, BH2061 where the qualifier is malformed. */
  constructor(scope: Construct, id: string, props: DeploymentBoundaryProps = {}) {
    super(scope, id);
    const { policyName = 'cdk-bulkhead-deployment-boundary', qualifier = 'hnb659fds' } = props;
    this.check(policyName, qualifier);
    const own = this.arn('policy', policyName);
    const generated = this.arn('policy', `${BOUNDARY_PATH.slice(1)}*`);
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: policyName,
      description: 'The most that a CDK deployment may do',
      statements: [
        new iam.PolicyStatement({ sid: 'Deploy', actions: ['*'], resources: ['*'] }),
        deny('AuditStays', AUDIT_TAMPERING, ['*']),
        deny('NoIdentitiesBeyond', [...OTHER_IDENTITIES, 'sts:AssumeRole*'], ['*']),
        deny('BoundaryRequired', PRINCIPAL_EDITS, ['*'], {
          StringNotLike: { 'iam:PermissionsBoundary': [own, generated] },
        }),
        deny(
          'BoundariesAreNotTaken',
          ['iam:DeleteRolePermissionsBoundary', 'iam:DeleteUserPermissionsBoundary'],
          ['*'],
        ),
        deny('BoundariesAreNotWidened', ['iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'], ['*'], {
          StringNotLike: { 'iam:PermissionsBoundary': [own, generated] },
        }),
        deny(
          'ThisStays',
          ['iam:CreatePolicy*', 'iam:DeletePolicy*', 'iam:SetDefaultPolicyVersion', 'iam:TagPolicy', 'iam:UntagPolicy'],
          [own],
        ),
        deny(
          'BootstrapStays',
          [
            'iam:*RolePermissionsBoundary',
            'iam:*RolePolicy',
            'iam:DeleteRole',
            'iam:TagRole',
            'iam:UntagRole',
            'iam:UpdateAssumeRolePolicy',
            'iam:UpdateRole',
          ],
          [this.arn('role', `cdk-${qualifier}-*`)],
        ),
      ],
    });
    this.bootstrapCommand = `cdk bootstrap${qualifier === 'hnb659fds' ? '' : ` --qualifier ${qualifier}`} --custom-permissions-boundary ${policyName}`;
    new CfnOutput(this, 'BootstrapCommand', {
      description: 'Puts the execution role of CDK deployments under the boundary',
      value: this.bootstrapCommand,
    });
  }

  private arn(resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({ service: 'iam', region: '', resource, resourceName });
  }

  private check(policyName: string, qualifier: string): void {
    if (Token.isUnresolved(policyName) || !/^[\w+=,.@-]{1,128}$/.test(policyName)) {
      throw misuse(this, {
        code: 'BH2060',
        what: `\`policyName\` must have 1 to 128 characters of letters, digits and \`_+=,.@-\`, got \`${Token.isUnresolved(policyName) ? 'a token' : policyName}\``,
        mend: 'leave it out, or write the name out: `cdk bootstrap` takes the policy by it',
      });
    }
    if (!Token.isUnresolved(qualifier) && /^[a-z0-9]{1,10}$/.test(qualifier)) return;
    throw misuse(this, {
      code: 'BH2061',
      what: `\`qualifier\` must have 1 to 10 lower-case letters and digits, got \`${Token.isUnresolved(qualifier) ? 'a token' : qualifier}\``,
      mend: 'give the value of `cdk bootstrap --qualifier`',
    });
  }
}

function deny(sid: string, actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources, conditions });
}
