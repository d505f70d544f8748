import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';

/** The access matrix as it is used in the last day, refused calls by role, and every signal over time. */
export function monitorDashboard(
  scope: Construct,
  id: string,
  namespace: string,
  signals: readonly string[],
): cloudwatch.Dashboard {
  const search = (dimensions: string, metric: string, period: Duration): cloudwatch.MathExpression =>
    new cloudwatch.MathExpression({
      expression: `SEARCH('{"${namespace}",${dimensions}} MetricName="${metric}"', 'Sum', ${period.toSeconds()})`,
      usingMetrics: {},
      period,
      label: '',
    });
  const used = new cloudwatch.TableWidget({
    title: 'Who called what in the last day',
    metrics: [search('Role,Endpoint', 'Calls', Duration.days(1))],
    width: 24,
    height: 9,
  });
  const told = new cloudwatch.GraphWidget({
    title: 'Unusual calls',
    left: signals.map(
      (metricName) => new cloudwatch.Metric({ namespace, metricName, statistic: 'Sum', period: Duration.minutes(5) }),
    ),
    width: 12,
    height: 7,
  });
  const read = new cloudwatch.GraphWidget({
    title: 'Bytes read, by role',
    left: [search('Role', 'ReadBytes', Duration.hours(1))],
    width: 12,
    height: 7,
  });
  return new cloudwatch.Dashboard(scope, id, { widgets: [[used], [told, read]] });
}
