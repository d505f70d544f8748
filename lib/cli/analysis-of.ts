import { readInputs } from '../assembly/read';
import type { Problem } from '../assembly/read';
import { snapshotOf } from '../assembly/snapshot';
import type { Snapshot } from '../model/snapshot';
import type { CheckResult } from '../report/result';
import { runRules } from '../rules/run-rules';
import { UsageError } from './exit-code';
import type { Io } from './io';

/** How many of the files that were passed over are named. */
const NAMED = 5;

/**
 * Reads the inputs and runs every rule.
 *
 * @throws UsageError where anything of the inputs cannot be read; the message says which, where and why
 */
export function analysisOf(inputs: readonly string[], io: Io): { result: CheckResult; snapshot: Snapshot } {
  const read = readInputs(inputs);
  if (!read.ok) throw new UsageError(read.problems.map(problemLine).join('\n'));
  tellSkipped(read.skipped, io);
  const snapshot = snapshotOf(read.sources);
  const result = {
    findings: runRules(snapshot),
    files: snapshot.templates.map(({ file }) => file),
    resources: snapshot.resources.length,
  };
  return { result, snapshot };
}

function problemLine({ file, place, reason }: Problem): string {
  return `BH5010: cannot read ${file}${place === '' ? '' : `, ${place}`}: ${reason}`;
}

function tellSkipped(skipped: readonly Problem[], io: Io): void {
  if (skipped.length === 0) return;
  const named = skipped.slice(0, NAMED).map(({ file }) => file);
  const more = skipped.length > NAMED ? ` and ${skipped.length - NAMED} more` : '';
  io.err(`note: no templates, and so passed over: ${named.join(', ')}${more}\n`);
}
