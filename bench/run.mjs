// `npm run bench`: the budgets of docs/architecture.md, each as a ratio measured in one process, in pairs, so that a
// slow or noisy machine does not decide. Needs a build.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchApp } from './app.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const { AwsSolutionsChecks } = require('cdk-nag');
const { LeastPrivilegeChecks } = require(join(root, 'dist/lib/index.js'));

const RUNS = Number(process.env.BENCH_RUNS ?? 5);

function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

function milliseconds(action) {
  const start = process.hrtime.bigint();
  action();
  return Number(process.hrtime.bigint() - start) / 1e6;
}

/** The validation context that core hands to plugins, for an app synthesized once. */
function contextOf(app) {
  const assembly = app.synth({ skipValidation: true });
  const stackTemplates = assembly.stacksRecursively.map((stack) => ({
    stackConstructPath: stack.hierarchicalId,
    templatePath: stack.templateFullPath,
    accountId: undefined,
    region: undefined,
  }));
  return { appConstruct: app, stackTemplates, templatePaths: stackTemplates.map((each) => each.templatePath) };
}

function checksBesideAwsSolutions(label, size) {
  const app = benchApp(size);
  const context = contextOf(app);
  const resources = app.node.findAll().filter((each) => each.cfnResourceType !== undefined).length;
  const times = { ours: [], theirs: [] };
  // The first pair is the cold one: what a user's synth pays.
  for (let run = 0; run <= RUNS; run += 1) {
    const theirs = milliseconds(() => new AwsSolutionsChecks(app).validate(context));
    const ours = milliseconds(() => new LeastPrivilegeChecks(app).validate(context));
    times.ours.push(ours);
    times.theirs.push(theirs);
  }
  const [coldOurs, ...warmOurs] = times.ours;
  const [coldTheirs, ...warmTheirs] = times.theirs;
  return [
    row(`${label} (${resources} resources), cold`, coldOurs, coldTheirs),
    row(`${label} (${resources} resources), warm`, median(warmOurs), median(warmTheirs)),
  ];
}

function row(what, ours, reference) {
  return {
    what,
    'ours (ms)': ours.toFixed(0),
    'AwsSolutions (ms)': reference.toFixed(0),
    'ratio': (ours / reference).toFixed(2),
  };
}

/** Over aws-cdk-lib with the service modules that we build on, and cdk-nag: an app of this kind has them loaded. */
function importCost() {
  const services = ['iam', 'apigateway', 'kms', 'logs', 'secretsmanager', 's3', 'cloudtrail', 'lambda'];
  const code = `
    const load = (name) => { const module = require(name); for (const key of Object.keys(module)) module[key]; };
    for (const name of ${JSON.stringify(services)}) load('aws-cdk-lib/aws-' + name);
    require('cdk-nag');
    const start = process.hrtime.bigint();
    require('./dist/lib/index.js');
    console.log(Number(process.hrtime.bigint() - start) / 1e6);`;
  const times = Array.from({ length: 9 }, () =>
    Number(spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' }).stdout),
  );
  return { least: Math.min(...times), median: median(times) };
}

console.log(`Node.js ${process.version}, median of ${RUNS} after a cold run\n`);
console.table([
  ...checksBesideAwsSolutions('ten stacks of 80 endpoints and 20 roles', {}),
  ...checksBesideAwsSolutions('one stack of 80 endpoints and 20 roles', { stacks: 1 }),
]);
const { least, median: usual } = importCost();
console.log(`importing the package: +${usual.toFixed(0)} ms, at least +${least.toFixed(0)} ms (budget 60 ms)`);
// The engine's own budgets take minutes, and not all of them are met yet: `npm run bench -- engine`.
if (process.argv.includes('engine')) {
  const { engineRows } = await import('./engine.mjs');
  console.table(await engineRows());
}
