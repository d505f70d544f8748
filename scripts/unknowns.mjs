// `node scripts/unknowns.mjs FOLDER… [--list CAUSE]`: what the snapshot cannot know of the templates below a folder, by
// cause. Each cloud assembly is read as one, every other template by itself. Needs a build.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { extname, join, relative } from 'node:path';
import { root } from './lib.mjs';

const require = createRequire(import.meta.url);
const { readInputs } = require(join(root, 'dist/lib/assembly/read.js'));
const { snapshotOf } = require(join(root, 'dist/lib/assembly/snapshot.js'));
const { isChoice, isList, isMap, isText, isUnknown } = require(join(root, 'dist/lib/model/value.js'));

/** Where unknowns are counted: of a template as a whole, in place of a property's value, as a part of a text. */
const SORTS = ['templates', 'properties', 'holes'];
const counts = new Map();
const listed = [];
let inputs = 0;
let templates = 0;
const unreadable = [];

const args = process.argv.slice(2);
const at = args.indexOf('--list');
const wanted = at < 0 ? undefined : args.splice(at, 2)[1];

function* inputsBelow(path) {
  if (!statSync(path).isDirectory()) yield path;
  else if (existsSync(join(path, 'manifest.json'))) yield path;
  else for (const name of readdirSync(path).sort()) yield* inputsBelow(join(path, name));
}

function count(sort, cause, detail, place) {
  const row = counts.get(cause) ?? { cause, templates: 0, properties: 0, holes: 0 };
  row[sort] += 1;
  counts.set(cause, row);
  if (cause === wanted) listed.push(`${sort.slice(0, -1)}: ${detail} at ${place}`);
}

function visit(value, place) {
  if (isUnknown(value)) count('properties', value.cause, value.detail, place);
  else if (isText(value)) {
    for (const part of value.parts) {
      if (typeof part === 'object' && part.shape === 'any') count('holes', part.cause ?? 'none', part.source, place);
    }
  } else if (isChoice(value)) {
    visit(value.whenTrue, place);
    visit(value.whenFalse, place);
  } else if (isList(value)) value.forEach((each, index) => visit(each, `${place}[${index}]`));
  else if (isMap(value)) for (const [key, each] of Object.entries(value)) visit(each, `${place}.${key}`);
}

for (const folder of args) {
  for (const input of inputsBelow(folder)) {
    if (!['', '.json', '.yaml', '.yml', '.template'].includes(extname(input)) && !statSync(input).isDirectory())
      continue;
    const read = readInputs([input], { allowMissingTemplates: true });
    const name = relative(folder, input);
    if (!read.ok) {
      unreadable.push(
        ...read.problems.map(({ place, reason }) => `${name}${place === '' ? '' : `, ${place}`}: ${reason}`),
      );
      continue;
    }
    inputs += 1;
    for (const template of snapshotOf(read.sources).templates) {
      templates += 1;
      for (const { cause, detail } of template.unknowns) count('templates', cause, detail, name);
      for (const { logicalId, type, properties } of template.resources)
        visit(properties, `${name} ${logicalId} (${type})`);
    }
  }
}

console.log(`${inputs} inputs with ${templates} templates; ${unreadable.length} could not be read`);
for (const each of unreadable) console.log(`  ${each}`);
console.table(
  Object.fromEntries(
    [...counts.values()]
      .sort((a, b) => SORTS.reduce((sum, sort) => sum + b[sort] - a[sort], 0))
      .map(({ cause, ...row }) => [cause, row]),
  ),
);
for (const each of listed) console.log(each);
