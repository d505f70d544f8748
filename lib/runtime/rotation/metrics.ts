import type { RotationLogEntry } from './rotate';

const NAMESPACE = 'cdk-bulkhead';

/**
 * What makes CloudWatch count a line of the log: rotations that ended, steps that failed, revocations, by credential.
 * It needs no permission and no call.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function metricsOf({ level, step }: RotationLogEntry, credential: string | undefined, now: number): object {
  const metric = nameOf(level, step);
  if (metric === undefined || credential === undefined) return {};
  return {
    _aws: {
      Timestamp: now,
      CloudWatchMetrics: [
        { Namespace: NAMESPACE, Dimensions: [['Credential']], Metrics: [{ Name: metric, Unit: 'Count' }] },
      ],
    },
    Credential: credential,
    [metric]: 1,
  };
}

function nameOf(level: RotationLogEntry['level'], step: RotationLogEntry['step']): string | undefined {
  if (step === 'removal') return undefined;
  if (level === 'error') return 'RotationStepsFailed';
  if (step === 'finishSecret') return 'RotationsFinished';
  return step === 'revoke' ? 'Revocations' : undefined;
}
