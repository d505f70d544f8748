import { readFileSync } from 'node:fs';
import { linesOfResources } from '../assembly/lines-of-resources';
import type { Finding } from '../model/finding';
import type { CheckResult } from '../report/result';
import { runRules } from '../rules/run-rules';
import { separationFindings } from '../rules/separation/separation-findings';
import type { Io } from './io';
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
export function analysisOf(inputs: readonly string[], io: Io, today: string = io.today): Analysis {
  const { snapshot, isIncomplete } = snapshotOfInputs(inputs, io);
  const result = {
    findings: withLines([...runRules(snapshot, undefined, { today }), ...separationFindings(snapshot)]),
    files: snapshot.templates.map(({ file }) => file),
    resources: snapshot.resources.length,
  };
  return { result, snapshot, isIncomplete };
}

/** With the lines of their resources; only files with findings are looked into once more. */
function withLines(findings: readonly Finding[]): readonly Finding[] {
  const byFile = new Map<string, ReadonlyMap<string, number>>();
  return findings.map((finding) => {
    const { file, logicalId } = finding;
    if (logicalId === undefined) return finding;
    let lines = byFile.get(file);
    if (lines === undefined) byFile.set(file, (lines = linesIn(file)));
    const line = lines.get(logicalId);
    return line === undefined ? finding : { ...finding, line };
  });
}

/** A file that is gone since it was read has no lines. */
function linesIn(file: string): ReadonlyMap<string, number> {
  try {
    return linesOfResources(readFileSync(file, 'utf8'));
  } catch {
    return new Map();
  }
}
