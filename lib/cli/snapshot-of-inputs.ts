import { readInputs } from '../assembly/read';
import type { Problem, ReadResult } from '../assembly/read';
import { snapshotOf } from '../assembly/snapshot';
import type { TemplateSource } from '../assembly/template-source';
import type { Snapshot } from '../model/snapshot';
import { todayInUtc } from '../private/today';
import { UsageError } from './exit-code';
import type { InputOptions } from './inputs';
import type { Io } from './io';

/** How many of the files that were passed over are named. */
const NAMED = 5;

/** What was read, and whether it is all that was asked for. */
export interface ReadSnapshot {
  readonly snapshot: Snapshot;
  /** Whether a cloud assembly names templates that it does not have: then nobody can say that it holds. */
  readonly isIncomplete: boolean;
}

/**
 * Reads the inputs.
 *
 * @throws UsageError where anything of the inputs cannot be read; the message says which, where and why
 */
export function snapshotOfInputs(inputs: readonly string[], { env }: InputOptions, io: Io): ReadSnapshot {
  const placed = placing(env);
  const strict = readable(() => readInputs(inputs));
  // Where templates are missing and nothing else is wrong, the others are still worth a look.
  const read = strict.ok ? strict : readInputs(inputs, { allowMissingTemplates: true });
  if (!read.ok) throw new UsageError(read.problems.map(problemLine).join('\n'));
  if (strict.ok) tellSkipped(strict.skipped, io);
  else io.err(`${strict.problems.map(problemLine).join('\n')}\n`);
  return { snapshot: snapshotOf(read.sources.map(placed), todayInUtc()), isIncomplete: !strict.ok };
}

/** Says of a template where it is deployed, as far as its assembly did not. A template alone never does. */
function placing(env: string | undefined): (source: TemplateSource) => TemplateSource {
  if (env === undefined) return (source) => source;
  const [, account, region] = /^(?:aws:\/\/)?(\d{12})\/([a-z]+(?:-[a-z]+)+-\d+)$/.exec(env) ?? [];
  if (account === undefined || region === undefined) {
    throw new UsageError(
      `BH5038: --env is \`${env}\`; expected an account and a region, such as 111122223333/eu-west-1`,
    );
  }
  const isKnown = (name: string | undefined): boolean => name !== undefined && !name.startsWith('unknown-');
  return (source) => ({
    ...source,
    ...(isKnown(source.account) ? {} : { account }),
    ...(isKnown(source.region) ? {} : { region }),
  });
}

/** What the file system refuses on the way, such as to list a folder, is unreadable input and no fault of ours. */
function readable(read: () => ReadResult): ReadResult {
  try {
    return read();
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === undefined || path === undefined) throw error;
    throw new UsageError(problemLine({ file: path, place: '', reason: `cannot be read (${code})` }));
  }
}

/** `BH5010: cannot read FILE, PLACE: REASON`. */
export function problemLine({ file, place, reason }: Problem): string {
  return `BH5010: cannot read ${file}${place === '' ? '' : `, ${place}`}: ${reason}`;
}

function tellSkipped(skipped: readonly Problem[], io: Io): void {
  if (skipped.length === 0) return;
  const named = skipped.slice(0, NAMED).map(({ file }) => file);
  const more = skipped.length > NAMED ? ` and ${skipped.length - NAMED} more` : '';
  io.err(`note: no templates, and so passed over: ${named.join(', ')}${more}\n`);
}
