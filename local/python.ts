import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../lib/private/package-root';

/** Where everything is that is made here; git ignores it. */
export const CACHE = join(packageRoot(), '.cache', 'local');
const REQUIREMENTS = join(packageRoot(), 'local', 'requirements.txt');
const OLDEST = [3, 11] as const;

/** There is no Python that would do. */
export class NoPython extends Error {
  public override readonly name = 'NoPython';
}

/** A Python of this machine, 3.11 or newer. @throws NoPython */
export function findPython(
  candidates: readonly string[] = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python'],
): string {
  const seen: string[] = [];
  for (const candidate of candidates) {
    const { stdout, status } = spawnSync(
      candidate,
      ['-c', 'import sys; print(sys.executable); print(*sys.version_info[:3])'],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0) continue;
    const [path, version] = stdout.trim().split('\n');
    const [major, minor] = version.split(' ').map(Number);
    if (major === OLDEST[0] && minor >= OLDEST[1]) return path;
    seen.push(`${candidate} is ${version.replaceAll(' ', '.')}`);
  }
  throw new NoPython(
    `the emulator needs Python ${OLDEST.join('.')} or newer, found ${seen.join(', ') || 'none'}; install it (Debian: \`apt-get install python3 python3-venv\`, macOS: \`brew install python\`) so that \`python3\` is it`,
  );
}

/** A folder of this process for one run. Those of processes that were killed are taken away first. */
export function runFolder(name: string): string {
  mkdirSync(CACHE, { recursive: true });
  for (const each of readdirSync(CACHE)) {
    const owner = /^(?:run|work)-(\d+)-/.exec(each)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) rmSync(join(CACHE, each), { recursive: true, force: true });
  }
  return mkdtempSync(join(CACHE, `${name}-${process.pid}-`));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The pinned version of a package in the requirements. */
export function pinned(name: string): string {
  const found = new RegExp(`^${name}==(\\S+)`, 'm').exec(readFileSync(REQUIREMENTS, 'utf8'))?.[1];
  if (found === undefined) throw new Error(`${name} is not in ${REQUIREMENTS}`);
  return found;
}

/**
 * The Python of a virtual environment with just the packages of `requirements.txt`, each with its hash. Made once,
 * and again when the requirements or the Python change; nothing outside of the project's folder is touched.
 */
export async function pythonEnvironment(progress: (line: string) => void = () => {}): Promise<string> {
  const base = findPython();
  const stamp = createHash('sha256').update(readFileSync(REQUIREMENTS)).update(base).digest('hex').slice(0, 16);
  const folder = join(CACHE, `.venv-${stamp}`);
  const python = join(folder, 'bin', 'python');
  if (existsSync(join(folder, 'complete'))) return python;
  progress(`installing ministack ${pinned('ministack')} for ${base}, once`);
  mkdirSync(CACHE, { recursive: true });
  // Made beside, and moved when complete: a set-up that is cut off leaves nothing that looks like one.
  const made = `${folder}.${process.pid}`;
  try {
    const wheel = bundledPip(base);
    await run(base, ['-m', 'venv', ...(wheel === undefined ? [] : ['--without-pip']), made]);
    const pip = wheel === undefined ? ['-m', 'pip'] : [join(wheel, 'pip')];
    await run(join(made, 'bin', 'python'), [
      ...pip,
      'install',
      '--quiet',
      '--require-hashes',
      '--no-deps',
      '--only-binary=:all:',
      '--no-compile',
      '--disable-pip-version-check',
      '--requirement',
      REQUIREMENTS,
    ]);
    writeFileSync(join(made, 'complete'), '');
    if (!existsSync(folder)) renameSync(made, folder);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return python;
}

/** The pip that comes with Python as a wheel: running it in place saves the six seconds of installing it. */
function bundledPip(python: string): string | undefined {
  const script =
    'import ensurepip, pathlib; print(next(iter(pathlib.Path(ensurepip.__file__).parent.glob("_bundled/pip-*.whl")), ""))';
  const { stdout, status } = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  const found = status === 0 ? stdout.trim() : '';
  return found === '' ? undefined : found;
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed:\n${output.join('').trim()}`);
}
