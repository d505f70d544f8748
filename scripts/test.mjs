// `npm test`: the tests run on the sources while the compiler runs beside them, which leaves a core idle most of its
// time. Those of the packed package wait for it (test/support/built.ts). Arguments are those of vitest.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterCompiler, COMPILER } from './build.mjs';
import { bundleFunctions } from './bundle.mjs';
import { env, root, start } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-build-'));
const outcome = join(folder, 'outcome');
try {
  const functions = await bundleFunctions();
  const tests = vitest(process.argv.slice(2));
  const failure = await compile(functions);
  writeFileSync(outcome, failure === undefined ? 'built' : 'failed');
  const status = await tests;
  if (failure !== undefined) console.error(`\nThe build failed: ${failure.message}`);
  process.exitCode = status === 0 && failure !== undefined ? 1 : status;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function compile(functions) {
  try {
    await start(...COMPILER);
    await afterCompiler(functions);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Its exit code. */
function vitest(args) {
  // With more room for what is young, a tenth less time goes into collecting it.
  const options = ['--max-semi-space-size=32', join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...args];
  const child = spawn(process.execPath, options, {
    cwd: root,
    env: { ...env, CDK_BULKHEAD_BUILD: outcome },
    stdio: 'inherit',
  });
  return new Promise((resolve) => {
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 1));
  });
}
