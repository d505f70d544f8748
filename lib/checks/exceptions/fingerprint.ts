import { createHash } from 'node:crypto';
import type { Finding } from '../../model/finding';

/** Before a fingerprint; raised when the same finding would get another one. */
const VERSION = 'v1';

/** Where a finding is, as an entry of the register names it. */
export function pathOfFinding({ constructPath, logicalId, template }: Finding): string {
  return constructPath ?? (logicalId === undefined ? template : `${template}#${logicalId}`);
}

/**
 * What an approval is bound to: rule, place, principal, and all that was found. SHA-256 over their canonical JSON.
 * Neither severity nor wording, fix, file, logical id or trace counts.
 */
export function fingerprintOf(finding: Finding): string {
  const { ruleId, principal = null, detail = null, certainty, message } = finding;
  const found = finding.found ?? [certainty, detail, message.split('; expected')[0]];
  const text = JSON.stringify([VERSION, ruleId, pathOfFinding(finding), principal, found]);
  return `${VERSION}:${createHash('sha256').update(text).digest('hex')}`;
}
