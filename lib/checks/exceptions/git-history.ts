import { spawnSync } from 'node:child_process';
import { basename, dirname, resolve } from 'node:path';
import type { Authorship, ExceptionEntry } from '../../model/exception';

/** Runs git in a folder and gives what it prints; `undefined` where it fails or is not there. */
export type Git = (folder: string, ...args: readonly string[]) => string | undefined;

/** Tells who last changed entries of a register. Handed in, so that entries are judged without git in tests. */
export type History = (file: string, entries: readonly ExceptionEntry[]) => ReadonlyMap<ExceptionEntry, Authorship>;

const systemGit: Git = (folder, ...args) => {
  const { status, stdout } = spawnSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return status === 0 ? stdout : undefined;
};

interface BlamedLine {
  readonly commit: string;
  readonly authors: readonly string[];
}

const NOT_COMMITTED = /^0+$/;

/**
 * Who made the change that last touched each entry, by `git blame`: of all commits that its lines come from, the latest
 * one. Git believes what an author says about himself; protected branches and signed commits are what makes it true.
 */
export function historyOf(git: Git = systemGit): History {
  return (file, entries) => {
    const all = (because: string): ReadonlyMap<ExceptionEntry, Authorship> =>
      new Map(entries.map((entry) => [entry, { known: false, because }]));
    const folder = dirname(resolve(file));
    const name = basename(file);
    if (entries.length === 0) return new Map();
    const isShallow = git(folder, 'rev-parse', '--is-shallow-repository');
    if (isShallow === undefined) return all('the file is in no git repository, or there is no git');
    // Which commits count is for nobody's settings to say.
    const blame = git(folder, '-c', 'blame.ignoreRevsFile=', 'blame', '--porcelain', '--', name);
    if (blame === undefined) return all('the file is not in the git repository');
    const lines = withWrittenNames(blamedLines(blame), folder, git);
    const order = (git(folder, 'rev-list', '--topo-order', 'HEAD', '--', name) ?? '').split('\n');
    const cut = isShallow.trim() === 'true' ? boundaries(blame) : new Set<string>();
    return new Map(entries.map((entry) => [entry, authorshipOf(entry, lines, order, cut)]));
  };
}

function authorshipOf(
  { line, lastLine }: ExceptionEntry,
  lines: ReadonlyMap<number, BlamedLine>,
  order: readonly string[],
  cut: ReadonlySet<string>,
): Authorship {
  const touched = new Map<string, BlamedLine>();
  for (let at = line; at <= lastLine; at++) {
    const blamed = lines.get(at);
    if (blamed === undefined || NOT_COMMITTED.test(blamed.commit)) {
      return { known: false, because: 'the change is not committed yet' };
    }
    if (cut.has(blamed.commit)) return { known: false, because: 'the history is cut off: a shallow clone' };
    touched.set(blamed.commit, blamed);
  }
  const known = [...touched.keys()].filter((commit) => order.includes(commit));
  const latest = known.sort((one, other) => order.indexOf(one) - order.indexOf(other))[0];
  // A commit that the list does not have cannot be put in order: then each of them may be the latest.
  const counted = known.length < touched.size || latest === undefined ? [...touched.keys()] : [latest];
  return { known: true, authors: [...new Set(counted.flatMap((commit) => touched.get(commit)?.authors ?? []))] };
}

/** The lines of the file as it is now, from 1. */
function blamedLines(porcelain: string): ReadonlyMap<number, BlamedLine> {
  const authors = new Map<string, string[]>();
  const lines = new Map<number, BlamedLine>();
  let commit = '';
  let at = 0;
  for (const line of porcelain.split('\n')) {
    const [, hash, final] = /^([0-9a-f]{40,64}) \d+ (\d+)/.exec(line) ?? [];
    const [, value] = /^author(?:-mail)? <?(.*?)>?$/.exec(line) ?? [];
    if (line.startsWith('\t')) lines.set(at, { commit, authors: authors.get(commit) ?? [] });
    else if (hash !== undefined) {
      commit = hash;
      at = Number(final);
    } else if (value !== undefined) authors.set(commit, [...(authors.get(commit) ?? []), value]);
  }
  return lines;
}

/** A `.mailmap` of the repository may give a commit to somebody else: the names as committed count as well. */
function withWrittenNames(
  lines: ReadonlyMap<number, BlamedLine>,
  folder: string,
  git: Git,
): ReadonlyMap<number, BlamedLine> {
  const commits = [...new Set([...lines.values()].map(({ commit }) => commit))].filter(
    (each) => !NOT_COMMITTED.test(each),
  );
  if (commits.length === 0) return lines;
  const log = git(folder, 'log', '--no-walk=unsorted', '--format=%H%x09%an%x09%ae', ...commits) ?? '';
  const names = new Map(log.split('\n').map((line) => [line.split('\t')[0] ?? '', line.split('\t').slice(1)]));
  return new Map(
    [...lines].map(([at, { commit, authors }]) => [
      at,
      { commit, authors: [...authors, ...(names.get(commit) ?? [])] },
    ]),
  );
}

/** The commits behind which a shallow clone has no history. */
function boundaries(porcelain: string): ReadonlySet<string> {
  const found = new Set<string>();
  let commit = '';
  for (const line of porcelain.split('\n')) {
    if (line.startsWith('\t')) continue;
    commit = /^([0-9a-f]{40,64}) /.exec(line)?.[1] ?? commit;
    if (line === 'boundary') found.add(commit);
  }
  return found;
}
