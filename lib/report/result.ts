import type { Declared } from '../model/declared';
import type { Excepted } from '../model/exception';
import type { Finding, Severity } from '../model/finding';
import type { LeftOpen } from '../model/left-open';
import type { Separation } from '../model/separation';
import type { WriteOnce } from '../model/write-once';

/** What a check found, as plain data. */
export interface CheckResult {
  readonly findings: readonly Finding[];
  /** The templates that were read, as they were given. */
  readonly files: readonly string[];
  /** How many resources they hold. */
  readonly resources: number;
  /** What exceptions leave open, and by which entry; absent where no register was given. */
  readonly excepted?: readonly Excepted[];
}

/** A check and what was declared. */
export interface ReportResult extends CheckResult {
  readonly declared: Declared;
  /** Which duties must be apart, and who has which. Absent where it was not asked for. */
  readonly separation?: Separation;
  /** Whether anybody can tamper with the audit record. Absent where it was not asked for. */
  readonly writeOnce?: WriteOnce;
  /** What somebody left open. Absent where it was not asked for. */
  readonly leftOpen?: LeftOpen;
}

/** Counts of a check. */
export interface Summary {
  readonly findings: number;
  readonly bySeverity: Readonly<Record<Severity, number>>;
  /** By rule id, sorted; only rules with findings. */
  readonly byRule: Readonly<Record<string, number>>;
  readonly files: number;
  readonly resources: number;
}

/** The version of our JSON formats: raised when a field changes its meaning or goes. */
export const JSON_VERSION = 1;
