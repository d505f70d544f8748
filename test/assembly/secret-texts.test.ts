import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { secretsInTexts } from '../../lib/assembly/secret-texts';

const TEXTS = [{ name: 'A', text: 'hunter2-hunter2-hunter2' }];

describe('secretsInTexts', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'bulkhead-scan-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function scanner(code: string): { file: string; timeoutInMs: number } {
    const file = join(folder, `${code.length}.js`);
    writeFileSync(file, code);
    return { file, timeoutInMs: 400 };
  }

  it('says for each text what it looks like, and nothing where nothing was found', () => {
    const token = ['ghp', 'a1B2'.repeat(9)].join('_');
    const found = secretsInTexts([...TEXTS, { name: 'B', text: token }, { name: 'C', text: `x\n\n${token}` }]);
    expect([...found]).toEqual([
      [1, ['GitHub token']],
      [2, ['GitHub token']],
    ]);
  });

  it.each([
    ['is missing', { file: '/nowhere/worker.js', timeoutInMs: 400 }],
    ['does not answer', undefined],
    ['fails', 'throw new Error("hunter2")'],
    [
      'answers that it failed',
      'const { workerData: d } = require("worker_threads"); d.port.postMessage({ ok: false, reason: "x" }); Atomics.store(d.signal, 0, 1); Atomics.notify(d.signal, 0);',
    ],
  ])('throws where the scanner %s: not to know is no answer', (_, how) => {
    const use = typeof how === 'object' ? how : scanner(how ?? 'setTimeout(() => {}, 1000)');
    expect(() => secretsInTexts(TEXTS, use)).toThrow(/^BH9003: (?!.*hunter2)/);
  });

  it('starts no scanner where there is nothing to look at', () => {
    expect(secretsInTexts([], { file: '/nowhere/worker.js', timeoutInMs: 1 }).size).toBe(0);
  });
});
