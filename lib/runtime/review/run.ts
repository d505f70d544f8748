import { findingOf } from './asff';
import type { FindingFrame } from './asff';
import type { Call } from './call';
import type { Drift } from './drift';
import { evidenceDrifts, readEvidence } from './evidence';
import { review } from './review';
import { updateSecurityHub } from './security-hub';
import type { ReviewSettings } from './settings';
import { tellFindings } from './tell';

/** Reviews, tells what was found, and gives the lines for the log: of each drift one, of metrics the last. */
export async function runReview(settings: ReviewSettings, call: Call, now: number): Promise<readonly string[]> {
  const { stacks: reviewed, evidence } = settings;
  const {
    drifts: found,
    resources,
    stacks,
  } = await review(
    reviewed.map(({ name }) => name),
    call,
  );
  const drifts: readonly Drift[] = [
    ...(evidence === undefined ? [] : evidenceDrifts(await readEvidence(evidence, call), stacks, reviewed)),
    ...found,
  ];
  const frame: FindingFrame = { ...settings, now: new Date(now).toISOString() };
  const findings = drifts.map((each) => findingOf(each, frame));
  if (settings.to === 'security-hub') await updateSecurityHub(findings, frame, call, unjudgedIn(drifts));
  else await tellFindings(findings, settings.review, 'default', call);
  return [
    ...drifts.map(({ stack, logicalId, aspect, sort, severity }) =>
      JSON.stringify({ stack, logicalId, aspect, sort, severity }),
    ),
    metrics(settings.namespace, now, {
      Reviews: 1,
      Resources: resources,
      Drifts: drifts.filter(({ sort }) => sort !== 'unknown').length,
      Unknown: drifts.filter(({ sort }) => sort === 'unknown').length,
    }),
  ];
}

/** A resource that could not be read, and all of a stack that could not. */
function unjudgedIn(drifts: readonly Drift[]): (stack: string, logicalId: string) => boolean {
  const unknown = drifts.filter(({ sort }) => sort === 'unknown');
  const stacks = new Set(unknown.filter(({ aspect }) => aspect === 'Stack').map(({ stack }) => stack));
  const resources = new Set(unknown.map(({ stack, logicalId }) => `${stack} ${logicalId}`));
  return (stack, logicalId) => stacks.has(stack) || resources.has(`${stack} ${logicalId}`);
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function metrics(Namespace: string, Timestamp: number, values: Readonly<Record<string, number>>): string {
  const Metrics = Object.keys(values).map((Name) => ({ Name, Unit: 'Count' }));
  return JSON.stringify({
    _aws: { Timestamp, CloudWatchMetrics: [{ Namespace, Dimensions: [[]], Metrics }] },
    ...values,
  });
}
