import { ArnFormat, CfnOutput, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAuditVault } from '../audit/i-audit-vault';
import { partsOf } from '../audit/vault-parts';
import { AUDIT_STOPPING, RECORD_CHANGES, RECORD_READING } from './audit-tampering';
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
  /**
   * The audit vaults that deployments must leave alone: buckets, key, log group and delivery of each. They
   * have to be in the account of the boundary, and in its region or with names of their own.
   *
   * @default - those that `auditRecord` names; one of the two has to be given
   */
  readonly auditVaults?: IAuditVault[];
  /**
   * ARNs, or patterns of ARNs, of what else belongs to the audit record: `arn:aws:s3:::audit-*`,
   * `arn:aws:logs:*:111122223333:log-group:audit-*`, `arn:aws:cloudwatch:*:111122223333:alarm:audit-*`. Of a bucket its
   * objects are meant too. An empty list says that the account holds no other record than that of `auditVaults`.
   *
   * @default - those that `auditVaults` names; one of the two has to be given
   */
  readonly auditRecord?: string[];
}

/** Under which name the log groups of API access are that have no vault. */
const ACCESS_LOGS = '/cdk-bulkhead/access/';

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
 * - cannot stop or divert trails, configuration recording or threat detection, nor lift the lock of an object;
 * - changes nothing of the audit record: of its buckets, keys, log groups and alarms, as `auditVaults` and `auditRecord`
 *   name them, nor deletes the access logs that cdk-bulkhead makes for APIs. Buckets, keys and log groups of its own it
 *   creates, changes and deletes, policies included;
 * - reads nothing of it, nor the event history of CloudTrail;
 * - creates and changes roles and users only where they have a boundary: this one, or one that cdk-bulkhead generated;
 * - takes no boundary away, and never changes this policy or the roles of the bootstrap;
 * - makes no access keys, passwords or groups;
 * - assumes no role itself.
 *
 * It belongs into a stack that an administrator deploys once for each account, before `bootstrapCommand` is run; the
 * deployments that it bounds cannot change it. An `AuditVault` has to be deployed by the administrator too: its bucket,
 * key and trail take what this boundary denies. The record is told by ARN, not by tag: S3 counts the tags of a general
 * purpose bucket for access only where that was turned on for the bucket, which is off by default. Roles that CDK makes itself, such as those of custom resources, need a
 * boundary: set `permissionsBoundary: PermissionsBoundary.fromName(…)` on the app or stage; roles of cdk-bulkhead keep
 * their own.
 *
 * Not promised: that a record which neither property names is guarded by more than the first of these; that a
 * deployment shortens no retention of an access log, which it sets when it makes one; that a template cannot use another role of the account. CloudFormation may pass any role to a service,
 * so that a role without a boundary which a service trusts can be used; give each of them one.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/customize-permissions-boundaries.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/buckets-tagging-enable-abac.html
 */
export class DeploymentBoundary extends Construct {
  /** The policy. */
  public readonly policy: iam.ManagedPolicy;
  /** What to run once for each account and region: `cdk bootstrap --custom-permissions-boundary …`. */
  public readonly bootstrapCommand: string;

  /**
   * @throws BH2060 where IAM would refuse the name, BH2061 where the qualifier is malformed, BH2062 where nothing says
   * what the audit record is, or what says it is no ARN.
   */
  constructor(scope: Construct, id: string, props: DeploymentBoundaryProps) {
    super(scope, id);
    const { policyName = 'cdk-bulkhead-deployment-boundary', qualifier = 'hnb659fds' } = props;
    this.check(policyName, qualifier);
    const record = this.record(props);
    const deliveries = (props.auditVaults ?? []).flatMap((vault) => partsOf(vault).delivery ?? []);
    const roles = deliveries.flatMap((each) => each.roles.map(({ roleArn }) => roleArn));
    const landing = deliveries.flatMap((each) => each.landingRoles.map(({ roleArn }) => roleArn));
    const own = this.arn('policy', policyName);
    const generated = this.arn('policy', `${BOUNDARY_PATH.slice(1)}*`);
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      managedPolicyName: policyName,
      description: 'The most that a CDK deployment may do',
      statements: [
        new iam.PolicyStatement({ sid: 'Deploy', actions: ['*'], resources: ['*'] }),
        deny('AuditStays', AUDIT_STOPPING, ['*']),
        ...(record.length === 0
          ? []
          : [
              deny('RecordStays', RECORD_CHANGES, [
                ...record,
                ...deliveries.map(({ streamArn }) => streamArn),
                ...roles,
              ]),
              deny('RecordIsNotRead', RECORD_READING, record),
            ]),
        // A subscription is made with the role that sends: that one has to be passed.
        ...(landing.length === 0 ? [] : [deny('DeliveryIsNotPassed', ['iam:PassRole'], landing)]),
        deny('HistoryIsNotRead', ['cloudtrail:LookupEvents'], ['*']),
        deny('AccessLogsStay', ['logs:DeleteLog*'], [this.arnOf('logs', 'log-group', `${ACCESS_LOGS}*`)]),
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

  /** The ARNs of the record. Tags would not do: S3 counts those of a bucket only where that is turned on. */
  private record({ auditVaults, auditRecord }: DeploymentBoundaryProps): string[] {
    if (auditVaults === undefined && auditRecord === undefined) {
      throw misuse(this, {
        code: 'BH2062',
        what: 'neither `auditVaults` nor `auditRecord` is given',
        why: 'deployments may change buckets, keys and log groups, and those of the audit record have to be told from them',
        mend: 'name the vaults of the account, or the ARNs of its record; an empty list says that it holds none',
      });
    }
    const wrong = auditRecord?.find(
      (each) => !Token.isUnresolved(each) && !/^arn:[^:]+:[^:*?]+:[^:]*:[^:]*:./.test(each),
    );
    if (wrong !== undefined) {
      throw misuse(this, {
        code: 'BH2062',
        what: `\`auditRecord\` holds \`${wrong}\`, which is no ARN of a bucket, key, log group or alarm`,
        why: 'it would guard nothing, or stop every deployment',
        mend: 'write a whole ARN such as `arn:aws:s3:::audit-*`, with the service spelled out',
      });
    }
    const vaults = (auditVaults ?? []).flatMap((vault) => {
      const { bucket, accessLogBucket, encryptionKey, logGroup, logGroupKey } = vault.record;
      const { delivery } = partsOf(vault);
      return [
        ...[...new Set([bucket, accessLogBucket, delivery?.bucket, delivery?.accessLogBucket])].flatMap((each) =>
          each === undefined ? [] : [each.bucketArn, `${each.bucketArn}/*`],
        ),
        ...[encryptionKey, logGroupKey].flatMap((each) => (each === undefined ? [] : [each.keyArn])),
        // Which form a request has depends on the action.
        ...(logGroup === undefined
          ? []
          : [logGroup.logGroupArn, this.arnOf('logs', 'log-group', logGroup.logGroupName)]),
      ];
    });
    const others = (auditRecord ?? []).flatMap((each) =>
      /^arn:[^:]+:s3:::[^/]+$/.test(each) && !each.endsWith('*') ? [each, `${each}/*`] : [each],
    );
    return [...vaults, ...others];
  }

  private arnOf(service: string, resource: string, resourceName: string): string {
    return Stack.of(this).formatArn({
      service,
      region: '*',
      resource,
      resourceName,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
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
