// Bundles, after the compiler: the Lambda functions to dist/runtime/<name>/index.js, and the third-party code that we
// ship in place of dist/lib/private/vendor/*.js, so that the package has no dependency but its peers.
import { build } from 'esbuild';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
};

/** Names of the Lambda functions: every lib/runtime/<name>.handler.ts. */
function handlers() {
  const folder = join(root, 'lib/runtime');
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((file) => file.endsWith('.handler.ts'))
        .map((file) => file.replace('.handler.ts', ''))
    : [];
}

export async function bundle() {
  const vendor = join(root, 'lib/private/vendor');
  await Promise.all([
    ...handlers().map((name) =>
      build({
        ...shared,
        target: 'node22',
        entryPoints: [`lib/runtime/${name}.handler.ts`],
        outfile: `dist/runtime/${name}/index.js`,
        // The Lambda runtime for Node.js has the SDK.
        external: ['@aws-sdk/*'],
      }),
    ),
    build({
      ...shared,
      target: 'node20',
      entryPoints: existsSync(vendor)
        ? readdirSync(vendor)
            .filter((file) => file.endsWith('.ts'))
            .map((file) => `lib/private/vendor/${file}`)
        : [],
      outdir: 'dist/lib/private/vendor',
      metafile: true,
    }),
  ]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
