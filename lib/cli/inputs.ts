import type { Command } from '../private/vendor/commander';

/** Options of every command that reads templates. */
export interface InputOptions {
  readonly allowMissingTemplates?: boolean;
  /** `111122223333/eu-west-1` */
  readonly env?: string;
}

/** Adds the inputs, and the option that says what is not asked of them. */
export function withInputs(command: Command): Command {
  return command
    .argument('<input...>', 'cloud assembly folders, or templates in JSON or YAML')
    .option(
      '--allow-missing-templates',
      'do not exit with 2 because a cloud assembly names templates that it does not have',
    )
    .option(
      '--env <account/region>',
      'where templates are deployed of which no cloud assembly says it, such as 111122223333/eu-west-1',
    );
}
