import { fingerprintOf, pathOfFinding } from '../../../lib/checks/exceptions/fingerprint';
import type { ExceptionEntry } from '../../../lib/model/exception';
import type { Finding } from '../../../lib/model/finding';

export const TODAY = '2026-11-22';

/** An entry that opens a finding, with what a test does not care about filled in. */
export function entryFor(finding: Finding, changes: Partial<ExceptionEntry> = {}): ExceptionEntry {
  return {
    rule: finding.ruleId,
    path: pathOfFinding(finding),
    ...(finding.principal === undefined ? {} : { principal: finding.principal }),
    fingerprint: fingerprintOf(finding),
    reason: 'the vendor ships a fix in January',
    ticket: 'SEC-1234',
    owner: 'orders-team',
    approver: 'ada@example.com',
    approvedOn: '2026-11-01',
    expiresOn: '2027-01-20',
    file: 'bulkhead.exceptions.yaml',
    line: 3,
    lastLine: 11,
    ...changes,
  };
}

/** An entry as a map of the file. */
export function entryMap(finding: Finding, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const { file: _file, line: _line, lastLine: _lastLine, ...members } = entryFor(finding);
  return { ...members, ...changes };
}
