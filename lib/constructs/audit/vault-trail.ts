import { ArnFormat, Lazy, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { Construct, IDependable } from 'constructs';
import { trailSelectors } from './trail-selectors';
import type { RecordedData } from './trail-selectors';

/** What the trail of a vault writes to. */
export interface VaultTrailOptions {
  readonly trailName: string;
  readonly trailArn: string;
  readonly bucketName: string;
  /** @default - none */
  readonly keyPrefix?: string | undefined;
  /** The key's ARN, or that of an alias of it. */
  readonly keyArn: string;
  /** What CloudTrail needs to find when the trail is created: it tries the bucket and the key. */
  readonly after: readonly IDependable[];
  readonly logGroup: logs.ILogGroup;
  /** What is recorded beyond management events, as it is when the template is written. */
  readonly recorded: () => RecordedData;
  /** The ARNs of the buckets of the vault. */
  readonly bucketArns: readonly string[];
  readonly insights: boolean;
}

/**
 * The trail of an audit vault: every management event of every region, with digests. It goes on when its stack is
 * deleted: deleting a stack must not be a way to stop the audit.
 */
export function vaultTrail(scope: Construct, id: string, options: VaultTrailOptions): cloudtrail.CfnTrail {
  const role = deliveryRole(scope, options);
  const trail = new cloudtrail.CfnTrail(scope, id, {
    trailName: options.trailName,
    s3BucketName: options.bucketName,
    s3KeyPrefix: options.keyPrefix,
    kmsKeyId: options.keyArn,
    isLogging: true,
    isMultiRegionTrail: true,
    includeGlobalServiceEvents: true,
    enableLogFileValidation: true,
    cloudWatchLogsLogGroupArn: options.logGroup.logGroupArn,
    cloudWatchLogsRoleArn: role.roleArn,
    advancedEventSelectors: Lazy.any({ produce: () => trailSelectors(options.recorded(), options.bucketArns) }),
    ...(options.insights
      ? { insightSelectors: [{ insightType: 'ApiCallRateInsight' }, { insightType: 'ApiErrorRateInsight' }] }
      : {}),
  });
  trail.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  trail.node.addDependency(...options.after);
  return trail;
}

/**
 * The role with which CloudTrail writes to the log group: two actions, on the streams that CloudTrail names itself.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html
 */
function deliveryRole(scope: Construct, { trailArn, logGroup }: VaultTrailOptions): iam.Role {
  const stack = Stack.of(scope);
  const delivery = new iam.PolicyStatement({
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [
      stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: `${logGroup.logGroupName}:log-stream:${stack.account}_CloudTrail_${stack.region}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });
  const role = new iam.Role(scope, 'DeliveryRole', {
    description: 'CloudTrail writes the events of the audit vault to its log group',
    assumedBy: new iam.ServicePrincipal('cloudtrail.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceArn': trailArn } },
    }),
    // Inline, so that the role is never there without it: CloudTrail tries the log group when the trail is created.
    inlinePolicies: { Delivery: new iam.PolicyDocument({ statements: [delivery] }) },
  });
  role.applyRemovalPolicy(RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE);
  return role;
}
