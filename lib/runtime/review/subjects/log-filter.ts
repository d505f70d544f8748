import { elements, member, show } from '../../../model/read';
import { isAbsent } from '../../../model/value';
import type { MapValue } from '../../../model/value';
import { settingDifferences } from '../as-declared';
import { allOf, orMissing } from '../call';
import type { Answer, Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { deletedDifference, unknownDifference } from '../drift';
import type { Difference } from '../drift';
import { openPart } from '../fill';

const PAGES = { token: 'nextToken', from: 'nextToken' } as const;

/** A metric filter, from which an alarm counts: what it looks for, and what it counts as. */
export async function metricFilterDifferences(
  filter: Deployed,
  _: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const found = await filterOf(filter, 'DescribeMetricFilters', 'metricFilters', call);
  if (!('filterName' in found)) return found as readonly Difference[];
  const [wanted] = elements(member(filter.properties, 'MetricTransformations')) as readonly MapValue[];
  const [actual = {}] = (found['metricTransformations'] ?? []) as readonly Answer[];
  return [
    ...settingDifferences(filter.properties, upper(found), ['FilterPattern'], { severity: 'HIGH' }),
    ...settingDifferences(wanted ?? {}, upper(actual), ['MetricNamespace', 'MetricName', 'MetricValue'], {
      severity: 'HIGH',
    }),
  ];
}

/** A subscription filter, by which a log is delivered or watched: what it sends, and where to. */
export async function subscriptionFilterDifferences(
  filter: Deployed,
  _: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const found = await filterOf(filter, 'DescribeSubscriptionFilters', 'subscriptionFilters', call);
  if (!('filterName' in found)) return found as readonly Difference[];
  return settingDifferences(filter.properties, upper(found), ['FilterPattern', 'DestinationArn', 'RoleArn'], {
    severity: 'HIGH',
  });
}

/** The filter as it is, or why there is none. */
async function filterOf(
  { physicalId, properties }: Deployed,
  operation: string,
  list: string,
  call: Call,
): Promise<Answer | readonly Difference[]> {
  const group = member(properties, 'LogGroupName');
  const open = isAbsent(group) ? 'its log group' : openPart(group);
  if (open !== undefined) return [unknownDifference('Existence', `${open} is not known`)];
  const input = { logGroupName: show(group), filterNamePrefix: physicalId };
  const filters = await allOf(
    async (page) => (await orMissing(call('cloudwatch-logs', operation, { ...input, ...page }))) ?? {},
    list,
    PAGES,
  );
  const found = filters.find(({ filterName }) => filterName === physicalId);
  return found ?? [{ ...deletedDifference('the filter is not there: nothing is counted or sent'), sort: 'deleted' }];
}

/** CloudWatch Logs begins its members with a small letter, CloudFormation with a capital one. */
function upper(answer: Answer): Answer {
  return Object.fromEntries(
    Object.entries(answer).map(([key, value]) => [`${key.charAt(0).toUpperCase()}${key.slice(1)}`, value]),
  );
}
