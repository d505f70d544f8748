// What the scripts share: running a command visibly, and comparing generated text with what is committed.
import { spawnSync } from 'node:child_process';
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
