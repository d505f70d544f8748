import type { Call } from './call';
import { declaredBy } from './deployed';
import type { Declared, Deployed } from './deployed';
import { attempt, driftOf, unknownDifference } from './drift';
import type { Difference, Drift } from './drift';
import { exportsOf } from './exports';
import { isBusy, readStacks } from './stack';
import type { BusyStack, DeployedStack } from './stack';
import { alarmDifferences } from './subjects/alarm';
import { apiDifferences } from './subjects/api';
import { bucketDifferences } from './subjects/bucket';
import { eventRuleDifferences } from './subjects/event-rule';
import { functionDifferences } from './subjects/function';
import { groupDifferences } from './subjects/group';
import { httpApiDifferences } from './subjects/http-api';
import { keyDifferences } from './subjects/key';
import { metricFilterDifferences, subscriptionFilterDifferences } from './subjects/log-filter';
import { managedPolicyDifferences } from './subjects/managed-policy';
import { roleDifferences } from './subjects/role';
import { secretDifferences } from './subjects/secret';
import { topicDifferences } from './subjects/topic';
import { trailDifferences } from './subjects/trail';
import { userDifferences } from './subjects/user';

type Subject = (deployed: Deployed, declared: Declared, call: Call) => Promise<readonly Difference[]>;

/** What is compared, by type. */
export const SUBJECTS: Readonly<Record<string, Subject>> = {
  'AWS::IAM::Role': roleDifferences,
  'AWS::IAM::User': userDifferences,
  'AWS::IAM::Group': groupDifferences,
  'AWS::IAM::ManagedPolicy': managedPolicyDifferences,
  'AWS::ApiGateway::RestApi': apiDifferences,
  'AWS::ApiGatewayV2::Api': httpApiDifferences,
  'AWS::CloudTrail::Trail': trailDifferences,
  'AWS::S3::Bucket': bucketDifferences,
  'AWS::KMS::Key': keyDifferences,
  'AWS::SecretsManager::Secret': secretDifferences,
  'AWS::Lambda::Function': functionDifferences,
  'AWS::SNS::Topic': topicDifferences,
  'AWS::CloudWatch::Alarm': alarmDifferences,
  'AWS::Events::Rule': eventRuleDifferences,
  'AWS::Logs::MetricFilter': metricFilterDifferences,
  'AWS::Logs::SubscriptionFilter': subscriptionFilterDifferences,
};

/** What a review found. */
export interface Review {
  readonly drifts: readonly Drift[];
  /** How many resources were compared. */
  readonly resources: number;
  readonly stacks: readonly DeployedStack[];
}

/**
 * Compares what is deployed with what the templates declare that CloudFormation holds. What cannot be read is told as
 * unknown; a stack that cannot be read at all is an error.
 */
export async function review(names: readonly string[], call: Call): Promise<Review> {
  const asked = naming(call);
  const read: (DeployedStack | BusyStack)[] = [];
  for (const name of names) read.push(...(await readStacks(asked, name)));
  const stacks = read.filter((each): each is DeployedStack => !isBusy(each));
  const busy = read.filter(isBusy);
  const drifts: Drift[] = busy.map(busyDrift);
  const declared = declaredBy(stacks, await exportsOf(stacks, asked));
  const subjects = declared.resources.filter(({ type }) => Object.hasOwn(SUBJECTS, type));
  for (const each of subjects) {
    const found = await attempt('Reading', () => SUBJECTS[each.type](each, declared, asked));
    for (const difference of busy.length === 0 ? found : found.map(inPart)) drifts.push(driftOf(each, difference));
  }
  return { drifts, resources: subjects.length, stacks };
}

/** Another stack may attach policies to what a stack has: while one was not read, such a difference says nothing. */
function inPart(difference: Difference): Difference {
  const { aspect } = difference;
  const isOfMany = ['Permissions', 'Managed polic', 'Resource policy', 'Subscription', 'Grant'].some((each) =>
    aspect.startsWith(each),
  );
  return isOfMany ? unknownDifference(aspect, 'not all stacks were read that may have a part in it') : difference;
}

/** An error says at which operation it came. */
function naming(call: Call): Call {
  return async (service, operation, input) => {
    try {
      return await call(service, operation, input);
    } catch (error) {
      throw error instanceof Error ? Object.assign(error, { operation: `${service}:${operation}` }) : error;
    }
  };
}

function busyDrift({ name, id, status }: BusyStack): Drift {
  const isGone = id === '' || status === 'DELETE_COMPLETE';
  return {
    stack: name,
    logicalId: name,
    type: 'AWS::CloudFormation::Stack',
    resource: id === '' ? name : id,
    aspect: 'Stack',
    sort: isGone ? 'deleted' : 'unknown',
    severity: isGone ? 'CRITICAL' : 'MEDIUM',
    what: isGone ? 'is not there' : `was not reviewed: its status is ${status}`,
  };
}
