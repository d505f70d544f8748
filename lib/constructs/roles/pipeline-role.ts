import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';
import type { PipelineIdentity } from './pipeline-identity';
import { declareExisting } from './declare-existing';
import type { ExistingRoleProps } from './existing-role';

/** A role that a pipeline may hand to one service. */
export interface PassedRole {
  /** The role. */
  readonly role: iam.IRole;
  /** The service that takes it: `ecs-tasks.amazonaws.com`. */
  readonly service: string;
}

/** Properties of a PipelineRole. */
export interface PipelineRoleProps extends BoundedRoleProps {
  /** Which pipeline this is: `PipelineIdentity.gitHub(provider, { repository, environment })`. */
  readonly identity: PipelineIdentity;
  /**
   * The qualifiers of the CDK bootstraps that it deploys through, in the account and region of this role's stack.
   *
   * @default ['hnb659fds']
   */
  readonly bootstrapQualifiers?: string[];
  /**
   * Whether it publishes container images too.
   *
   * @default false
   */
  readonly publishImages?: boolean;
  /**
   * The roles that it may pass, each to one service. The boundary denies passing any other, or to another service.
   * A deployment through the CDK bootstrap passes none.
   *
   * @default - none
   */
  readonly passes?: PassedRole[];
}

/** What destroys data, backups, keys or evidence. CloudFormation does what a reviewed template says; CI does not. */
const DESTRUCTION = [
  'backup:Delete*',
  'cloudtrail:DeleteTrail',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:StopLogging',
  'cloudtrail:UpdateTrail',
  'cognito-idp:DeleteUserPool',
  'dynamodb:BatchWriteItem',
  'dynamodb:Delete*',
  'ec2:DeleteSnapshot',
  'ec2:DeleteVolume',
  'elasticfilesystem:Delete*',
  'kms:DisableKey',
  'kms:ScheduleKeyDeletion',
  'logs:Delete*',
  'rds:Delete*',
  's3:BypassGovernanceRetention',
  's3:DeleteBucket*',
  's3:DeleteObject*',
  's3:PutLifecycleConfiguration',
  'secretsmanager:DeleteSecret',
  'sqs:DeleteQueue',
  'sqs:PurgeQueue',
];

/**
 * A role for a deployment pipeline: it comes by OIDC, from one repository and environment, and may assume the deploy,
 * file-publishing and lookup roles of the CDK bootstrap, by exact name. Its boundary denies the destruction of data,
 * keys and evidence, whatever is granted.
 *
 * Not promised: what the bootstrap's own roles may do. A boundary does not follow into an assumed role, and the
 * execution role of a default bootstrap is administrator: bootstrap with `--cloudformation-execution-policies` or
 * `--custom-permissions-boundary`.
 *
 * @see https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html
 */
export class PipelineRole extends BoundedRole {
  /**
   * Declares a role of the app that is there already: the rules, the duties and the reports take it for one of this
   * kind. The role itself stays as it is, without a boundary of cdk-bulkhead.
   *
   * @throws BH2070 where the role is not a resource of the app, BH2071 where it is declared already
   */
  public static fromExisting(role: iam.IRole, props: ExistingRoleProps): iam.IRole {
    return declareExisting(role, 'pipeline', props);
  }

  /**
   * @throws BH2032 where a qualifier is malformed or there is none, BH2034 where a passed role has no exact service;
   * BH2001 to BH2004 as BoundedRole.
   */
  constructor(scope: Construct, id: string, props: PipelineRoleProps) {
    super(scope, id, props, { roleKind: 'pipeline', assumedBy: props.identity.principal });
    const assume = new iam.PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: this.bootstrapRoles(props),
    });
    const passes = (props.passes ?? []).map((each) => this.passing(each));
    this.extendBoundary(
      assume,
      ...passes,
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: DESTRUCTION, resources: ['*'] }),
      ...this.noOtherPassing(props.passes ?? []),
    );
    new iam.Policy(this, 'Deploy', { roles: [this], statements: [assume, ...passes].map((each) => each.copy()) });
  }

  private passing({ role, service }: PassedRole): iam.PolicyStatement {
    if (!Token.isUnresolved(service) && !/^[a-z0-9.-]+\.amazonaws\.com(?:\.cn)?$/.test(service)) {
      throw misuse(this, {
        code: 'BH2034',
        what: `\`service\` must be a service principal, got \`${service}\``,
        why: 'a role that is passed to any service can be used by any of them',
        mend: 'name the service, such as `ecs-tasks.amazonaws.com`',
      });
    }
    return new iam.PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [role.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': service } },
    });
  }

  /** Whatever is permitted besides: no role that is not listed, and no service that is not listed with it. */
  private noOtherPassing(passes: readonly PassedRole[]): iam.PolicyStatement[] {
    const denied = { effect: iam.Effect.DENY, actions: ['iam:PassRole'] };
    if (passes.length === 0) return [new iam.PolicyStatement({ ...denied, resources: ['*'] })];
    const arns = [...new Set(passes.map(({ role }) => role.roleArn))];
    return [
      new iam.PolicyStatement({ ...denied, notResources: arns }),
      ...arns.map(
        (arn) =>
          new iam.PolicyStatement({
            ...denied,
            resources: [arn],
            conditions: {
              StringNotEquals: {
                'iam:PassedToService': passes.filter(({ role }) => role.roleArn === arn).map(({ service }) => service),
              },
            },
          }),
      ),
    ];
  }

  private bootstrapRoles({ bootstrapQualifiers = ['hnb659fds'], publishImages }: PipelineRoleProps): string[] {
    const duties = ['deploy', 'file-publishing', 'lookup', ...(publishImages === true ? ['image-publishing'] : [])];
    const { account, region } = Stack.of(this);
    if (bootstrapQualifiers.length === 0) {
      throw misuse(this, {
        code: 'BH2032',
        what: '`bootstrapQualifiers` is empty',
        why: 'the pipeline could deploy nothing',
        mend: 'leave it out for the default bootstrap',
      });
    }
    return bootstrapQualifiers.flatMap((qualifier) => {
      if (Token.isUnresolved(qualifier) || !/^[a-z0-9]{1,10}$/.test(qualifier)) {
        throw misuse(this, {
          code: 'BH2032',
          what: `bootstrap qualifier must have 1 to 10 lower-case letters and digits, got \`${qualifier}\``,
          mend: 'give the value of `cdk bootstrap --qualifier`',
        });
      }
      return duties.map((duty) =>
        Stack.of(this).formatArn({
          service: 'iam',
          region: '',
          resource: 'role',
          resourceName: `cdk-${qualifier}-${duty}-role-${account}-${region}`,
        }),
      );
    });
  }
}
