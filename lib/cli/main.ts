import { packageVersion } from '../private/package-version';
import { Command, CommanderError } from '../private/vendor/commander';
import { checkCommand } from './commands/check';
import { escalationsCommand } from './commands/escalations';
import { reportCommand } from './commands/report';
import { verifyEvidenceCommand } from './commands/verify-evidence';
import { verifyTrailCommand } from './commands/verify-trail';
import { whatCanCommand } from './commands/what-can';
import { whoCanCommand } from './commands/who-can';
import { EXIT, UsageError } from './exit-code';
import type { ExitCode } from './exit-code';
import type { Io } from './io';

const COMMANDS = [
  checkCommand,
  reportCommand,
  whoCanCommand,
  whatCanCommand,
  escalationsCommand,
  verifyEvidenceCommand,
  verifyTrailCommand,
];

const EXIT_CODES = `
Exit codes: 0 holds, 1 findings, 2 bad usage or unreadable input, 3 a fault of bulkhead.`;

/**
 * Runs the command line. What reads gigabytes takes its time: its exit code is a promise.
 *
 * @param argv without the names of node and the script
 */
export function main(argv: readonly string[], io: Io): ExitCode | Promise<ExitCode> {
  let code: ExitCode | Promise<ExitCode> = EXIT.HOLDS;
  const program = programOf(io);
  for (const command of COMMANDS) command(program, io, (result) => void (code = result));
  try {
    if (argv.length === 0) program.help({ error: true });
    program.parse([...argv], { from: 'user' });
    return typeof code === 'number' ? code : (code as Promise<ExitCode>).catch((error: unknown) => failure(error, io));
  } catch (error) {
    return failure(error, io);
  }
}

function programOf(io: Io): Command {
  return new Command('bulkhead')
    .description('Watertight compartments for APIs on AWS: checks and reports on synthesized CDK apps.')
    .version(packageVersion())
    .addHelpText('after', EXIT_CODES)
    .showHelpAfterError('(add --help for usage)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
}

function failure(error: unknown, io: Io): ExitCode {
  // commander has written its message already; help and version end with 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.HOLDS : EXIT.USAGE;
  if (error instanceof UsageError) {
    io.err(`${error.message}\n`);
    return EXIT.USAGE;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  io.err(`${/^BH9\d{3}/.test(message) ? '' : 'BH9006: '}${message}\n`);
  io.err('This is a fault of bulkhead, not of the input; nothing can be said about it. Please report it.\n');
  if ((io.env.BULKHEAD_DEBUG ?? '') !== '') io.err(`${stack}\n`);
  return EXIT.FAULT;
}
