// After the compiler: what is left of the JavaScript, one file for each of ours, loses its comments. They stand in the
// declarations, which editors show; names and lines stay as they are to read in a stack trace.
import { transform } from 'esbuild';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib.mjs';

const LIB = join(root, 'dist/lib');
const AS_IT_IS = { target: 'node20', legalComments: 'none' };

/** @param done files, relative to dist/lib, that are small already */
export async function withoutComments(done) {
  const files = readdirSync(LIB, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.js') && !/^private.vendor/.test(file) && !done.has(file.replaceAll('\\', '/')),
  );
  await Promise.all(
    files.map(async (file) => {
      const path = join(LIB, file);
      // Written as one line, which leaves out all comments, and then in lines again.
      const bare = await transform(readFileSync(path, 'utf8'), { ...AS_IT_IS, minifyWhitespace: true });
      writeFileSync(path, (await transform(bare.code, AS_IT_IS)).code);
    }),
  );
}
