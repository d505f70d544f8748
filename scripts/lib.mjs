// What the scripts share: running a command visibly, and comparing generated text with what is committed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
export const env = { ...process.env, JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1' };

/** Runs a command from node_modules/.bin or the PATH in the root; throws when it fails. */
export function run(command, args, options = {}) {
  const local = join(root, 'node_modules/.bin', command);
  const result = spawnSync(existsSync(local) ? local : command, args, { cwd: root, env, stdio: 'inherit', ...options });
  if (result.error) throw result.error;
  if (result.status !== 0) {
    const output = [result.stdout, result.stderr].filter(Boolean).join('\n');
    throw new Error(
      `\`${command} ${args.join(' ')}\` failed with exit code ${result.status}${output ? `:\n${output}` : ''}`,
    );
  }
  return result;
}

/** The same beside what comes next, without showing what it says: the promise is broken when it fails, and says it. */
export function start(command, args) {
  const child = spawn(join(root, 'node_modules/.bin', command), args, {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => said.push(String(chunk)));
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status === 0) resolve();
      else reject(new Error(`\`${command} ${args.join(' ')}\` failed with exit code ${status}:\n${said.join('')}`));
    });
  });
  ended.catch(() => {});
  return ended;
}

/** Writes generated text, or with `check` throws when the committed file differs. */
export function generated(file, text, { check }) {
  const name = relative(root, file);
  if (check) {
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
    if (committed !== text) throw new Error(`${name} is stale; run \`npm run docs\` and commit it`);
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`wrote ${name}`);
}
