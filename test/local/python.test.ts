import { mkdtempSync, rmSync, writeFileSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findPython, NoPython, pinned } from '../../local/python';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A program that answers as a Python of some version would. */
function python(version: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'python-'));
  folders.push(folder);
  const file = join(folder, 'python');
  writeFileSync(file, `#!/bin/sh\necho ${file}\necho ${version}\n`);
  chmodSync(file, 0o755);
  return file;
}

describe('the Python for the emulator', () => {
  it('is the first that is new enough', () => {
    const good = python('3 12 1');
    expect(findPython([python('3 9 2'), good, python('3 13 0')])).toBe(good);
  });

  it('is asked for, with how to get it, where there is none', () => {
    expect(() => findPython(['no-such-python'])).toThrow(NoPython);
    expect(() => findPython([python('3 10 9')])).toThrow(/Python 3\.11 or newer, found .* is 3\.10\.9; install it/);
  });

  it('gets exact versions', () => {
    expect(pinned('ministack')).toMatch(/^\d+\.\d+\.\d+$/);
    expect(() => pinned('no-such-package')).toThrow('is not in');
  });
});
