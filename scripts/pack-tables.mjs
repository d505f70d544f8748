// After the compiler: a table that few templates need is packed, and unpacked when it is first asked for.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { root } from './lib.mjs';

const TABLE = join(root, 'dist/lib/engine/actions/managed-policy-table.js');

export function packTables() {
  const table = createRequire(import.meta.url)(TABLE);
  const packed = brotliCompressSync(JSON.stringify(table)).toString('base64');
  const names = Object.keys(table).map((name) => `get ${name}() { return tables().${name}; }`);
  writeFileSync(
    TABLE,
    `"use strict";
const { brotliDecompressSync } = require("node:zlib");
let unpacked;
const tables = () => (unpacked ??= JSON.parse(brotliDecompressSync(Buffer.from("${packed}", "base64")).toString("utf8")));
module.exports = { ${names.join(', ')} };
`,
  );
}
