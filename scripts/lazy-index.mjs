// After the compiler: what the package exports is loaded when it is first used, as in aws-cdk-lib. Importing the
// package then costs nearly nothing, however much it has.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib.mjs';

const LIB = join(root, 'dist/lib');
const STAR = /^__exportStar\(require\("(.+)"\), exports\);$/gm;
/** `exports.A = exports.B = void 0;`, which the compiler writes at the top for the values that a module exports. */
const DECLARED = /^((?:exports\.\w+ = )+)void 0;$/m;

export function lazyIndex() {
  const file = join(LIB, 'index.js');
  const text = readFileSync(file, 'utf8');
  const modules = [...text.matchAll(STAR)].map(([, module]) => module);
  if (modules.length === 0) return;
  const exported = modules.flatMap((module) => valuesOf(module).map((name) => ({ name, module })));
  const lines = [
    '"use strict";',
    'Object.defineProperty(exports, "__esModule", { value: true });',
    // Node.js reads the names for `import { … }` from this line.
    `${exported.map(({ name }) => `exports.${name} = `).join('')}void 0;`,
    'function lazily(name, load) {',
    '  Object.defineProperty(exports, name, { enumerable: true, configurable: true, get: () => load()[name] });',
    '}',
    ...exported.map(({ name, module }) => `lazily("${name}", () => require("${module}"));`),
  ];
  writeFileSync(file, `${lines.join('\n')}\n`);
}

function valuesOf(module) {
  const found = DECLARED.exec(readFileSync(join(LIB, `${module}.js`), 'utf8'))?.[1] ?? '';
  return [...found.matchAll(/exports\.(\w+)/g)].map(([, name]) => name);
}
