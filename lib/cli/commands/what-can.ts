import { whatCan } from '../../engine/answers/what-can';
import { Option } from '../../private/vendor/commander';
import type { Command } from '../../private/vendor/commander';
import { whatCanJson } from '../../report/what-can-json';
import { whatCanText } from '../../report/what-can-text';
import { engineInput, principalAsked } from '../engine-input';
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
}

/** `bulkhead what-can`: what one principal is allowed, and whom it can become. */
export function whatCanCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('what-can')
    .summary('print what a role or user is allowed, wildcards expanded, and whom it can become')
    .description('Answers what a role or user is allowed after every policy, and whom it can become.')
    .argument('<principal>', 'a construct path, a logical id or an ARN');
  withPolicies(withInputs(command))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((principal: string, inputs: string[], options: Options) => {
      const { world, reach, whenFine } = engineInput(inputs, options, io);
      const answer = withLines(whatCan(world, reach, principalAsked(principal, world)));
      io.out(options.format === 'json' ? whatCanJson(answer) : whatCanText(answer, styleOf(io)));
      done(whenFine);
    });
}
