import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { historyOf } from '../../../lib/checks/exceptions/git-history';
import type { Authorship, ExceptionEntry } from '../../../lib/model/exception';
import { finding } from '../../report/sample';
import { Repository } from '../../support/repository';
import { entryFor } from './entry';

const NAME = 'bulkhead.exceptions.yaml';

/** Who last changed lines 2 and 3. */
function authorIn({ folder }: Repository, line = 2, lastLine = 3): Authorship | undefined {
  const file = join(folder, NAME);
  const entry: ExceptionEntry = entryFor(finding(), { file, line, lastLine });
  return historyOf()(file, [entry]).get(entry);
}

const commit = (repository: Repository, author: string, lines: readonly string[]): Repository =>
  repository.commit(author, NAME, `${lines.join('\n')}\n`);

const names = (authorship: Authorship | undefined): readonly string[] =>
  authorship?.known === true ? [...new Set(authorship.authors)].sort() : [`${authorship?.because}`];

describe('who wrote an exception, by git', () => {
  it('is the author of the last change of any of its lines', () => {
    const repository = commit(commit(new Repository(), 'ada', ['a', 'b', 'c', 'd']), 'bob', ['a', 'b', 'C', 'd']);
    expect(names(authorIn(repository))).toEqual(['bob', 'bob@example.com']);
  });

  it('is not who changes other lines', () => {
    const repository = commit(commit(new Repository(), 'ada', ['a', 'b', 'c', 'd']), 'bob', ['A', 'b', 'c', 'D', 'e']);
    expect(names(authorIn(repository))).toEqual(['ada', 'ada@example.com']);
  });

  it('is no other for a mailmap or a list of commits to ignore', () => {
    const repository = commit(new Repository(), 'ada', ['a', 'b', 'c']);
    writeFileSync(join(repository.folder, '.mailmap'), 'Carol <carol@example.com> <ada@example.com>\n');
    writeFileSync(join(repository.folder, 'ignored'), '');
    repository.git('config', 'blame.ignoreRevsFile', 'ignored');
    expect(names(authorIn(repository))).toContain('ada@example.com');
  });

  it('is not known before the commit', () => {
    const repository = commit(new Repository(), 'ada', ['a', 'b', 'c']);
    writeFileSync(join(repository.folder, NAME), 'a\nb\nchanged\n');
    expect(names(authorIn(repository))).toEqual(['the change is not committed yet']);
    writeFileSync(join(repository.folder, 'other.yaml'), 'a\nb\nc\n');
  });

  it('is not known where the history is cut off, and is behind the cut', () => {
    const origin = commit(commit(new Repository(), 'ada', ['a', 'b', 'c', 'd']), 'bob', ['a', 'b', 'c', 'D']);
    const folder = join(mkdtempSync(join(tmpdir(), 'bulkhead-git-')), 'clone');
    origin.git('clone', '-q', '--depth', '1', pathToFileURL(origin.folder).href, folder);
    const clone = new Repository(folder);
    expect(names(authorIn(clone))).toEqual(['the history is cut off: a shallow clone']);
    commit(clone, 'carol', ['a', 'B', 'C', 'D']);
    expect(names(authorIn(clone))).toEqual(['carol', 'carol@example.com']);
  });

  it('is not known outside of a repository, and without git', () => {
    const folder = mkdtempSync(join(tmpdir(), 'bulkhead-git-'));
    mkdirSync(join(folder, 'sub'));
    const entry = entryFor(finding());
    const [outside] = historyOf()(join(folder, 'sub', NAME), [entry]).values();
    expect(names(outside)).toEqual(['the file is in no git repository, or there is no git']);
    const [none] = historyOf(() => undefined)(NAME, [entry]).values();
    expect(none).toMatchObject({ known: false });
  });
});
