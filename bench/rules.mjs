// What each rule costs, so that the next slow one is seen: on the ten stacks, once what rules share is there. Needs a build.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuSeconds } from './measure.mjs';

const require = createRequire(import.meta.url);
const load = (path) => require(join(fileURLToPath(new URL('..', import.meta.url)), 'dist/lib', path));
const { snapshotOf } = load('assembly/snapshot.js');
const { analysed } = load('engine/analysed.js');
const { allRules } = load('rules/registry.js');
const { runRules } = load('rules/run-rules.js');

/** How many rules are shown. */
const SHOWN = 12;

export function ruleRows(folder, stacks = 10) {
  const sources = Array.from({ length: stacks }, (_, at) => {
    const file = `Stack${at}.template.json`;
    return { name: `Stack${at}`, file, body: JSON.parse(readFileSync(join(folder, file), 'utf8')) };
  });
  const rows = [];
  const phase = (what, action) => {
    const { time, result } = cpuSeconds(action);
    rows.push({ what, ms: time * 1e3 });
    return result;
  };
  const snapshot = phase('shared: snapshot', () => snapshotOf(sources));
  phase('shared: values and references', () => snapshot.referencing(''));
  phase('shared: secrets in texts', () => snapshot.secretHits.length);
  const { world, reach } = phase('shared: world', () => analysed(snapshot));
  phase('shared: reach of all principals', () => world.principals.forEach(({ key }) => reach.from(key)));
  const timed = allRules.map((rule) => {
    const row = { what: rule.id, ms: 0 };
    rows.push(row);
    // A finer clock than that of CPU time: most calls take microseconds.
    const measured =
      (check) =>
      (...args) => {
        const start = performance.now();
        try {
          return check(...args);
        } finally {
          row.ms += performance.now() - start;
        }
      };
    const { check, checkTemplate } = rule;
    return {
      ...rule,
      check: measured((...args) => check.apply(rule, args)),
      ...(checkTemplate === undefined ? {} : { checkTemplate: measured((...args) => checkTemplate.apply(rule, args)) }),
    };
  });
  phase('all rules', () => runRules(snapshot, timed, { today: '2026-11-22' }));
  const whole = rows.filter(({ what }) => what.startsWith('shared') || what === 'all rules');
  const total = whole.reduce((sum, { ms }) => sum + ms, 0);
  const slowest = rows.filter((each) => !whole.includes(each)).sort((a, b) => b.ms - a.ms);
  return [...whole, ...slowest.slice(0, SHOWN)].map(({ what, ms }) => ({
    'cost of': what,
    'ms': ms.toFixed(1),
    'share': `${((100 * ms) / total).toFixed(1)} %`,
  }));
}
