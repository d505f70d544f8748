import { existsSync, readFileSync } from 'node:fs';
import { historyOf } from '../checks/exceptions/git-history';
import { judgeRegister } from '../checks/exceptions/judge-register';
import { readRegister } from '../checks/exceptions/read-register';
import { withEntries } from '../checks/exceptions/write-entries';
import { dayOf } from '../model/calendar';
import type { Finding } from '../model/finding';
import { InvalidArgumentError } from '../private/vendor/commander';
import type { Command } from '../private/vendor/commander';
import type { CheckResult } from '../report/result';
import { UsageError } from './exit-code';
import type { Io } from './io';
import { problemLine } from './snapshot-of-inputs';

/** What a register is judged by. */
export interface RegisterOptions {
  readonly exceptions?: string;
  readonly maxDays: number;
  readonly requireHistory?: boolean;
  readonly today?: string;
}

/** Options about findings that are left open. */
export interface ExceptionOptions extends RegisterOptions {
  readonly writeExceptions?: string;
}

/** What a register is judged by. */
export function withRegister(command: Command): Command {
  return command
    .option('--exceptions <file>', 'leave the findings open that the register in this file names')
    .option('--max-days <days>', 'how many days an exception may run', wholeNumber, 90)
    .option('--require-history', 'an exception opens nothing unless git tells who wrote it (default: a warning)')
    .option('--today <date>', 'the day to judge by, such as 2026-11-22 (default: the date in UTC)', date);
}

export function withExceptions(command: Command): Command {
  return withRegister(command).option(
    '--write-exceptions <file>',
    'add an entry to fill in for every other finding to this file',
  );
}

/**
 * The result after the register: what is wrong with it are findings, too.
 *
 * @throws UsageError BH5010, BH5016, and BH5018 where history is required of no register
 */
export function afterExceptions(result: CheckResult, options: ExceptionOptions, io: Io): CheckResult {
  if (options.requireHistory === true && options.exceptions === undefined) {
    throw new UsageError('BH5018: `--require-history` is about the register; got no `--exceptions FILE`');
  }
  const judged = options.exceptions === undefined ? result : judgedBy(options.exceptions, result, options, io);
  if (options.writeExceptions !== undefined) write(options.writeExceptions, judged.findings, io);
  return judged;
}

function judgedBy(file: string, result: CheckResult, options: RegisterOptions, io: Io): CheckResult {
  const { maxDays, today = io.today, requireHistory = false } = options;
  const terms = { maxDays, today, requireHistory, answersFor: () => true };
  const register = readRegister(readText(file), file);
  const { open, excepted, problems } = judgeRegister(result.findings, register, terms, historyOf());
  return { ...result, findings: [...open, ...problems], excepted };
}

function write(file: string, findings: readonly Finding[], io: Io): void {
  // What is wrong with an exception is mended, not excepted.
  const open = findings.filter(({ ruleId }) => !/^Bulkhead-EXC\d+$/.test(ruleId));
  const written = withEntries(existsSync(file) ? readText(file) : undefined, open);
  if (!written.ok)
    throw new UsageError(`BH5016: entries cannot be written to ${file}:${written.line}: ${written.reason}`);
  if (written.added > 0 || !existsSync(file)) {
    try {
      io.writeFile(file, written.text);
    } catch (error) {
      throw new UsageError(`BH5016: entries cannot be written to ${file}: ${(error as Error).message}`);
    }
  }
  io.err(`${file}: ${written.added} new ${written.added === 1 ? 'entry' : 'entries'} to fill in\n`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const reason = `cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`;
    throw new UsageError(problemLine({ file, place: '', reason }));
  }
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new InvalidArgumentError('expected a whole number of days, at least 1');
  return Number(text);
}

function date(text: string): string {
  if (dayOf(text) === undefined) throw new InvalidArgumentError('expected a date such as 2026-11-22');
  return text;
}
