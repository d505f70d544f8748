import { createHash } from 'node:crypto';
import { canonicalJson, templateAsGivenBack } from '../../model/canonical-json';
import { orMissing } from './call';
import type { Call } from './call';
import type { Drift } from './drift';
import type { DeployedStack } from './stack';

/** Where the evidence of the last synth lies. */
export interface EvidencePlace {
  readonly bucket: string;
  readonly key: string;
  readonly account: string;
}

/** A stack that is reviewed: its name, and its path in the app, by which the evidence knows it. */
export interface ReviewedStack {
  readonly name: string;
  readonly path: string;
}

interface Evidence {
  readonly sha256?: unknown;
  readonly date?: unknown;
  readonly holds?: unknown;
  readonly templates?: unknown;
}

/** The evidence as it lies there; `undefined` where nobody delivered any. */
export async function readEvidence(place: EvidencePlace, call: Call): Promise<string | undefined> {
  const { bucket: Bucket, key: Key, account: ExpectedBucketOwner } = place;
  const found = await orMissing(call('s3', 'GetObject', { Bucket, Key, ExpectedBucketOwner }));
  return found === undefined ? undefined : String(await found['Body'].transformToString());
}

/**
 * Whether the stacks are deployed from the templates that were judged: the evidence agrees with its seal, left no error
 * open, and has the hash of each template.
 */
export function evidenceDrifts(
  text: string | undefined,
  stacks: readonly DeployedStack[],
  reviewed: readonly ReviewedStack[],
): readonly Drift[] {
  const [first] = stacks;
  if (first === undefined) return [];
  const tell = (aspect: string, what: string, sort: Drift['sort'] = 'changed'): Drift => ({
    ...of(first),
    aspect,
    sort,
    severity: sort === 'unknown' ? 'MEDIUM' : 'HIGH',
    what,
  });
  if (text === undefined) {
    return [tell('Evidence', 'there is no evidence of a synth to compare with', 'unknown')];
  }
  const evidence = parsed(text);
  if (evidence === undefined) return [tell('Evidence', 'the evidence of the last synth cannot be read', 'unknown')];
  const drifts: Drift[] = [];
  if (sealOf(evidence) !== evidence.sha256) {
    drifts.push(tell('Evidence seal', 'the evidence of the last synth was changed after it was sealed'));
  }
  if (evidence.holds !== true) drifts.push(tell('Evidence findings', 'the last synth left errors open'));
  const templates = (Array.isArray(evidence.templates) ? evidence.templates : []) as readonly Record<string, unknown>[];
  const paths = new Map(reviewed.map(({ name, path }) => [name, path]));
  for (const stack of stacks) {
    const { parent } = stack;
    const above = parent === undefined ? undefined : paths.get(parent.template);
    // A parent comes before what is nested in it.
    if (parent !== undefined && above !== undefined) paths.set(stack.name, `${above}/${parent.logicalId}`);
    const template = templates.find((each) => each['stack'] === paths.get(stack.name));
    drifts.push(...templateDrifts(stack, template, String(evidence.date)));
  }
  return drifts;
}

function templateDrifts(
  stack: DeployedStack,
  template: Readonly<Record<string, unknown>> | undefined,
  date: string,
): readonly Drift[] {
  const base = { ...of(stack), aspect: 'Template' };
  if (template === undefined) {
    return [{ ...base, sort: 'changed', severity: 'HIGH', what: `was not judged by the synth of ${date}` }];
  }
  const given = templateAsGivenBack(stack.templateText);
  const wanted = template['deployedSha256'];
  if (given === undefined || typeof wanted !== 'string') {
    const what = 'the template cannot be compared with the evidence, which has no hash of its content';
    return [{ ...base, sort: 'unknown', severity: 'MEDIUM', what }];
  }
  if (createHash('sha256').update(given).digest('hex') === wanted) return [];
  const what = `is deployed from another template than the one that the synth of ${date} judged`;
  return [{ ...base, sort: 'changed', severity: 'HIGH', what }];
}

function of({ name, id }: DeployedStack): Pick<Drift, 'stack' | 'logicalId' | 'type' | 'resource'> {
  return { stack: name, logicalId: name, type: 'AWS::CloudFormation::Stack', resource: id };
}

function parsed(text: string): Evidence | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** As the checks seal it. */
function sealOf(evidence: Evidence): string {
  const { sha256: _seal, ...content } = evidence;
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}
