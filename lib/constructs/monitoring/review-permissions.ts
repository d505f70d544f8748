import { CfnResource, Lazy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import type { IConstruct } from 'constructs';

/**
 * What a review reads: policies, settings and metadata, by the service that holds them. No value of a secret, no key of
 * an API, no object of a record; nothing is changed.
 *
 * Resources are named by type, not one by one: what is reviewed is known last, and would fill a policy.
 */
export function reviewStatements(at: IConstruct, stacks: () => Stack[]): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(at);
  const arn = (service: string, resource: string, [inRegion, inAccount] = [region, account]): string =>
    `arn:${partition}:${service}:${inRegion}:${inAccount}:${resource}`;
  const read = (actions: string[], resources: string[], conditions?: iam.Conditions): iam.PolicyStatement =>
    new iam.PolicyStatement({ actions, resources, conditions });
  return [
    read(
      ['iam:GetRole', 'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies'],
      [arn('iam', 'role/*', ['', account])],
    ),
    read(
      [
        'iam:GetGroup',
        'iam:GetGroupPolicy',
        'iam:GetLoginProfile',
        'iam:GetUser',
        'iam:GetUserPolicy',
        'iam:ListAccessKeys',
        'iam:ListAttachedGroupPolicies',
        'iam:ListAttachedUserPolicies',
        'iam:ListGroupPolicies',
        'iam:ListGroupsForUser',
        'iam:ListUserPolicies',
      ],
      [arn('iam', 'group/*', ['', account]), arn('iam', 'user/*', ['', account])],
    ),
    read(
      ['iam:GetPolicy', 'iam:GetPolicyVersion'],
      [arn('iam', 'policy/*', ['', account]), arn('iam', 'policy/*', ['', 'aws'])],
    ),
    // Below these there are no keys: their values are at `/apikeys` and `/usageplans`.
    read(
      ['apigateway:GET'],
      [arn('apigateway', '/restapis/*', [region, '']), arn('apigateway', '/apis/*', [region, ''])],
    ),
    read(
      [
        'cloudtrail:GetEventSelectors',
        'cloudtrail:GetInsightSelectors',
        'cloudtrail:GetTrail',
        'cloudtrail:GetTrailStatus',
      ],
      [arn('cloudtrail', 'trail/*')],
    ),
    read(
      [
        's3:GetBucketObjectLockConfiguration',
        's3:GetBucketPolicy',
        's3:GetBucketPublicAccessBlock',
        's3:GetBucketVersioning',
        's3:GetReplicationConfiguration',
      ],
      [arn('s3', '*', ['', ''])],
      { StringEquals: { 'aws:ResourceAccount': account } },
    ),
    read(['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:ListGrants'], [arn('kms', 'key/*')]),
    read(['lambda:GetFunctionConcurrency', 'lambda:GetPolicy'], [arn('lambda', 'function:*')]),
    // It shows the environment, too: of the functions of these stacks alone.
    read(
      ['lambda:GetFunctionConfiguration'],
      Lazy.list({
        produce: () =>
          [...new Set(stacks().flatMap(functionNames))].sort().map((name) => arn('lambda', `function:${name}`)),
      }),
    ),
    read(
      ['sns:GetSubscriptionAttributes', 'sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic'],
      [arn('sns', '*')],
    ),
    read(
      ['cloudwatch:DescribeAlarms', 'cloudwatch:ListAlarmMuteRules'],
      [arn('cloudwatch', 'alarm:*'), arn('cloudwatch', 'alarm-mute-rule:*')],
    ),
    read(['events:DescribeRule', 'events:ListTargetsByRule'], [arn('events', 'rule/*')]),
    read(['logs:DescribeMetricFilters', 'logs:DescribeSubscriptionFilters'], [arn('logs', 'log-group:*')]),
    read(['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'], [arn('secretsmanager', 'secret:*')]),
    read(
      ['cloudformation:DescribeStacks', 'cloudformation:GetTemplate', 'cloudformation:ListStackResources'],
      Lazy.list({
        produce: () => stacks().flatMap((each) => named(each).map((name) => arn('cloudformation', `stack/${name}/*`))),
      }),
    ),
    // It has no resource.
    read(['cloudformation:ListExports'], ['*']),
  ];
}

/**
 * The name of a stack, and what the names of the stacks nested in it begin with: CloudFormation adds the logical id, of
 * which it may keep the beginning alone, and what it makes up. Stacks nested in these begin so, too.
 */
function named(stack: Stack): string[] {
  const nested = stack.node
    .findAll()
    .filter((each): each is Stack => Stack.isStack(each) && each.nestedStackParent === stack)
    .flatMap(({ nestedStackResource: resource }) =>
      resource === undefined ? [] : [String(stack.resolve(resource.logicalId)).slice(0, 24)],
    );
  return [stack.stackName, ...nested.map((logicalId) => `${stack.stackName}-${logicalId}*`)];
}

/** As much of a stack's name as CloudFormation puts into the names of functions at least: it cuts long ones. */
const KEPT = 20;

/** The names of the functions of a stack, those of nested stacks included; `*` for what CloudFormation makes up. */
function functionNames(stack: Stack): string[] {
  return stack.node
    .findAll()
    .filter((each) => CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::Lambda::Function')
    .map((each) => {
      const name: unknown = stack.resolve((each as CfnFunction).functionName);
      return typeof name === 'string' ? name : `${stack.stackName.slice(0, KEPT)}*`;
    });
}

/** What a review needs to tell what it found: Security Hub's own findings of the account, or events of its own name. */
export function tellingStatements(at: IConstruct, securityHub: boolean, source: string): iam.PolicyStatement[] {
  const { partition, region, account } = Stack.of(at);
  if (!securityHub) {
    return [
      new iam.PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [`arn:${partition}:events:${region}:${account}:event-bus/default`],
        conditions: { StringEquals: { 'events:source': source } },
      }),
    ];
  }
  return [
    new iam.PolicyStatement({
      actions: ['securityhub:BatchImportFindings'],
      resources: [`arn:${partition}:securityhub:${region}:${account}:product/${account}/default`],
    }),
    new iam.PolicyStatement({
      actions: ['securityhub:GetFindings'],
      resources: [`arn:${partition}:securityhub:${region}:${account}:hub/default`],
    }),
  ];
}
