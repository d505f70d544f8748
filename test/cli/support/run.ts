import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../../lib/cli/io';
import { main } from '../../../lib/cli/main';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly written: Readonly<Record<string, string>>;
}

/** Runs the command line in this process. */
export function run(argv: readonly string[], changes: Partial<Io> = {}): Run {
  const { code, ...rest } = start(argv, changes);
  if (typeof code !== 'number') throw new Error('this command is asynchronous');
  return { code, ...rest };
}

/** The same for a command that takes its time. */
export async function runToEnd(argv: readonly string[], changes: Partial<Io> = {}): Promise<Run> {
  const started = start(argv, changes);
  const code = await started.code;
  return { ...started, code };
}

function start(argv: readonly string[], changes: Partial<Io>) {
  let out = '';
  let err = '';
  const written: Record<string, string> = {};
  const code = main(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    writeFile: (file, text) => (written[file] = text),
    isTerminal: false,
    width: 120,
    today: '2026-11-22',
    env: {},
    ...changes,
  });
  return {
    code,
    get out() {
      return out;
    },
    get err() {
      return err;
    },
    written,
  };
}

/** Writes files to a new folder and gives their paths. */
export function files(contents: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-cli-'));
  return Object.fromEntries(
    Object.entries(contents).map(([name, text]) => {
      const file = join(folder, name);
      writeFileSync(file, text);
      return [name, file];
    }),
  );
}

/** An access key of a user: an error, whatever else changes. */
export const BAD = { Resources: { Key: { Type: 'AWS::IAM::AccessKey', Properties: { UserName: 'someone' } } } };
export const GOOD = { Resources: { Queue: { Type: 'AWS::SQS::Queue' } } };
