// Bundles: the Lambda functions to dist/runtime/<name>/index.js, the worker that looks for secrets to dist/workers, and
// after the compiler the third-party code that we ship in place of dist/lib/private/vendor/*.js, so that the package has
// no dependency but its peers.
import { build, transform } from 'esbuild';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { thirdPartyLicenses } from './third-party.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const WORKER = 'secretlint-worker.ts';
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

const TABLES = /engine\/actions\/(?:action|key|managed-policy|resource)-table\.ts$/;

const UNPACKING = `
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
export const tables = JSON.parse(brotliDecompressSync(readFileSync(join(__dirname, 'tables.br'))).toString('utf8'));
`;

/**
 * The tables of the engine are most of a bundle that has it: they lie beside it in one file, packed, where they need a
 * quarter less than as text within, and are read when the function starts.
 */
const packedTables = {
  name: 'packed-tables',
  setup({ initialOptions, onResolve, onLoad, onEnd }) {
    const tables = {};
    onResolve({ filter: /^packed:tables$/ }, ({ path }) => ({ path, namespace: 'packed' }));
    onLoad({ filter: /./, namespace: 'packed' }, () => ({ contents: UNPACKING, resolveDir: root }));
    onLoad({ filter: TABLES }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, 'utf8'), { loader: 'ts', format: 'cjs' });
      const module = { exports: {} };
      runInNewContext(code, { module, exports: module.exports });
      Object.assign(tables, module.exports);
      const names = Object.keys(module.exports);
      return {
        loader: 'js',
        contents: [
          "import { tables } from 'packed:tables';",
          ...names.map((name) => `export const ${name} = tables.${name};`),
        ].join('\n'),
      };
    });
    onEnd(() => {
      if (Object.keys(tables).length === 0) return;
      const names = Object.keys(tables).sort();
      const packed = brotliCompressSync(JSON.stringify(Object.fromEntries(names.map((each) => [each, tables[each]]))));
      writeFileSync(join(root, dirname(initialOptions.outfile), 'tables.br'), packed);
    });
  },
};

/**
 * What no function that reads templates needs: it looks for no secrets in them, and CloudFormation gives it the templates
 * with their transforms written out.
 */
const LEFT_OUT = {
  '() => []': /assembly\/(secret-scan|secrets-shown|asset-scan)\.ts$/,
  '(body) => body': /assembly\/(sam|loops)\.ts$/,
};
const withoutNeedless = {
  name: 'without-needless',
  setup({ onLoad }) {
    for (const [instead, filter] of Object.entries(LEFT_OUT)) {
      onLoad({ filter }, ({ path }) => {
        const functions = readFileSync(path, 'utf8').matchAll(/^export (?:async )?function (\w+)/gm);
        const contents = Array.from(functions, ([, name]) => `export const ${name} = ${instead};`).join('\n');
        return { loader: 'js', contents };
      });
    }
  },
};

/** What runs by itself: the Lambda functions, and the worker that looks for secrets. The compiler writes no such file. */
export async function bundleFunctions() {
  const lambdas = filesIn('lib/runtime', '.handler.ts').map((file) =>
    build({
      ...shared,
      target: 'node22',
      entryPoints: [`lib/runtime/${file}`],
      outfile: `dist/runtime/${file.replace('.handler.ts', '')}/index.js`,
      // The Lambda runtime for Node.js has the SDK.
      external: ['@aws-sdk/*'],
      plugins: [packedTables, withoutNeedless],
    }),
  );
  const worker = build({
    ...shared,
    target: 'node20',
    entryPoints: [`lib/private/vendor/${WORKER}`],
    outdir: 'dist/workers',
  });
  return Promise.all([...lambdas, worker]);
}

/** What the compiler has written anew: after it. With the licences of everything that is bundled. */
export async function bundleVendor(functions) {
  const files = filesIn('lib/private/vendor', '.ts').filter((file) => file !== WORKER);
  const vendor = await build({
    ...shared,
    target: 'node20',
    entryPoints: files.map((file) => `lib/private/vendor/${file}`),
    outdir: 'dist/lib/private/vendor',
  });
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(
    join(root, 'dist/THIRD-PARTY-LICENSES.txt'),
    thirdPartyLicenses(
      root,
      [...functions, vendor].map((each) => each.metafile),
    ),
  );
}

export async function bundle() {
  await bundleVendor(await bundleFunctions());
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
