// `npm run local`, after the build: bundles local/main.ts, which is not part of the package, and runs it.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './lib.mjs';

const outfile = join(root, '.cache/local/main.cjs');
await build({
  entryPoints: [join(root, 'local/main.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  packages: 'external',
  logLevel: 'warning',
});
createRequire(import.meta.url)(outfile);
