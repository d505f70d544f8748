// `npm run check`: all that CI asks besides the tests. Every step runs; the end says which failed. With `--built` the
// build is taken as it is.
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { completeLock } from './complete-lock.mjs';
import { docBlocks } from './doc-blocks.mjs';
import { docs } from './docs.mjs';
import { root, run, start } from './lib.mjs';

/** Unpacked, without peers: the budget of docs/architecture.md. */
const PACKAGE_BUDGET_MB = 5;
const LAMBDA_BUDGET_KB = 50;
/** With the engine inside (ADR 11). */
const REVIEW_BUDGET_KB = 400;

const isBuilt = process.argv.includes('--built');
/** It takes longest: beside the others, and waited for at the end. */
let types;

const steps = {
  'package-lock.json names the packages of every platform': () => completeLock({ check: true }),
  ...(isBuilt ? {} : { build: () => run('npm', ['run', 'build', '--silent']) }),
  'types of the tests: begun': () => void (types = start('tsc', ['-p', 'test'])),
  'lint: imports, cycles, promises, unused variables': () => run('oxlint', ['--type-aware', '--deny-warnings']),
  'lint: unused files, exports and dependencies': () => run('knip', []),
  'format': () => run('biome', ['format']),
  'API.md, docs/rules and docs/techniques.md are fresh': () => docs({ check: true }),
  'every ts block of the README compiles': () =>
    run('jsii-rosetta', ['extract', '--strict', '--compile', '--fail', '.'], { stdio: 'pipe', encoding: 'utf8' }),
  'every ts block of docs compiles': docBlocks,
  'package contents and size': packageContents,
  'size of Lambda bundles': lambdaSizes,
  'types of the tests': () => types,
};

function packageContents() {
  const { stdout } = run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    stdio: 'pipe',
    encoding: 'utf8',
  });
  const [{ unpackedSize, files }] = JSON.parse(stdout);
  const paths = files.map((file) => file.path);
  for (const needed of [
    'dist/lib/index.js',
    'dist/lib/index.d.ts',
    'dist/bin/bulkhead.js',
    'dist/lib/runtime/index.js',
    'dist/lib/runtime/index.d.ts',
    'dist/workers/secretlint-worker.js',
    'runtime/package.json',
    '.jsii',
    '.jsii.gz',
    'LICENSE',
    'NOTICE',
    'README.md',
    'dist/THIRD-PARTY-LICENSES.txt',
  ]) {
    if (!paths.includes(needed)) throw new Error(`the package lacks ${needed}`);
  }
  const stray = paths.filter((path) =>
    /^(test|bench|lib|bin|local|scripts|cdk\.out|dist\/test|dist\/bin\/example)/.test(path),
  );
  if (stray.length > 0) throw new Error(`the package contains ${stray.slice(0, 5).join(', ')}`);
  const megabytes = unpackedSize / 1e6;
  console.log(`${files.length} files, ${megabytes.toFixed(2)} MB unpacked (budget ${PACKAGE_BUDGET_MB} MB)`);
  if (megabytes > PACKAGE_BUDGET_MB) throw new Error(`the package unpacks to ${megabytes.toFixed(2)} MB`);
}

function lambdaSizes() {
  const folder = join(root, 'dist/runtime');
  for (const name of readdirSync(folder)) {
    const sizes = readdirSync(join(folder, name)).map((file) => statSync(join(folder, name, file)).size);
    const kilobytes = sizes.reduce((sum, each) => sum + each, 0) / 1024;
    const budget = name === 'scheduled-review' ? REVIEW_BUDGET_KB : LAMBDA_BUDGET_KB;
    console.log(`${name}: ${kilobytes.toFixed(1)} KB (budget ${budget} KB)`);
    if (kilobytes > budget) throw new Error(`the bundle of ${name} has ${kilobytes.toFixed(1)} KB`);
  }
}

const failed = [];
for (const [name, step] of Object.entries(steps)) {
  const start = Date.now();
  console.log(`\n── ${name}`);
  try {
    await step();
    console.log(`   ok (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    console.error(`   FAILED: ${error.message}`);
    failed.push(name);
  }
}
if (failed.length > 0) console.error(`\ncheck failed: ${failed.join('; ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;
