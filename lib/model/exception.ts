import type { Finding } from './finding';

/** An entry of the register of exceptions: a finding that is left open for a while, by whom and why. */
export interface ExceptionEntry {
  /** `Bulkhead-IAM1`. */
  readonly rule: string;
  /** Where the finding is: the construct path; without one `template#logicalId`, else the template. */
  readonly path: string;
  /** Whose permission it is, where the finding tells it. */
  readonly principal?: string;
  /** The hash of what was approved: `v1:` and 64 hex digits. */
  readonly fingerprint: string;
  readonly reason: string;
  readonly ticket: string;
  readonly owner: string;
  /** An address of e-mail: a person, not a team. */
  readonly approver: string;
  /** The first day, `2026-11-22`. */
  readonly approvedOn: string;
  /** The last day. */
  readonly expiresOn: string;
  /** The file of the register and the lines of the entry, from 1. */
  readonly file: string;
  readonly line: number;
  readonly lastLine: number;
}

/** Who made the change that last touched an entry. */
export type Authorship =
  | { readonly known: true; readonly authors: readonly string[] }
  /** In words: `the file is in no git repository`. */
  | { readonly known: false; readonly because: string };

/** A finding that stays open, and by which entry. */
export interface Excepted {
  readonly finding: Finding;
  readonly entry: ExceptionEntry;
  /** Who wrote the entry, in words; absent where nobody looked. */
  readonly author?: string;
}
