import type { JudgedCall } from './judge-call';
import type { AccessSignal } from './settings';

const SIGNALS: readonly AccessSignal[] = [
  'Denied',
  'AuthorizationError',
  'UndeclaredCaller',
  'NewCaller',
  'OutsideHours',
  'OutsideRange',
  'Deprecated',
  'BreakGlass',
];

/**
 * One line of the embedded metric format for all calls of a role on an endpoint in a batch: counted for both, for the
 * role, and in all.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricLines(calls: readonly JudgedCall[], namespace: string, now: number): readonly string[] {
  const groups = new Map<string, JudgedCall[]>();
  for (const call of calls) {
    const id = `${call.role}\n${call.endpoint}`;
    groups.set(id, [...(groups.get(id) ?? []), call]);
  }
  return [...groups.values()].map((group) => lineOf(group, namespace, now));
}

function lineOf(calls: readonly JudgedCall[], namespace: string, now: number): string {
  const [{ role, endpoint } = { role: '-', endpoint: '-' }] = calls;
  const counts = Object.fromEntries(
    SIGNALS.map((signal) => [signal, calls.filter(({ signals }) => signals.includes(signal)).length]),
  );
  const read = calls.filter((call) => call.isRead && call.succeeded).reduce((sum, { bytes }) => sum + bytes, 0);
  const values: Record<string, number> = { Calls: calls.length, ReadBytes: read, ...counts };
  return JSON.stringify({
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        {
          Namespace: namespace,
          Dimensions: [['Role', 'Endpoint'], ['Role'], []],
          Metrics: Object.keys(values).map((Name) => ({ Name, Unit: Name === 'ReadBytes' ? 'Bytes' : 'Count' })),
        },
      ],
    },
    Role: role,
    Endpoint: endpoint,
    ...values,
  });
}
