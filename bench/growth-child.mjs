// One size of the growth benchmark in a process of its own: node growth-child.mjs FOLDER STACKS. Prints JSON.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cpuSeconds } from './measure.mjs';

const require = createRequire(import.meta.url);
const { snapshotOf } = require('../dist/lib/assembly/snapshot.js');
const { runRules } = require('../dist/lib/rules/run-rules.js');
const [folder, stacks] = process.argv.slice(2);

const { time, result } = cpuSeconds(() => {
  const sources = Array.from({ length: Number(stacks) }, (_, at) => ({
    name: `Stack${at}`,
    file: `Stack${at}.template.json`,
    // Ten templates that differ, over and over: what is in one of them is of that stack alone.
    body: JSON.parse(readFileSync(join(folder, `Stack${at % 10}.template.json`), 'utf8')),
  }));
  const snapshot = snapshotOf(sources);
  return { snapshot, findings: runRules(snapshot) };
});
const resources = result.snapshot.templates.reduce((sum, template) => sum + template.resources.length, 0);
const peak = process.resourceUsage().maxRSS / 1024;
console.log(JSON.stringify({ time, peak, resources, findings: result.findings.length }));
