// `npm run build`: the compiler, then what comes after it.
import { fileURLToPath } from 'node:url';
import { analysisFile } from './analysis-file.mjs';
import { bundleFunctions, bundleVendor } from './bundle.mjs';
import { lazyIndex } from './lazy-index.mjs';
import { run } from './lib.mjs';
import { packTables } from './pack-tables.mjs';
import { publicTypes } from './public-types.mjs';
import { withoutComments } from './without-comments.mjs';

// A tenth of the size; what reads assemblies follows the redirect in `.jsii`, as with aws-cdk-lib.
export const COMPILER = ['jsii', ['-c', 'tsconfig.json', '--compress-assembly']];

/** @param functions what was bundled before */
export async function afterCompiler(functions) {
  publicTypes();
  lazyIndex();
  packTables();
  const apart = analysisFile();
  await Promise.all([withoutComments(apart), bundleVendor(functions)]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  run(...COMPILER);
  await afterCompiler(await bundleFunctions());
}
