// Bundles, after the compiler: the Lambda functions to dist/runtime/<name>/index.js, and the third-party code that we
// ship in place of dist/lib/private/vendor/*.js, so that the package has no dependency but its peers.
import { build } from 'esbuild';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { thirdPartyLicenses } from './third-party.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

function filesIn(folder, ending) {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).filter((file) => file.endsWith(ending)) : [];
}

export async function bundle() {
  const lambdas = filesIn('lib/runtime', '.handler.ts').map((file) =>
    build({
      ...shared,
      target: 'node22',
      entryPoints: [`lib/runtime/${file}`],
      outfile: `dist/runtime/${file.replace('.handler.ts', '')}/index.js`,
      // The Lambda runtime for Node.js has the SDK.
      external: ['@aws-sdk/*'],
    }),
  );
  const vendor = build({
    ...shared,
    target: 'node20',
    entryPoints: filesIn('lib/private/vendor', '.ts').map((file) => `lib/private/vendor/${file}`),
    outdir: 'dist/lib/private/vendor',
  });
  const results = await Promise.all([...lambdas, vendor]);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(
    join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
    thirdPartyLicenses(
      root,
      results.map((each) => each.metafile),
    ),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
