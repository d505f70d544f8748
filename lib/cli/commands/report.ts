import { extname } from 'node:path';
import { accessMatrixOf, rolesOf } from '../../engine/declared/access-matrix-of';
import { credentialsOf } from '../../engine/declared/credentials-of';
import { separationOf } from '../../engine/duties/separation-of';
import { writeOnceOf } from '../../engine/duties/write-once-of';
import type { DeclaredCredential } from '../../model/declared';
import type { Snapshot } from '../../model/snapshot';
import type { Command } from '../../private/vendor/commander';
import { inventoryJson, inventoryMarkdown } from '../../report/inventory';
import { inventoryText } from '../../report/inventory-text';
import { reportJson } from '../../report/report-json';
import { reportMarkdown } from '../../report/report-markdown';
import { reportText } from '../../report/report-text';
import type { CheckResult, ReportResult } from '../../report/result';
import { analysisOf } from '../analysis-of';
import { afterExceptions, withRegister } from '../exceptions';
import type { RegisterOptions } from '../exceptions';
import { EXIT, UsageError } from '../exit-code';
import type { ExitCode } from '../exit-code';
import { withInputs } from '../inputs';
import type { InputOptions } from '../inputs';
import type { Io } from '../io';
import { leftOpenOf } from '../left-open';
import { styleOf } from '../style-of';

interface Options extends InputOptions, RegisterOptions {
  readonly out?: string;
  readonly inventory?: boolean;
}

/** Of the credentials alone. */
const INVENTORY_WRITERS: Readonly<Record<string, (credentials: readonly DeclaredCredential[]) => string>> = {
  '.md': inventoryMarkdown,
  '.json': inventoryJson,
};

const WRITERS: Readonly<Record<string, (result: ReportResult) => string>> = {
  '.md': reportMarkdown,
  '.json': reportJson,
};

/** `bulkhead report`: access matrix, credentials, roles, duties, findings and what is left open. Findings do not change its exit code. */
export function reportCommand(program: Command, io: Io, done: (code: ExitCode) => void): void {
  const command = program
    .command('report')
    .summary('print who may call what, who has the keys, and the findings')
    .description(
      'Reports on cloud assemblies and CloudFormation templates: access matrix, credentials, roles, duties, findings, and what is left open.',
    );
  withRegister(withInputs(command))
    .option('--out <file>', 'write to a file that ends in .md or .json, instead of text to the terminal')
    .option('--inventory', 'the credentials alone: owner, purpose, end, interval, and who can read them')
    .action((inputs: string[], options: Options) => {
      const { out, allowMissingTemplates, exceptions } = options;
      // Before the analysis, which may take a while.
      const writer = out === undefined ? undefined : writerFor(out, WRITERS);
      const inventoryWriter = out === undefined ? undefined : writerFor(out, INVENTORY_WRITERS);
      const { result, snapshot, isIncomplete } = analysisOf(inputs, options, io);
      if (options.inventory === true) {
        const credentials = credentialsOf(snapshot);
        if (out === undefined || inventoryWriter === undefined) io.out(inventoryText(credentials, styleOf(io)));
        else write(io, out, inventoryWriter(credentials));
        done(isIncomplete && allowMissingTemplates !== true ? EXIT.USAGE : EXIT.HOLDS);
        return;
      }
      const judged = afterExceptions(result, options, io);
      const leftOpen = leftOpenOf(inputs, exceptions, judged.excepted);
      const report = { ...withDeclared(judged, snapshot), leftOpen };
      if (out === undefined || writer === undefined) io.out(reportText(report, styleOf(io)));
      else write(io, out, writer(report));
      done(isIncomplete && allowMissingTemplates !== true ? EXIT.USAGE : EXIT.HOLDS);
    });
}

function writerFor<T>(file: string, writers: Readonly<Record<string, T>>): T {
  const writer = writers[extname(file).toLowerCase()];
  if (writer === undefined) {
    throw new UsageError(
      `BH5011: a report cannot be written to \`${file}\`; got the ending \`${extname(file)}\`, expected ${Object.keys(WRITERS).join(' or ')}`,
    );
  }
  return writer;
}

function write(io: Io, file: string, text: string): void {
  try {
    io.writeFile(file, text);
  } catch (error) {
    throw new UsageError(`BH5012: the report cannot be written to \`${file}\`: ${(error as Error).message}`);
  }
  io.err(`wrote ${file}\n`);
}

function withDeclared(result: CheckResult, snapshot: Snapshot): ReportResult {
  return {
    ...result,
    declared: { roles: rolesOf(snapshot), access: accessMatrixOf(snapshot), credentials: credentialsOf(snapshot) },
    separation: separationOf(snapshot),
    writeOnce: writeOnceOf(snapshot),
  };
}
