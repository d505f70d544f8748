import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../private/package-root';
import type { SecretlintAnswer, SecretlintQuestion } from '../private/vendor/secretlint-worker';
import { askWorker } from './sync-worker';

/** Texts are joined up to this length: a document each would cost a call each. */
const DOCUMENT_LENGTH = 400_000;

/**
 * What a text must have in it for any rule of the scanner to fire. INVARIANT: wider than the rules; a test compares
 * the list of rules that this was written for.
 */
const SUSPICIOUS = new RegExp(
  [
    'PRIVATE\\s?KEY',
    '_authToken',
    'npm_',
    'xox[a-z]-|xapp-|hooks\\.slack\\.com',
    '://[^\\s]*@',
    'sk-[a-z0-9]',
    'lin_api_',
    'SG\\.',
    'shp(pa|ca|at|ss)_',
    'gh[a-z]_|github_pat',
    'ops_ey',
    '"private_key"',
  ].join('|'),
  'i',
);
const AWS_SECRET = /[A-Za-z0-9/+=]{40}/;

/** A text and what it is called in the template. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** An access key id by itself: the scanner finds only its secret. */
export const ACCESS_KEY_ID = /\b(AKIA|ASIA)[A-Z0-9]{16}\b/;

/** Whether something could be found in a text; `by-name` where only in a place that is called a secret. */
export type Look = 'suspicious' | 'by-name' | 'harmless';

export function lookOf(text: string): Look {
  if (SUSPICIOUS.test(text) || ACCESS_KEY_ID.test(text)) return 'suspicious';
  if (!AWS_SECRET.test(text)) return 'harmless';
  return /secret/i.test(text) ? 'suspicious' : 'by-name';
}

/** What the rules find, in words. */
const WORDS: Readonly<Record<string, string>> = {
  'aws': 'AWS secret access key',
  'gcp': 'Google Cloud service account key',
  'privatekey': 'private key',
  'npm': 'npm token',
  'basicauth': 'password in a URL',
  'slack': 'Slack token',
  'sendgrid': 'SendGrid key',
  'shopify': 'Shopify key',
  'github': 'GitHub token',
  'openai': 'OpenAI key',
  'anthropic': 'Anthropic key',
  'linear': 'Linear key',
  '1password': '1Password token',
  'database-connection-string': 'password in a database connection string',
};

/** The scanner: a file that runs in a worker, and how long it may take. */
export interface Scanner {
  readonly file: string;
  readonly timeoutInMs: number;
}

/**
 * What each text looks like, by position; nothing for texts in which no secret was found.
 *
 * @throws BH9003 where the scanner could not run: not to know is no answer.
 */
export function secretsInTexts(
  texts: readonly NamedText[],
  scanner: Scanner = { file: workerFile(), timeoutInMs: 60_000 },
): ReadonlyMap<number, readonly string[]> {
  const { documents, starts } = documentsOf(texts);
  const found = new Map<number, readonly string[]>();
  for (const { document, start, rule } of documents.length === 0 ? [] : lint(documents, scanner)) {
    const index = indexAt(starts[document] ?? [], start);
    const looksLike = WORDS[rule.replace('@secretlint/secretlint-rule-', '')] ?? 'secret';
    const known = found.get(index) ?? [];
    if (!known.includes(looksLike)) found.set(index, [...known, looksLike]);
  }
  return found;
}

interface Start {
  readonly offset: number;
  readonly index: number;
}

/** Joins the texts to few documents: each on lines of its own, after its name, as some rules look at both. */
function documentsOf(texts: readonly NamedText[]): { documents: string[]; starts: Start[][] } {
  const documents: string[] = [];
  const starts: Start[][] = [];
  let lines: string[] = [];
  let offsets: Start[] = [];
  let length = 0;
  const close = (): void => {
    if (lines.length === 0) return;
    documents.push(lines.join(''));
    starts.push(offsets);
    [lines, offsets, length] = [[], [], 0];
  };
  for (const [index, { name, text }] of texts.entries()) {
    const line = `${name.replace(/[^A-Za-z0-9_.-]/g, '_')}="${text}"\n\n`;
    offsets.push({ offset: length, index });
    lines.push(line);
    length += line.length;
    if (length > DOCUMENT_LENGTH) close();
  }
  close();
  return { documents, starts };
}

function indexAt(starts: readonly Start[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (starts[middle].offset <= offset) low = middle;
    else high = middle - 1;
  }
  return starts[low].index;
}

function lint(
  documents: readonly string[],
  { file, timeoutInMs }: Scanner,
): Extract<SecretlintAnswer, { ok: true }>['found'] {
  const question: SecretlintQuestion = { documents };
  const answer = (() => {
    try {
      if (!existsSync(file)) return { ok: false, reason: 'its bundled code is missing from the package' } as const;
      return askWorker(file, question, timeoutInMs) as SecretlintAnswer;
    } catch (error) {
      return { ok: false, reason: error instanceof Error ? error.message : 'unknown' } as const;
    }
  })();
  if (answer.ok) return answer.found;
  throw new Error(
    `BH9003: the scan for secrets could not run (${answer.reason}); without it nothing is known about secrets in the templates; install the package again, or report this`,
  );
}

function workerFile(): string {
  return join(packageRoot(), 'dist', 'workers', 'secretlint-worker.js');
}
