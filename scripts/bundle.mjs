// Bundles, after the compiler: the Lambda functions to dist/runtime/<name>/index.js, and the third-party code that we
// ship in place of dist/lib/private/vendor/*.js, so that the package has no dependency but its peers.
import { build, transform } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
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

/** The tables of the engine are most of it: what they say in a sixth of the length, unpacked when the function starts. */
const packedTables = {
  name: 'packed-tables',
  setup({ onLoad }) {
    onLoad({ filter: /engine\/actions\/(action|key|managed-policy|resource)-table\.ts$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', format: 'cjs' });
      const module = { exports: {} };
      runInNewContext(code, { module, exports: module.exports });
      const packed = brotliCompressSync(JSON.stringify(module.exports)).toString('base64');
      const names = Object.keys(module.exports);
      return {
        loader: 'js',
        contents: [
          "import { brotliDecompressSync } from 'node:zlib';",
          `const tables = JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString('utf8'));`,
          ...names.map((name) => `export const ${name} = tables.${name};`),
        ].join('\n'),
      };
    });
  },
};

/** A review reads templates, and looks for no secrets in them: what does is left out of functions. */
const withoutSecretScan = {
  name: 'without-secret-scan',
  setup({ onLoad }) {
    onLoad({ filter: /assembly\/(secret-scan|secrets-shown|asset-scan)\.ts$/ }, ({ path }) => {
      const names = [...readFileSync(path, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm)].map(
        ([, name]) => name,
      );
      return { loader: 'js', contents: names.map((name) => `export const ${name} = () => [];`).join('\n') };
    });
  },
};

export async function bundle() {
  const lambdas = filesIn('lib/runtime', '.handler.ts').map((file) =>
    build({
      ...shared,
      target: 'node22',
      entryPoints: [`lib/runtime/${file}`],
      outfile: `dist/runtime/${file.replace('.handler.ts', '')}/index.js`,
      // The Lambda runtime for Node.js has the SDK.
      external: ['@aws-sdk/*'],
      plugins: [packedTables, withoutSecretScan],
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
