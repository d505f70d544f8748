import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { dayOf } from '../../model/calendar';
import type { Finding } from '../../model/finding';
import { misuse } from '../../private/errors';
import { todayInUtc } from '../../private/today';
import type { RegisterJudgement } from './judge-register';
import type { Register } from './read-register';

/** How many days an exception may run, unless said otherwise. */
const MAX_DAYS = 90;

/** What is asked of the entries of a register. */
export interface ExceptionRegisterProps {
  /**
   * How many days an exception may run, from `approvedOn` to `expiresOn`. At least 1.
   *
   * @default 90
   */
  readonly maxDays?: number;
  /**
   * The day on which the entries are judged, an ISO date such as `2026-11-22`. Written into the evidence.
   *
   * @default - today's date in UTC
   */
  readonly today?: string;
  /**
   * Whether an acknowledgement of the CDK (`Validations.of(construct).acknowledge`) of a finding of
   * `LeastPrivilegeChecks` is a finding itself where it has no entry here, an empty reason, or stands at the app or at
   * a stage, where it silences everything below.
   *
   * @default false
   */
  readonly requireForAcknowledgements?: boolean;
  /**
   * Whether an entry opens nothing as long as git cannot tell who made the change that last touched it: outside of a
   * repository, before the commit, in a shallow clone.
   *
   * @default false - it is a warning
   */
  readonly requireHistory?: boolean;
}

/**
 * Findings that are left open for a while: a YAML file in which every entry has an owner, a reason, an end, and an
 * approver who neither owns it nor wrote it. Put the file into CODEOWNERS, so that a change of it needs the approval
 * that it names. Shape: `docs/exceptions.schema.json`; how to work with it: `docs/exceptions.md`.
 *
 * Entries that are incomplete, expired, self-approved, too broad, not used or not for what is found now open nothing
 * and are findings themselves, which nothing opens.
 */
export class ExceptionRegister {
  /**
   * Reads a register.
   *
   * @param path the file, relative to the folder in which the app is run
   * @throws BH5020 where the file cannot be read, BH5021 where a property is not as described. What is wrong inside of
   * the file is found at synth.
   */
  public static fromFile(path: string, props: ExceptionRegisterProps = {}): ExceptionRegister {
    return new ExceptionRegister(path, textOf(path), props);
  }

  /** The file, as it was given. */
  public readonly path: string;
  /** How many days an exception may run. */
  public readonly maxDays: number;
  /** The day on which the entries are judged. */
  public readonly today: string;
  /** Whether acknowledgements of the CDK need an entry. */
  public readonly requireForAcknowledgements: boolean;

  private readonly requireHistory: boolean;

  private constructor(
    path: string,
    private readonly text: string,
    props: ExceptionRegisterProps,
  ) {
    const { maxDays = MAX_DAYS, today = todayInUtc() } = props;
    const wrong =
      !Number.isInteger(maxDays) || maxDays < 1
        ? { what: `\`maxDays\` must be a whole number of at least 1, got ${maxDays}`, mend: 'give a number of days' }
        : dayOf(today) === undefined && {
            what: `\`today\` must be a date such as \`2026-11-22\`, got \`${today}\``,
            mend: 'give an ISO date, or leave it out',
          };
    if (wrong !== false) throw misuse(path, { code: 'BH5021', ...wrong });
    this.path = path;
    this.maxDays = maxDays;
    this.today = today;
    this.requireForAcknowledgements = props.requireForAcknowledgements ?? false;
    this.requireHistory = props.requireHistory ?? false;
  }

  /**
   * Judges the findings of one check and the entries that it answers for.
   *
   * @param answersFor whether the check answers for entries that name this rule
   * @internal
   */
  public _judge(findings: readonly Finding[], answersFor: (rule: string) => boolean): RegisterJudgement {
    const { judgeRegister } = require('./judge-register') as typeof import('./judge-register');
    const { historyOf } = require('./git-history') as typeof import('./git-history');
    const { maxDays, today, requireHistory } = this;
    return judgeRegister(findings, this._read(), { maxDays, today, requireHistory, answersFor }, historyOf());
  }

  /**
   * The register as it stands in the file.
   *
   * @internal
   */
  public _read(): Register {
    const { readRegister } = require('./read-register') as typeof import('./read-register');
    return readRegister(this.text, this.path);
  }

  /**
   * The text of the file.
   *
   * @internal
   */
  public _text(): string {
    return this.text;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (error) {
    throw misuse(path, {
      code: 'BH5020',
      what: `the register of exceptions cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      mend: 'give the path of the file, relative to the folder in which the app is run; `bulkhead check --write-exceptions` writes one',
    });
  }
}
