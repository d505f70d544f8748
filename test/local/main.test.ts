import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../lib/private/package-root';
import { CACHE } from '../../local/python';
import { reasonToSkip } from './scene';

const script = join(packageRoot(), 'scripts', 'local.mjs');

/** The folders of a process. */
function foldersOf(pid: number | undefined): string[] {
  return readdirSync(CACHE).filter((name) => new RegExp(`^(run|work)-${pid}-`).test(name));
}

describe('npm run local', () => {
  it('says how to get Python where there is none, and ends with 2', () => {
    const nowhere = mkdtempSync(join(tmpdir(), 'nowhere-'));
    try {
      const { status, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { PATH: nowhere } });
      expect(stderr).toContain('the emulator needs Python 3.11 or newer, found none; install it');
      expect(status).toBe(2);
    } finally {
      rmSync(nowhere, { recursive: true, force: true });
    }
  });

  it.skipIf(reasonToSkip() !== undefined)(
    'leaves no process and no file when it is stopped',
    async () => {
      const dead = join(CACHE, 'run-4194305-left');
      mkdirSync(dead, { recursive: true });
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      const ended = new Promise<number | null>((resolve) => child.on('close', (code) => resolve(code)));
      const running = new Promise<void>((resolve) => {
        child.stdout.on('data', (chunk: Buffer) => {
          said += chunk.toString();
          if (said.includes('emulator and guard')) resolve();
        });
      });
      await Promise.race([running, ended]);
      const made = foldersOf(child.pid);
      expect(made).toHaveLength(2);
      if (process.platform === 'linux') expect(processesIn(made)).not.toEqual([]);
      child.kill('SIGINT');
      expect(await ended).toBe(130);
      expect(said).toContain('stopped by SIGINT');
      expect(foldersOf(child.pid)).toEqual([]);
      expect(processesIn(made)).toEqual([]);
      // What a killed process left is taken away by the next one: no process has such a number.
      expect(existsSync(dead)).toBe(false);
    },
    // Where the emulator has yet to be installed, most of it is that.
    180_000,
  );
});

/** Processes whose working folder is, or was, in one of these; Linux tells. */
function processesIn(names: readonly string[]): string[] {
  if (!existsSync('/proc/self/cwd')) return [];
  return readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .flatMap((pid) => {
      try {
        const folder = readlinkSync(`/proc/${pid}/cwd`);
        return names.some((name) => folder.includes(name)) ? [folder] : [];
      } catch {
        return [];
      }
    });
}
