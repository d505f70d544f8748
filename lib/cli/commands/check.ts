import type { Severity } from '../../model/finding';
import { packageVersion } from '../../private/package-version';
import { Option } from '../../private/vendor/commander';
import type { Command } from '../../private/vendor/commander';
import { findingsJson } from '../../report/findings-json';
import { findingsSarif } from '../../report/findings-sarif';
import { findingsText } from '../../report/findings-text';
import type { CheckResult } from '../../report/result';
import { analysisOf } from '../analysis-of';
import { afterExceptions, withExceptions } from '../exceptions';
import type { ExceptionOptions } from '../exceptions';
import { EXIT } from '../exit-code';
import type { ExitCode } from '../exit-code';
import { withInputs } from '../inputs';
import type { InputOptions } from '../inputs';
import type { Io } from '../io';
import { styleOf } from '../style-of';

type Format = 'text' | 'json' | 'sarif';
type FailOn = Severity | 'never';

interface Options extends InputOptions, ExceptionOptions {
  readonly format: Format;
  readonly failOn: FailOn;
}

/** `bulkhead check`: the findings of the rules. */
export function checkCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('check')
    .summary('judge synthesized templates by the least-privilege rules')
    .description('Judges cloud assemblies and CloudFormation templates by the least-privilege rules.');
  withExceptions(withInputs(command))
    .addOption(new Option('--format <format>', 'how to print').choices(['text', 'json', 'sarif']).default('text'))
    .addOption(
      new Option('--fail-on <severity>', 'exit with 1 on findings of at least this severity')
        .choices(['error', 'warning', 'never'])
        .default('error'),
    )
    .action((inputs: string[], options: Options) => {
      const { format, failOn, allowMissingTemplates } = options;
      const { result: found, isIncomplete } = analysisOf(inputs, options, io);
      const result = afterExceptions(found, options, io);
      io.out(render(result, format, io));
      if (fails(result, failOn)) done(EXIT.FINDINGS);
      else done(isIncomplete && allowMissingTemplates !== true ? EXIT.USAGE : EXIT.HOLDS);
    });
}

function render(result: CheckResult, format: Format, io: Io): string {
  if (format === 'json') return findingsJson(result);
  if (format === 'sarif') return findingsSarif(result, packageVersion());
  return findingsText(result, styleOf(io));
}

function fails({ findings }: CheckResult, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  return findings.some(({ severity }) => severity === 'error' || failOn === 'warning');
}
