import { dayOf } from '../../model/calendar';
import type { Authorship, Excepted, ExceptionEntry } from '../../model/exception';
import type { Finding } from '../../model/finding';
import { fingerprintOf, pathOfFinding } from './fingerprint';
import { sameBody } from './identity';
import type { Problem } from './problem';

/** What entries are judged by. "Today" is an input: the same input gives the same judgement. */
export interface Terms {
  /** An ISO date. */
  readonly today: string;
  /** How many days an exception may run. */
  readonly maxDays: number;
  /** Whether an entry opens nothing as long as it is not known who wrote it. */
  readonly requireHistory: boolean;
  /** Who last changed each entry. */
  readonly authorship: ReadonlyMap<ExceptionEntry, Authorship>;
}

export interface Judgement {
  /** The findings that no entry opens, in their order. */
  readonly open: readonly Finding[];
  /** The findings that an entry leaves open, in their order. */
  readonly excepted: readonly Excepted[];
  readonly problems: readonly Problem[];
}

/**
 * Judges entries against findings. An entry with anything wrong opens nothing; one that opens nothing is wrong.
 */
export function judgeEntries(
  findings: readonly Finding[],
  entries: readonly ExceptionEntry[],
  terms: Terms,
): Judgement {
  const byKey = new Map<string, Finding[]>();
  const byPlace = new Map<string, Finding[]>();
  for (const finding of findings) {
    add(byKey, key(finding.ruleId, pathOfFinding(finding), fingerprintOf(finding)), finding);
    add(byPlace, key(finding.ruleId, pathOfFinding(finding)), finding);
  }
  const paths = new Set(findings.map(pathOfFinding));
  const opened = new Map<Finding, ExceptionEntry>();
  const problems: Problem[] = [];
  const unwritten = new Map<string, ExceptionEntry[]>();
  for (const entry of entries) {
    const wrong = [...timeProblems(entry, terms), ...approvalProblems(entry, terms)];
    const meant = byKey.get(key(entry.rule, entry.path, entry.fingerprint)) ?? [];
    const isRepeated = meant.some((finding) => opened.has(finding));
    const atPlace = byPlace.get(key(entry.rule, entry.path)) ?? [];
    wrong.push(...meaningProblems(entry, meant, isRepeated, atPlace, paths));
    problems.push(...wrong);
    if (wrong.length > 0) continue;
    for (const finding of meant) opened.set(finding, entry);
    const written = terms.authorship.get(entry) ?? NOT_ASKED;
    if (!written.known) unwritten.set(written.because, [...(unwritten.get(written.because) ?? []), entry]);
  }
  // Before a commit all entries have the same: one warning says it.
  for (const [because, [first, ...others]] of unwritten) {
    if (first !== undefined) problems.push(unknownAuthor(first, others.length, because));
  }
  return {
    open: findings.filter((finding) => !opened.has(finding)),
    excepted: findings.flatMap((finding) => {
      const entry = opened.get(finding);
      return entry === undefined ? [] : [{ finding, entry }];
    }),
    problems,
  };
}

function timeProblems(entry: ExceptionEntry, { today, maxDays }: Terms): readonly Problem[] {
  const { approvedOn, expiresOn } = entry;
  const [now, start, end] = [dayOf(today), dayOf(approvedOn), dayOf(expiresOn)];
  // The shape of an entry has been checked, and "today" where it was given.
  if (now === undefined || start === undefined || end === undefined) return [];
  const longest = `expected at most ${maxDays} days from \`approvedOn\``;
  const problems: Problem[] = [];
  if (end < now) {
    problems.push(
      at(entry, 'EXC2', `found \`expiresOn\` ${expiresOn}, and today is ${today}; expected a day to come`, [
        'Close the finding and take the entry out. If it has to stay open, have it approved anew: both dates, by somebody',
        'who does not own it.',
      ]),
    );
  }
  if (start > now) {
    problems.push(
      at(entry, 'EXC3', `found \`approvedOn\` ${approvedOn}, and today is ${today}; expected a day that has come`, [
        'Write the day of the approval.',
      ]),
    );
  } else if (end - start > maxDays || end < start) {
    const days = end - start;
    problems.push(
      at(entry, 'EXC3', `found ${days} days, from ${approvedOn} to ${expiresOn}; ${longest}`, [
        'Choose an earlier end; have it approved anew when that comes.',
      ]),
    );
  }
  return problems;
}

