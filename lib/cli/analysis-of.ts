import type { Finding } from '../model/finding';
import type { CheckResult } from '../report/result';
import { runRules } from '../rules/run-rules';
import { separationFindings } from '../rules/separation/separation-findings';
import type { InputOptions } from './inputs';
import type { Io } from './io';
import { LinesOfFiles } from './lines-of-files';
import { snapshotOfInputs } from './snapshot-of-inputs';
import type { ReadSnapshot } from './snapshot-of-inputs';

/** What came out, and whether all that was asked for went in. */
export interface Analysis extends ReadSnapshot {
  readonly result: CheckResult;
}

/**
 * Reads the inputs and runs every rule, and judges the duties where the templates say what must be apart.
 *
 * @throws UsageError where anything of the inputs cannot be read; the message says which, where and why
 */
export function analysisOf(
  inputs: readonly string[],
  options: InputOptions & { readonly today?: string },
  io: Io,
): Analysis {
  const { today = io.today } = options;
  const { snapshot, isIncomplete } = snapshotOfInputs(inputs, options, io);
  const result = {
    findings: located([...runRules(snapshot, undefined, { today }), ...separationFindings(snapshot)]),
    files: snapshot.templates.map(({ file }) => file),
    resources: snapshot.resources.length,
  };
  return { result, snapshot, isIncomplete };
}

/** With the lines of their resources; only files with findings are looked into once more. */
function located(findings: readonly Finding[]): readonly Finding[] {
  const lines = new LinesOfFiles();
  return findings.map((finding) => {
    const { file, logicalId } = finding;
    const line = logicalId === undefined ? undefined : lines.of(file, logicalId);
    return line === undefined ? finding : { ...finding, line };
  });
}
