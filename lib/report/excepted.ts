import type { Excepted } from '../model/exception';
import { findingJson } from './finding-json';
import { printable } from './style';

/** A finding that an exception leaves open, with the entry, as docs/check.schema.json has it. */
export function exceptedJson({ finding, entry }: Excepted): object {
  const { reason, ticket, owner, approver, approvedOn, expiresOn, fingerprint, file, line } = entry;
  const by = { file, line, fingerprint, reason, ticket, owner, approver, approvedOn, expiresOn };
  return { ...findingJson(finding), exception: by };
}

/** One line for a terminal. */
export function exceptedLine({ finding, entry }: Excepted): string {
  const { expiresOn, owner, approver, ticket, file, line, path } = entry;
  return printable(
    `  ${finding.ruleId} ${path}, until ${expiresOn}, owner ${owner}, approved by ${approver}, ${ticket} (${file}:${line})`,
  );
}

/** Why it is left open, as SARIF's justification has it. */
export function justification({ entry }: Excepted): string {
  const { reason, ticket, owner, approver, approvedOn, expiresOn } = entry;
  return `${reason} (${ticket}; owner ${owner}; approved by ${approver} on ${approvedOn}; until ${expiresOn})`;
}
