// Writes docs/techniques.md: the table of techniques of the engine, from lib/engine/reach. With --check, fails where the
// committed file is stale. Needs a build.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { generated, root } from './lib.mjs';

const NOTICE = '<!-- Made from lib/engine/reach/techniques by `npm run docs`. Edit the table there, not this page. -->';

/** What the template has to show of the target. */
const SHOWN = {
  'triggered': 'something that calls it',
  'batch': 'a queue that runs it',
  'managed-instance': 'an instance that Systems Manager manages',
  'exec-enabled': 'that commands may be run in it',
  'no-password': 'no password',
  'password': 'a password',
  'polls': 'a role that may read from a source of events',
};

/** Pure, so that the tests can compare it with what is committed. */
export function techniquePage(techniques, notInTemplates) {
  const rows = techniques.map((each) => {
    const { id, target, needs, gain, references } = each;
    return `| \`${id}\` | ${needs.map(need).join('; then ')} | ${gain} | ${code(target)} | ${certain(each)} | ${references.join(', ')} |`;
  });
  const left = Object.entries(notInTemplates).map(([id, why]) => `| ${id} | ${why} |`);
  return [
    '# Techniques of escalation',
    NOTICE,
    `What [reach](reach.md) looks for: ${techniques.length} techniques, by the permissions that they need. Combinations are not listed: they follow from these. Needs that are joined by *then* may be met by several principals under control; those joined by *and* are one call. *Certain if* says what a template has to show besides; where it does not, the step is possible. The last column has ids of public catalogues, which NOTICE names.`,
    ['| technique | needs | gains | of | certain if | catalogue |', '|---|---|---|---|---|---|', ...rows].join('\n'),
    'Known and not looked for:',
    ['| catalogue | why |', '|---|---|', ...left].join('\n'),
  ]
    .join('\n\n')
    .concat('\n');
}

export function techniqueDocs({ check = false } = {}) {
  const require = createRequire(import.meta.url);
  const { TECHNIQUES } = require(join(root, 'dist/lib/engine/reach/techniques.js'));
  const { NOT_IN_TEMPLATES } = require(join(root, 'dist/lib/engine/reach/not-in-templates.js'));
  generated(join(root, 'docs/techniques.md'), techniquePage(TECHNIQUES, NOT_IN_TEMPLATES), { check });
}

function need(asks) {
  return asks.map(({ actions }) => actions.map(code).join(' or ')).join(' and ');
}

function certain({ services, profile, exists, doubt, shown }) {
  const parts = [
    ...(doubt === undefined ? [] : [`never: ${doubt}`]),
    ...(services === undefined ? [] : [`the role trusts ${services.map(code).join(' or ')}`]),
    ...(profile === true ? ['the role is in an instance profile'] : []),
    ...(exists === undefined ? [] : [`there is ${code(exists)}`]),
    ...(shown === undefined ? [] : [`the template shows ${SHOWN[shown] ?? shown}`]),
  ];
  return parts.join('; ');
}

function code(text) {
  return `\`${text}\``;
}
