import { build } from 'esbuild';
import { expect, it } from 'vitest';
import { packageRoot } from '../../../lib/private/package-root';

it('the guard brings no package and little weight into the bundle of a function', async () => {
  const { metafile, outputFiles } = await build({
    absWorkingDir: packageRoot(),
    entryPoints: ['lib/runtime/index.ts'],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).filter((file) => file.includes('node_modules'))).toEqual([]);
  expect(outputFiles[0].contents.length).toBeLessThan(12 * 1024);
});
