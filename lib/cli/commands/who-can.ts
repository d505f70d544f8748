import { targetOf } from '../../engine/answers/target';
import { whoCan } from '../../engine/answers/who-can';
import { Option } from '../../private/vendor/commander';
import type { Command } from '../../private/vendor/commander';
import { whoCanJson } from '../../report/who-can-json';
import { whoCanText } from '../../report/who-can-text';
import { engineInput, found } from '../engine-input';
import { UsageError } from '../exit-code';
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

/** `bulkhead who-can`: every principal that is allowed an action on a resource, and why. */
export function whoCanCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('who-can')
    .summary('print who is allowed an action on a resource, and by which statements')
    .description(
      'Answers who is allowed an action on a resource, by its own permissions or by steps that it can take first.',
    )
    .argument('<action>', 'such as s3:GetObject; a pattern asks for any of its actions')
    .argument('<resource>', 'an ARN or a pattern of ARNs, a construct path, a logical id, or "GET /orders/{id}"');
  withPolicies(withInputs(command))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text'))
    .action((action: string, resource: string, inputs: string[], options: Options) => {
      checkAction(action);
      const { world, reach, whenFine } = engineInput(inputs, options, io);
      const asked = found(targetOf(resource, action, world), 'resource', resource);
      const answer = withLines(whoCan(world, reach, action, asked));
      io.out(options.format === 'json' ? whoCanJson(answer) : whoCanText(answer, styleOf(io)));
      done(whenFine);
    });
}

function checkAction(action: string): void {
  if (action === '*' || /^[a-z0-9*?-]+:[a-z0-9*?_]+$/i.test(action)) return;
  throw new UsageError(`BH5016: \`${action}\` is no action; expected a service and a name, such as s3:GetObject`);
}
