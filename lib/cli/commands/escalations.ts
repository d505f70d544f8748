import { escalationsOf, unreadIn } from '../../engine/answers/escalations-of';
import { Option } from '../../private/vendor/commander';
import type { Command } from '../../private/vendor/commander';
import { escalationsJson } from '../../report/escalations-json';
import { escalationsText } from '../../report/escalations-text';
import { engineInput, principalAsked, sourceAsked } from '../engine-input';
import { EXIT } from '../exit-code';
import type { ExitCode } from '../exit-code';
import { withInputs } from '../inputs';
import type { InputOptions } from '../inputs';
import type { Io } from '../io';
import { withLines } from '../lines-of-files';
import { withPolicies } from '../organization-policies';
import type { PolicyOptions } from '../organization-policies';
import { styleOf } from '../style-of';

interface Options extends InputOptions, PolicyOptions {
  readonly format: 'text' | 'json';
  readonly from?: string;
  readonly to?: string;
}

/** `bulkhead escalations`: who comes further than its own permissions say, step by step. */
export function escalationsCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('escalations')
    .summary('print who can become somebody else or administrator, step by step')
    .description(
      'Finds every role and user that comes further than its own permissions say, and everybody outside of the templates whom their policies let in. Exits with 1 if any does.',
    );
  withPolicies(withInputs(command))
    .option(
      '--from <principal>',
      'only by this role or user, or by somebody outside: a construct path, a logical id or an ARN',
    )
    .option('--to <goal>', 'only to "admin", or to this role or user')
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((inputs: string[], options: Options) => {
      const { world, reach, whenFine } = engineInput(inputs, options, io);
      const { from, to } = options;
      const found = escalationsOf(world, reach, {
        ...(from === undefined ? {} : { from: sourceAsked(from, world, reach) }),
        ...(to === undefined ? {} : { to: to === 'admin' ? to : principalAsked(to, world) }),
      });
      const answer = withLines(found);
      const unread = unreadIn(world);
      io.out(
        options.format === 'json' ? escalationsJson(answer, unread) : escalationsText(answer, unread, styleOf(io)),
      );
      done(answer.length > 0 ? EXIT.FINDINGS : whenFine);
    });
}
