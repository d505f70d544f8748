// After the compiler: the tables that not every template needs are packed, and unpacked when they are first asked for.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { root } from './lib.mjs';

const FOLDER = join(root, 'dist/lib/engine/actions');

export function packTables() {
  for (const name of ['key', 'managed-policy', 'resource']) pack(join(FOLDER, `${name}-table.js`));
}

function pack(file) {
  const table = createRequire(import.meta.url)(file);
  const packed = brotliCompressSync(JSON.stringify(table)).toString('base64');
  const names = Object.keys(table).map((name) => `get ${name}() { return tables().${name}; }`);
  writeFileSync(
    file,
    `"use strict";
const { brotliDecompressSync } = require("node:zlib");
let unpacked;
const tables = () => (unpacked ??= JSON.parse(brotliDecompressSync(Buffer.from("${packed}", "base64")).toString("utf8")));
module.exports = { ${names.join(', ')} };
`,
  );
}
