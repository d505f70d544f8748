import { Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { BoundedRole } from './bounded-role';
import type { BoundedRoleProps } from './bounded-role';
import type { PipelineIdentity } from './pipeline-identity';

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
  /** @throws BH2032 where a qualifier is malformed or there is none; BH2001 to BH2004 as BoundedRole. */
  constructor(scope: Construct, id: string, props: PipelineRoleProps) {
    super(scope, id, props, { roleKind: 'pipeline', assumedBy: props.identity.principal });
    const assume = new iam.PolicyStatement({
      actions: ['sts:AssumeRole'],
      resources: this.bootstrapRoles(props),
    });
    this.extendBoundary(
      assume,
      new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: DESTRUCTION, resources: ['*'] }),
    );
    new iam.Policy(this, 'Deploy', { roles: [this], statements: [assume.copy()] });
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
