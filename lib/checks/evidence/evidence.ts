import type { Excepted } from '../../model/exception';
import type { Finding } from '../../model/finding';
import type { AcknowledgedFinding, CheckOutcome } from '../check-outcome';
import { fingerprintOf, pathOfFinding } from '../exceptions/fingerprint';

/** The name of the file in the cloud assembly. */
export const EVIDENCE_FILE = 'bulkhead-evidence.json';

/** What evidence is made of. INVARIANT: no clock, no path of a machine; the same synth gives the same evidence. */
export interface EvidenceInput {
  /** The day by which was judged. */
  readonly date: string;
  /** By package. */
  readonly versions: Readonly<Record<string, string>>;
  readonly templates: readonly HashedTemplate[];
  readonly register?: { readonly file: string; readonly sha256: string; readonly maxDays: number };
  readonly outcomes: readonly CheckOutcome[];
  /** Matrix and constraints, where separation of duties was judged. */
  readonly separation?: unknown;
}

export interface HashedTemplate {
  /** The construct path of the stack. */
  readonly stack: string;
  /** Relative to the cloud assembly. */
  readonly file: string;
  readonly sha256: string;
  /** Of the template as CloudFormation gives it back: see `templateAsGivenBack`. */
  readonly deployedSha256?: string;
}

/** The evidence of a synth, not sealed yet. */
export function evidenceOf({ date, versions, templates, register, outcomes, separation }: EvidenceInput): object {
  const excepted = outcomes.flatMap((each) => each.excepted);
  const acknowledged = outcomes.flatMap((each) => each.acknowledged);
  const problems = outcomes.flatMap((each) => each.problems);
  const closed = new Set([...excepted, ...acknowledged].map(({ finding }) => finding));
  const findings = outcomes.flatMap((each) => each.findings);
  const open = findings.filter((finding) => !closed.has(finding));
  const authors = new Map(outcomes.flatMap((each) => [...each.authorship]));
  return {
    version: 1,
    date,
    versions,
    holds: [...open, ...problems].every(({ severity }) => severity !== 'error'),
    templates: [...templates].sort(by(({ file }) => file)),
    rules: outcomes.flatMap((each) => each.ruleIds.map((id) => counts(id, findings, excepted, acknowledged))),
    open: open.map(shown).sort(by(({ fingerprint }) => fingerprint)),
    exceptions: excepted
      .map(({ finding, entry: { lastLine: _last, ...entry } }, index) => ({
        ...entry,
        author: authors.get(excepted[index]?.entry as never) ?? 'not known',
        finding: shown(finding),
      }))
      .sort(by(({ fingerprint }) => fingerprint)),
    acknowledgements: acknowledged
      .map(({ finding, reason, at }) => ({ reason, at, finding: shown(finding) }))
      .sort(by(({ finding }) => finding.fingerprint)),
    register: register ?? null,
    registerProblems: problems.map(({ ruleId, severity, message }) => ({ rule: ruleId, severity, message })),
    separationOfDuties: separation ?? null,
  };
}

function counts(
  id: string,
  findings: readonly Finding[],
  excepted: readonly Excepted[],
  acknowledged: readonly AcknowledgedFinding[],
): object {
  const ofRule = ({ finding }: { readonly finding: Finding }): boolean => finding.ruleId === id;
  return {
    rule: id,
    found: findings.filter(({ ruleId }) => ruleId === id).length,
    excepted: excepted.filter(ofRule).length,
    acknowledged: acknowledged.filter(ofRule).length,
  };
}

function shown(finding: Finding) {
  const { ruleId, severity, message, certainty, principal, detail, trace } = finding;
  const path = pathOfFinding(finding);
  return {
    fingerprint: fingerprintOf(finding),
    rule: ruleId,
    severity,
    path,
    principal,
    detail,
    message,
    certainty,
    trace,
  };
}

function by<T>(key: (each: T) => string): (one: T, other: T) => number {
  return (one, other) => (key(one) < key(other) ? -1 : Number(key(one) > key(other)));
}
