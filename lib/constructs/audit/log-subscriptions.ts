import { CfnResource } from 'aws-cdk-lib';
import type * as logs from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

const NOTED = Symbol.for('cdk-bulkhead.logGroup.subscriptions');
/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MOST = 2;

/** Notes that `at` subscribes to a log group by a resource that is not below it, where it would not be found. */
export function noteSubscription(at: IConstruct, logGroup: logs.ILogGroup): void {
  Object.defineProperty(logGroup, NOTED, { value: [...notedOf(logGroup), at.node.path], configurable: true });
}

function notedOf(logGroup: logs.ILogGroup): readonly string[] {
  return (logGroup as { [NOTED]?: readonly string[] })[NOTED] ?? [];
}

/** @throws BH4064 where the log group has as many subscriptions as CloudWatch Logs takes: the deployment would fail. */
export function refuseThirdSubscription(at: IConstruct, logGroup: logs.ILogGroup): void {
  const below = logGroup.node
    .findAll()
    .filter((each) => CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::Logs::SubscriptionFilter')
    .map(({ node }) => node.path);
  const all = [...below, ...notedOf(logGroup)];
  if (all.length < MOST) return;
  throw misuse(at, {
    code: 'BH4064',
    what: `\`${logGroup.node.path}\` has two subscriptions already, ${all.map((each) => `\`${each}\``).join(' and ')}`,
    why: 'CloudWatch Logs takes no more of one log group, and the deployment would fail',
    mend: 'leave out one of them: one AccessMonitor watches an API, and one record receives a log group',
  });
}
