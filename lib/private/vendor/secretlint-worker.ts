// Runs in a worker: looks for secrets in documents. Bundled with secretlint into one file.
import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** What the worker is asked. */
export interface SecretlintQuestion {
  readonly documents: readonly string[];
}

/** INVARIANT: no text of a document is in the answer, only where something was found and by which rule. */
export type SecretlintAnswer =
  | { readonly ok: true; readonly found: readonly SecretlintHit[] }
  | { readonly ok: false; readonly reason: string };

export interface SecretlintHit {
  readonly document: number;
  readonly start: number;
  readonly rule: string;
}

async function scan(documents: readonly string[]): Promise<readonly SecretlintHit[]> {
  const [{ lintSource }, { rules }] = await Promise.all([
    import('@secretlint/core'),
    import('@secretlint/secretlint-rule-preset-recommend'),
  ]);
  // Its profiler keeps every mark and searches all of them at each new one.
  performance.mark = () => undefined as never;
  // Without the rule for comments: a comment in a template must not switch the scan off.
  const scanners = rules.filter(({ meta }) => !meta.id.endsWith('filter-comments'));
  const config = { rules: scanners.map((rule) => ({ id: rule.meta.id, rule: rule as never })) };
  const found: SecretlintHit[] = [];
  for (const [document, content] of documents.entries()) {
    const { messages } = await lintSource({
      source: { filePath: '/template.txt', content, ext: '.txt', contentType: 'text' },
      options: { noPhysicFilePath: true, config },
    });
    for (const each of messages) found.push({ document, start: each.range[0], rule: each.ruleId });
  }
  return found;
}

async function answer({ port, signal, question }: WorkerData): Promise<void> {
  let message: SecretlintAnswer;
  try {
    message = { ok: true, found: await scan(question.documents) };
  } catch (error) {
    // Only what kind of error: its message could quote a document.
    message = { ok: false, reason: error instanceof Error ? error.name : 'unknown' };
  }
  port.postMessage(message);
  Atomics.store(signal, 0, 1);
  Atomics.notify(signal, 0);
}

interface WorkerData {
  readonly port: MessagePort;
  readonly signal: Int32Array;
  readonly question: SecretlintQuestion;
}

const data = workerData as WorkerData | null;
if (data !== null && 'signal' in data) void answer(data);
