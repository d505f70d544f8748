// After the compiler: the modules of the analysis, some two hundred small files, are put into one, `dist/lib/analysis.js`,
// for what a synth waits for is mostly to find and open them. Each file stays where it was and gives its module out of
// the one, so that whoever loads a part of the analysis gets the same one.
import { transformSync } from 'esbuild';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from './lib.mjs';

const LIB = join(root, 'dist/lib');
const ENTRY = 'checks/findings-of';
const ONE = 'analysis';
const REQUIRE = /\brequire\((["'])(\.[^"']+)\1\)/g;
/** Tables of many kilobytes that are read when they are needed, and third-party code. */
const APART = /^private\/|-table$/;

/** The files that are now one, and it. */
export function analysisFile() {
  const modules = new Map();
  add(ENTRY, modules);
  const wrapped = [...modules].map(
    // In parentheses: all of them run, so that the engine need not look at them twice.
    ([id, code]) => `${JSON.stringify(id)}:(function(exports,module){${code}})`,
  );
  const text = `"use strict";
const made=Object.create(null);
function load(id){let module=made[id];if(module===undefined){module=made[id]={exports:{}};modules[id](module.exports,module);}return module.exports;}
const modules={
${wrapped.join(',\n')}
};
module.exports=load;
`;
  writeFileSync(join(LIB, `${ONE}.js`), text);
  for (const id of modules.keys()) {
    writeFileSync(
      join(LIB, `${id}.js`),
      `"use strict";\nmodule.exports = require("${up(id)}${ONE}")(${JSON.stringify(id)});\n`,
    );
  }
  return new Set([ONE, ...modules.keys()].map((id) => `${id}.js`));
}

/** Adds a module and all that it requires; the order is that in which they are met. */
function add(id, modules) {
  if (modules.has(id)) return;
  const text = readFileSync(join(LIB, `${id}.js`), 'utf8');
  if (text.includes(`${ONE}")(`)) throw new Error(`${id} was put into ${ONE}.js before: the compiler has to run first`);
  modules.set(id, '');
  const found = [];
  const code = text.replaceAll(REQUIRE, (_all, _quote, path) => {
    const other = relative(LIB, join(LIB, dirname(id), path))
      .split(sep)
      .join('/');
    if (APART.test(other) || !isFile(other)) return `require(${JSON.stringify(`./${other}`)})`;
    found.push(other);
    return `load(${JSON.stringify(other)})`;
  });
  modules.set(
    id,
    transformSync(code, { target: 'node20', minifyWhitespace: true, minifySyntax: true, lineLimit: 160 }).code.trim(),
  );
  for (const each of found) add(each, modules);
}

function isFile(id) {
  return statSync(join(LIB, `${id}.js`), { throwIfNoEntry: false })?.isFile() === true;
}

function up(id) {
  return '../'.repeat(id.split('/').length - 1);
}
