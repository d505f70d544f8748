import { statSync } from 'node:fs';
import type { IPolicyValidationContext } from 'aws-cdk-lib';
import { sourcesFromValidation } from '../assembly/read';
import { snapshotOf } from '../assembly/snapshot';
import { credentialsOf } from '../engine/declared/credentials-of';
import { separationOf } from '../engine/duties/separation-of';
import type { DeclaredCredential } from '../model/declared';
import type { Finding } from '../model/finding';
import type { Separation } from '../model/separation';
import type { Snapshot } from '../model/snapshot';
import { todayInUtc } from '../private/today';
import { allRules } from '../rules/registry';
import { runRules } from '../rules/run-rules';
import { separationFindings } from '../rules/separation/separation-findings';

/**
 * The findings of these rules on the templates of a synth, nested stacks included.
 *
 * @param today an ISO date
 * @public loaded by `require`, which knip does not follow
 * @throws BH5003 where a template cannot be read
 */
export function findingsOf(
  context: IPolicyValidationContext,
  ruleIds: readonly string[],
  today: string,
): readonly Finding[] {
  const run = new Set(ruleIds);
  return runRules(
    snapshotOfSynth(context),
    allRules.filter(({ id }) => run.has(`Bulkhead-${id}`)),
    { today },
  );
}

/** What is judged of the separation of duties. */
export interface JudgedSeparation {
  readonly findings: readonly Finding[];
  readonly separation: Separation;
}

/**
 * The violations of the constraints that the templates of a synth carry, and who has which duty.
 *
 * @public loaded by `require`, which knip does not follow
 * @throws BH5003 where a template cannot be read
 */
export function judgedSeparation(context: IPolicyValidationContext): JudgedSeparation {
  const snapshot = snapshotOfSynth(context);
  return { findings: separationFindings(snapshot), separation: separationOf(snapshot) };
}

/**
 * The credentials that the templates of a synth declare, and who can read them.
 *
 * @public loaded by `require`, which knip does not follow
 * @throws BH5003 where a template cannot be read
 */
export function declaredCredentials(context: IPolicyValidationContext): readonly DeclaredCredential[] {
  return credentialsOf(snapshotOfSynth(context));
}

const known = new WeakMap<object, { readonly state: string; readonly snapshot: Snapshot }>();

/** One snapshot for all of our plugins, as long as no file changes: world and reach are found once. */
function snapshotOfSynth({ stackTemplates, appConstruct }: IPolicyValidationContext): Snapshot {
  const state = JSON.stringify(stackTemplates.map(({ templatePath }) => [templatePath, stateOf(templatePath)]));
  const before = known.get(appConstruct);
  if (before?.state === state) return before.snapshot;
  const read = sourcesFromValidation(stackTemplates);
  if (!read.ok) {
    const problems = read.problems.map(({ file, place, reason }) => `\`${file}\`${place && `, ${place}`}: ${reason}`);
    throw new Error(`BH5003: a synthesized template cannot be read: ${problems.join('; ')}`);
  }
  const snapshot = snapshotOf(read.sources, todayInUtc());
  known.set(appConstruct, { state, snapshot });
  return snapshot;
}

function stateOf(file: string): readonly number[] {
  const { mtimeMs, size } = statSync(file, { throwIfNoEntry: false }) ?? { mtimeMs: 0, size: -1 };
  return [mtimeMs, size];
}
