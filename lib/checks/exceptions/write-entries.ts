import type { Finding } from '../../model/finding';
import { fingerprintOf, pathOfFinding } from './fingerprint';
import { readRegister } from './read-register';

const HEAD = `# Findings that are left open for a while: docs/exceptions.md, docs/exceptions.schema.json.
#
# Generated entries are not valid yet. For each one: mend the finding and take the entry out, or fill in
#   reason      why it has to stay open
#   ticket      under which it is closed
#   owner       the team or person that closes it
#   approver    the address of e-mail of a person who is neither the owner nor the author of this change
#   approvedOn  the day of the approval, expiresOn the last day: at most 90 days later unless configured otherwise
# Put this file into CODEOWNERS: who may approve a change of it decides about exceptions.
`;

const EMPTY = ['reason', 'ticket', 'owner', 'approver', 'approvedOn', 'expiresOn'];

/** The new text of a register, or why it cannot be written. */
export type Written =
  | { readonly ok: true; readonly text: string; readonly added: number }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/**
 * Adds an entry to fill in for each finding that has none. What is in the file stays as it is, comments included.
 *
 * @param before the file as it is; `undefined` where there is none
 */
export function withEntries(before: string | undefined, findings: readonly Finding[]): Written {
  const known = new Set(entryKeys(before ?? ''));
  const missing = new Map<string, Finding>();
  for (const finding of findings) {
    const key = keyOf(finding.ruleId, pathOfFinding(finding), fingerprintOf(finding));
    if (!known.has(key) && !missing.has(key)) missing.set(key, finding);
  }
  const added = missing.size;
  const entries = [...missing.values()].map(entryText).join('');
  if (before === undefined || before.trim() === '') {
    return { ok: true, added, text: `${HEAD}version: 1\nexceptions:${added === 0 ? ' []\n' : `\n${entries}`}` };
  }
  if (added === 0) return { ok: true, added, text: before };
  const text = `${before.replace(/^(exceptions:)[ \t]*\[[ \t]*\][ \t]*$/m, '$1').trimEnd()}\n${entries}`;
  return appended(before, text, added);
}

/** INVARIANT: an entry that was there is still there, and nothing else has changed. */
function appended(before: string, text: string, added: number): Written {
  const [old, now] = [rawEntries(before), rawEntries(text)];
  if (old === undefined || now === undefined || now.length !== old.length + added) {
    const [problem] = readRegister(before, '').problems;
    const reason =
      'an entry cannot be added at its end: it does not end with a list `exceptions` of two spaces of indentation';
    return { ok: false, line: problem?.line ?? 1, reason };
  }
  const same = JSON.stringify(old) === JSON.stringify(now.slice(0, old.length));
  return same ? { ok: true, text, added } : { ok: false, line: 1, reason: 'adding to it would change what is there' };
}

function entryText(finding: Finding): string {
  const { ruleId, title, message, principal, certainty, unknowns = [] } = finding;
  const possible = certainty === 'possible' ? ` (possible: not known is ${unknowns.join('; ')})` : '';
  return [
    `  # ${comment(`${title}: ${message}${possible}`)}`,
    `  - rule: ${ruleId}`,
    `    path: ${JSON.stringify(pathOfFinding(finding))}`,
    ...(principal === undefined ? [] : [`    principal: ${JSON.stringify(principal)}`]),
    `    fingerprint: ${fingerprintOf(finding)}`,
    ...EMPTY.map((name) => `    ${name}: ''`),
    '',
  ].join('\n');
}

/** A text of a template in one line of a comment, out of which nothing leads. */
function comment(text: string): string {
  return text.replace(/[\s\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

function entryKeys(text: string): readonly string[] {
  return (rawEntries(text) ?? []).map((each) => keyOf(each['rule'], each['path'], each['fingerprint']));
}

function keyOf(...parts: readonly unknown[]): string {
  return JSON.stringify(parts);
}

/** The entries of a file, filled in or not; `undefined` where it has no list of them. */
function rawEntries(text: string): readonly Readonly<Record<string, unknown>>[] | undefined {
  const { parseDocument } = require('../../private/vendor/yaml') as typeof import('../../private/vendor/yaml');
  const document = parseDocument(text, { schema: 'core', merge: false, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) return undefined;
  // Aliases are refused by whoever reads the register; here they only must not be followed without end.
  const list: unknown = (document.toJS() as { exceptions?: unknown } | null)?.exceptions;
  if (!Array.isArray(list)) return undefined;
  return list.map((each) => (typeof each === 'object' && each !== null ? (each as Record<string, unknown>) : {}));
}
