import type { Excepted, ExceptionEntry } from '../../model/exception';
import type { Finding } from '../../model/finding';
import type { History } from './git-history';
import { judgeEntries } from './judge-entries';
import type { Terms } from './judge-entries';
import { problemFinding } from './problem';
import type { Register } from './read-register';

/** What is left open, what stays open, and what is wrong with the register. */
export interface RegisterJudgement {
  readonly open: readonly Finding[];
  readonly excepted: readonly Excepted[];
  /** As findings. */
  readonly problems: readonly Finding[];
  /** In words, of the entries that were judged. */
  readonly authorship: ReadonlyMap<ExceptionEntry, string>;
}

export interface RegisterTerms extends Omit<Terms, 'authorship'> {
  /** Whether the check that asks answers for entries of this rule. Entries of others are left to others. */
  readonly answersFor: (rule: string) => boolean;
}

/** Judges a register against the findings of one check. */
export function judgeRegister(
  findings: readonly Finding[],
  register: Register,
  { answersFor, ...terms }: RegisterTerms,
  history: History,
): RegisterJudgement {
  const entries = register.entries.filter(({ rule }) => answersFor(rule));
  const authorship = history(register.file, entries);
  const { open, excepted, problems } = judgeEntries(findings, entries, { ...terms, authorship });
  const shape = register.problems.filter(({ rule = '' }) => rule === '' || answersFor(rule));
  const authors = new Map(
    entries.map((entry) => {
      const written = authorship.get(entry);
      return [entry, written?.known === true ? written.authors.join(', ') : `not known: ${written?.because ?? ''}`];
    }),
  );
  return {
    open,
    excepted: excepted.map((each) => ({ ...each, author: authors.get(each.entry) })),
    problems: [...shape, ...problems]
      .sort((one, other) => one.line - other.line)
      .map((each) => problemFinding(each, register.file)),
    authorship: authors,
  };
}
