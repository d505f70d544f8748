import { leftOpenBySynth } from '../checks/evidence/left-open';
import { fingerprintOf, pathOfFinding } from '../checks/exceptions/fingerprint';
import type { Excepted } from '../model/exception';
import type { LeftOpen, LeftOpenFinding } from '../model/left-open';

/**
 * What is left open, and by whose word: the entries of the register as they are judged now, or without one as the
 * evidence beside the templates has them; and the acknowledgements, of which only the evidence tells.
 */
export function leftOpenOf(
  inputs: readonly string[],
  register: string | undefined,
  excepted: readonly Excepted[] = [],
): LeftOpen {
  const synths = inputs.flatMap((each) => leftOpenBySynth(each) ?? []);
  const bySynth = synths.flatMap(({ findings }) => findings);
  return {
    ...(register === undefined ? {} : { register }),
    evidence: synths.map(({ evidence }) => evidence),
    findings: [
      ...excepted.map(byEntry),
      ...bySynth.filter(({ by }) => by === 'acknowledgement' || register === undefined),
    ],
  };
}

function byEntry({ finding, entry, author }: Excepted): LeftOpenFinding {
  const { ruleId, severity, principal, message } = finding;
  const { reason, ticket, owner, approver, approvedOn, expiresOn, file, line } = entry;
  return {
    by: 'exception',
    rule: ruleId,
    severity,
    path: pathOfFinding(finding),
    ...(principal === undefined ? {} : { principal }),
    message,
    fingerprint: fingerprintOf(finding),
    reason,
    at: `${file}:${line}`,
    ticket,
    owner,
    approver,
    approvedOn,
    expiresOn,
    ...(author === undefined ? {} : { author }),
  };
}
