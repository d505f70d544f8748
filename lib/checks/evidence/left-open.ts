import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvidenceRead, LeftOpenFinding } from '../../model/left-open';
import { EVIDENCE_FILE } from './evidence';
import { verifyEvidence } from './verify-evidence';

export interface LeftOpenBySynth {
  readonly evidence: EvidenceRead;
  readonly findings: readonly LeftOpenFinding[];
}

type Shown = Readonly<Record<string, string>>;
interface Evidence {
  readonly date: string;
  readonly exceptions?: readonly (Shown & { readonly line: number; readonly finding: Shown })[];
  readonly acknowledgements?: readonly { readonly reason: string; readonly at: string; readonly finding: Shown }[];
}

/**
 * What the synth of a cloud assembly left open, by its evidence; `undefined` where there is none. Evidence that does not
 * agree with itself or with the templates says nothing of them: then nothing is taken from it.
 */
export function leftOpenBySynth(folder: string): LeftOpenBySynth | undefined {
  const file = join(folder, EVIDENCE_FILE);
  if (!existsSync(file)) return undefined;
  const { seal, differences } = verifyEvidence(folder);
  if (seal === undefined || differences.length > 0) {
    return { evidence: { file, ...(seal === undefined ? {} : { seal }), differences }, findings: [] };
  }
  const { date, exceptions = [], acknowledgements = [] } = JSON.parse(readFileSync(file, 'utf8')) as Evidence;
  return {
    evidence: { file, date, seal, differences: [] },
    findings: [
      ...exceptions.map(({ finding, line, ...entry }): LeftOpenFinding => {
        const { reason = '', ticket, owner, approver, approvedOn, expiresOn, author } = entry;
        const by = { ticket, owner, approver, approvedOn, expiresOn, author } as Shown;
        return { by: 'exception', ...found(finding), reason, at: `${entry['file'] ?? ''}:${line}`, ...by };
      }),
      ...acknowledgements.map(
        ({ finding, reason, at }): LeftOpenFinding => ({ by: 'acknowledgement', ...found(finding), reason, at }),
      ),
    ],
  };
}

function found({ rule = '', severity = '', path = '', principal, message = '', fingerprint = '' }: Shown) {
  return { rule, severity, path, ...(principal === undefined ? {} : { principal }), message, fingerprint };
}