function approvalProblems(entry: ExceptionEntry, { authorship, requireHistory }: Terms): readonly Problem[] {
  const { owner, approver } = entry;
  const fix = 'Have it approved by somebody else, who then stands in `approver`.';
  if (sameBody(owner, approver)) {
    return [at(entry, 'EXC4', `found \`${approver}\` as owner and as approver; expected two different people`, [fix])];
  }
  const written = authorship.get(entry) ?? NOT_ASKED;
  if (!written.known) return requireHistory ? [{ ...unknownAuthor(entry, 0, written.because), id: 'EXC4' }] : [];
  const self = written.authors.find((author) => sameBody(author, approver));
  if (self === undefined) return [];
  const message = `found \`${approver}\` as approver and, by the git history, as author of the change; expected two different people`;
  return [at(entry, 'EXC4', message, [fix])];
}

const NOT_ASKED: Authorship = { known: false, because: 'nobody looked' };

function unknownAuthor(entry: ExceptionEntry, more: number, because: string): Problem {
  const which = more === 0 ? 'the entry' : `this and ${more} more entries`;
  return at(
    entry,
    'EXC9',
    `found nobody who wrote ${which} (${because}), so that it is not checked that the approver did not; expected the git history of the file`,
    ['Commit the change, and check it where the whole history is at hand: fetch all of it in CI.'],
  );
}

/** Whether an entry is for one finding that is there. */
function meaningProblems(
  entry: ExceptionEntry,
  meant: readonly Finding[],
  isRepeated: boolean,
  atPlace: readonly Finding[],
  paths: ReadonlySet<string>,
): readonly Problem[] {
  const { rule, path, principal } = entry;
  if (isRepeated) {
    const message = `found a second entry for \`${rule}\` at \`${path}\`; expected one`;
    return [at(entry, 'EXC7', message, ['Take one of the two out.'])];
  }
  if (meant.length > 0) {
    const [other] = meant.filter((finding) => principal !== undefined && finding.principal !== principal);
    if (other === undefined) return [];
    const message = `found the principal \`${principal}\`; expected \`${other.principal ?? 'none'}\`, as the finding has it`;
    return [at(entry, 'EXC6', message, [REWRITE])];
  }
  if (atPlace.length > 0) {
    const now = atPlace.map(({ message }) => message.split('; expected')[0]).join('; ');
    const message = `found another fingerprint than what is at \`${path}\` now (${now}); expected what was approved`;
    return [at(entry, 'EXC6', message, [REWRITE])];
  }
  if (/[*?]/.test(path) || [...paths].some((each) => each.startsWith(`${path.replace(/\/$/, '')}/`))) {
    const message = `found \`path\` \`${path}\`, which is not the place of one finding; expected the place that the finding shows`;
    return [at(entry, 'EXC5', message, ['Write an entry for each finding.'])];
  }
  const message = `found no finding of \`${rule}\` at \`${path}\`; expected one`;
  return [at(entry, 'EXC7', message, ['Take the entry out: it would open the finding if it came back.'])];
}

const REWRITE =
  'If it has to be like this, take the entry out, let `bulkhead check --write-exceptions` write a new one, and have that approved.';

function at({ line, rule }: ExceptionEntry, id: Problem['id'], message: string, fix: readonly string[]): Problem {
  return { id, line, message, fix: fix.join(' '), rule };
}

function key(...parts: readonly string[]): string {
  return JSON.stringify(parts);
}

function add(map: Map<string, Finding[]>, name: string, finding: Finding): void {
  const known = map.get(name);
  if (known === undefined) map.set(name, [finding]);
  else known.push(finding);
}
