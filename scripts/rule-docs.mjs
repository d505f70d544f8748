// Writes docs/rules from the registry: a table, and a page a rule. With --check, fails where a committed file is stale
// or belongs to no rule. Needs a build.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generated, root } from './lib.mjs';

const NOTICE = '<!-- Made from lib/rules by `npm run docs`. Edit the rule, not this page. -->';
const GROUPS = {
  IAM: 'Roles and policies',
  ESC: 'Escalation',
  API: 'APIs',
  SEC: 'Credentials',
  AUD: 'Audit',
  TPL: 'Templates',
};

/** The pages by file name. Pure, so that the tests can compare them with what is committed. */
export function rulePages(rules) {
  return Object.fromEntries([['README.md', index(rules)], ...rules.map((rule) => [`${rule.id}.md`, page(rule)])]);
}

export async function ruleDocs({ check = false } = {}) {
  const { allRules } = createRequire(import.meta.url)(join(root, 'dist/lib/rules/registry.js'));
  const folder = join(root, 'docs/rules');
  const pages = rulePages(allRules);
  for (const [name, text] of Object.entries(pages)) generated(join(folder, name), text, { check });
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    if (Object.hasOwn(pages, name)) continue;
    if (check) throw new Error(`docs/rules/${name} belongs to no rule; run \`npm run docs\` and commit it`);
    rmSync(join(folder, name));
  }
}

function index(rules) {
  const sections = Object.entries(GROUPS).map(([prefix, title]) => {
    const rows = rules
      .filter(({ id }) => id.replace(/\d+$/, '') === prefix)
      .map(({ id, title, severity, controls }) => {
        return `| [${id}](${id}.md) | ${cell(title)} | ${severity} | ${controls.map(shortControl).join(', ')} |`;
      });
    return [
      `## ${title}`,
      '',
      '| rule | what is wrong | severity | NIST 800-53 r5 |',
      '|---|---|---|---|',
      ...rows,
    ].join('\n');
  });
  return [
    '# Rules',
    NOTICE,
    'Each rule looks at the synthesized template: raw overrides and constructs of others included. A finding carries `Bulkhead-` and the id of the rule. Where a parameter or an import decides, the finding is called *possible* and names what is not known.',
    ...sections,
  ]
    .join('\n\n')
    .concat('\n');
}

function page(rule) {
  return [
    `# ${rule.id}: ${rule.title}`,
    NOTICE,
    `**Severity:** ${rule.severity} · **Controls:** ${rule.controls.join(', ')} · **Looks at:** ${rule.types.map((type) => (type === '*' ? 'every resource' : `\`${type}\``)).join(', ')}`,
    '## Why',
    rule.why,
    '## How to mend it',
    rule.fix,
    `See ${rule.page}.`,
    ...(rule.limits === undefined ? [] : ['## What it does not see', rule.limits]),
    '## Refused',
    json(rule.examples.bad),
    '## Accepted',
    json(rule.examples.good),
  ]
    .join('\n\n')
    .concat('\n');
}

function json(value) {
  return ['```json', JSON.stringify(value, null, 2), '```'].join('\n');
}

function cell(text) {
  return text.replaceAll('|', '\\|');
}

function shortControl(control) {
  return control.replace('NIST 800-53 r5 ', '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ruleDocs({ check: process.argv.includes('--check') });
