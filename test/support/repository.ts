import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A git repository that goes with the test, in which people commit files. */
export class Repository {
  public constructor(public readonly folder = mkdtempSync(join(tmpdir(), 'bulkhead-git-'))) {
    this.git('init', '-q');
  }

  /** @param author the name; the address is that at example.com */
  public commit(author: string, name: string, text: string): this {
    writeFileSync(join(this.folder, name), text);
    this.git('add', '.');
    const who = ['-c', `user.name=${author}`, '-c', `user.email=${author}@example.com`];
    this.git(...who, '-c', 'commit.gpgsign=false', 'commit', '-q', '-m', 'change');
    return this;
  }

  public git(...args: readonly string[]): void {
    const { status, stderr } = spawnSync('git', ['-C', this.folder, ...args], { encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
  }
}
