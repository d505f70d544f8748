// `npm run bench`: the budgets of docs/architecture.md and docs/engine.md as one table. CPU time, and ratios of what ran
// side by side, so that a slow or busy machine does not decide. Exits with 1 where a budget does not hold. Needs a build.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchApp } from './app.mjs';
import { policyRows } from './policies.mjs';
import { engineRows, patternRow } from './engine.mjs';
import { median, row, waitedSeconds } from './measure.mjs';
import { ruleRows } from './rules.mjs';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const { AwsSolutionsChecks } = require('cdk-nag');
const { LeastPrivilegeChecks, SeparationOfDuties, SeparationOfDutiesChecks } = require(join(root, 'dist/lib/index.js'));

const RUNS = Number(process.env.BENCH_RUNS ?? 3);

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

/** Two rows: the first pair is the cold one, what a user's synth pays. */
function checksBesideAwsSolutions(app) {
  const context = contextOf(app);
  const resources = app.node.findAll().filter((each) => each.cfnResourceType !== undefined).length;
  const pairs = Array.from({ length: RUNS + 1 }, () => {
    const theirs = waitedSeconds(() => new AwsSolutionsChecks(app).validate(context));
    const ours = waitedSeconds(() => new LeastPrivilegeChecks(app).validate(context));
    return {
      theirs: theirs.time,
      ours: ours.time,
      cpu: ours.cpu / theirs.cpu,
      findings: ours.result.violations.length,
    };
  });
  const [cold, ...warm] = pairs;
  const line = (state, ours, theirs, cpu) =>
    row(`all checks on ${resources} resources, ${state}`, {
      ours: `${(ours * 1e3).toFixed(0)} ms`,
      reference: `${(theirs * 1e3).toFixed(0)} ms`,
      figure: `× ${(ours / theirs).toFixed(2)}`,
      budget: 'at most × 1 of AwsSolutionsChecks',
      holds: ours <= theirs,
      note: `${cold.findings} findings; CPU time × ${cpu.toFixed(2)}`,
    });
  return [
    line('cold', cold.ours, cold.theirs, cold.cpu),
    line(
      `median of ${RUNS} warm`,
      median(warm.map(({ ours }) => ours)),
      median(warm.map(({ theirs }) => theirs)),
      median(warm.map(({ cpu }) => cpu)),
    ),
  ];
}

/** The recommended constraints on the same app, read and analysed anew each time. */
function separationBesideAwsSolutions(app) {
  const separation = new SeparationOfDutiesChecks(app, { separation: SeparationOfDuties.recommended() });
  const context = contextOf(app);
  const resources = app.node.findAll().filter((each) => each.cfnResourceType !== undefined).length;
  const pairs = Array.from({ length: RUNS + 1 }, (_, run) => {
    const theirs = waitedSeconds(() => new AwsSolutionsChecks(app).validate(context));
    // Our plugins share what they read as long as no file changes: here each run reads anew.
    utimesSync(context.templatePaths[0], run, run);
    const ours = waitedSeconds(() => separation.validate(context));
    const { violations } = ours.result;
    if (violations.some(({ ruleName }) => ruleName.startsWith('Bulkhead-BH')))
      throw new Error(violations[0].description);
    return { theirs: theirs.time, ours: ours.time, cpu: ours.cpu / theirs.cpu, findings: violations.length };
  }).slice(1);
  const [ours, theirs] = [median(pairs.map((each) => each.ours)), median(pairs.map((each) => each.theirs))];
  return row(`separation of duties on ${resources} resources`, {
    ours: `${(ours * 1e3).toFixed(0)} ms`,
    reference: `${(theirs * 1e3).toFixed(0)} ms`,
    figure: `× ${(ours / theirs).toFixed(2)}`,
    budget: 'none of its own; beside AwsSolutionsChecks',
    holds: true,
    note: `${pairs[0].findings} findings; CPU time × ${median(pairs.map(({ cpu }) => cpu)).toFixed(2)}`,
  });
}

/** Ten stacks and a hundred, each size in a process of its own. */
function growth(folder) {
  const child = join(root, 'bench/growth-child.mjs');
  const one = (stacks) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [child, folder, String(stacks)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stdout);
  };
  const [small, large] = [one(10), one(100)];
  const ratio = large.time / small.time;
  const more = large.peak - small.peak;
  return row(`growth, ${small.resources} to ${large.resources} resources`, {
    ours: `${large.time.toFixed(2)} s`,
    reference: `${small.time.toFixed(2)} s`,
    figure: `× ${ratio.toFixed(1)}, +${more.toFixed(0)} MB`,
    budget: 'at most × 12, +250 MB',
    holds: ratio <= 12 && more <= 250,
    note: `${small.findings} and ${large.findings} findings; peak memory ${large.peak.toFixed(0)} MB`,
  });
}

/** Over aws-cdk-lib with the service modules that we build on, and cdk-nag: an app of this kind has them loaded. */
function importCost() {
  const services = ['iam', 'apigateway', 'kms', 'logs', 'secretsmanager', 's3', 'cloudtrail', 'lambda'];
  const code = `
    const load = (name) => { const module = require(name); for (const key of Object.keys(module)) module[key]; };
    for (const name of ${JSON.stringify(services)}) load('aws-cdk-lib/aws-' + name);
    require('cdk-nag');
    const start = process.cpuUsage();
    const since = () => { const { user, system } = process.cpuUsage(start); return (user + system) / 1e3; };
    const ours = require('./dist/lib/index.js');
    const imported = since();
    for (const key of Object.keys(ours)) ours[key];
    console.log(JSON.stringify([imported, since()]));`;
  const runs = Array.from({ length: 7 }, () =>
    JSON.parse(spawnSync(process.execPath, ['-e', code], { cwd: root, encoding: 'utf8' }).stdout),
  );
  const usual = median(runs.map(([imported]) => imported));
  // Each export is loaded when it is first used.
  const whole = median(runs.map(([, used]) => used));
  return row('importing the package', {
    ours: `${usual.toFixed(0)} ms`,
    figure: `+${usual.toFixed(0)} ms`,
    budget: 'at most +60 ms',
    holds: usual <= 60,
    note: `median of ${runs.length}; ${whole.toFixed(0)} ms where an app uses all that it exports`,
  });
}

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-bench-'));
try {
  const start = Date.now();
  const rows = [...checksBesideAwsSolutions(benchApp({ outdir: folder }))];
  rows.push(separationBesideAwsSolutions(benchApp({ outdir: join(folder, 'separation') })));
  rows.push(growth(folder), ...(await engineRows()), patternRow(folder), importCost());
  console.log(
    `Node.js ${process.version}, ${process.platform} ${process.arch}; CPU time, and for the checks the time that a synth waits\n`,
  );
  console.table(rows);
  // No budgets: where the time of the checks goes, once everything is compiled.
  console.table(ruleRows(folder));
  // Sizes, not budgets: what a policy takes beside the naive ways.
  console.table(policyRows());
  console.log(`${((Date.now() - start) / 1000).toFixed(0)} s in all`);
  if (rows.some(({ holds }) => holds !== 'yes')) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
