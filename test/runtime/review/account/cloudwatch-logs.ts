import type { Answer } from '../../../../lib/runtime/review/call';
import type { OfType, Raw } from './raw';

/** Metric and subscription filters, by log group and name. */
export class CloudWatchLogs {
  public readonly metricFilters = new Map<string, Raw>();
  public readonly subscriptionFilters = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id: filterName, properties } of ofType('AWS::Logs::MetricFilter')) {
      const { LogGroupName: logGroupName, FilterPattern: filterPattern, MetricTransformations } = properties;
      const metricTransformations = MetricTransformations.map(({ MetricName, MetricNamespace, MetricValue }: Raw) => ({
        metricName: MetricName,
        metricNamespace: MetricNamespace,
        metricValue: MetricValue,
      }));
      this.metricFilters.set(`${logGroupName} ${filterName}`, {
        filterName,
        logGroupName,
        filterPattern,
        metricTransformations,
      });
    }
    for (const { id: filterName, properties } of ofType('AWS::Logs::SubscriptionFilter')) {
      const { LogGroupName: logGroupName, FilterPattern: filterPattern, DestinationArn, RoleArn } = properties;
      this.subscriptionFilters.set(`${logGroupName} ${filterName}`, {
        filterName,
        logGroupName,
        filterPattern,
        destinationArn: DestinationArn,
        ...(RoleArn === undefined ? {} : { roleArn: RoleArn }),
      });
    }
  }

  public DescribeMetricFilters(input: Raw): Answer {
    return { metricFilters: below(this.metricFilters, input) };
  }

  public DescribeSubscriptionFilters(input: Raw): Answer {
    return { subscriptionFilters: below(this.subscriptionFilters, input) };
  }
}

function below(filters: ReadonlyMap<string, Raw>, { logGroupName, filterNamePrefix }: Raw): readonly Raw[] {
  return [...filters.values()].filter(
    (each) => each['logGroupName'] === logGroupName && each['filterName'].startsWith(filterNamePrefix),
  );
}
