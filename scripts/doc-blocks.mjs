// Every `ts` block of docs/*.md must compile against the package as a user has it: by its `exports`, from dist. A block
// without imports stands in rosetta/<page>.ts-fixture, or in the fixture of the README. Needs a build.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root, run } from './lib.mjs';

/** The blocks of a page, in their order. */
function blocksOf(text) {
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
}

/** With the imports and names that the text around it gives. */
function whole(block, page) {
  if (/^import /m.test(block)) return block;
  const own = join(root, 'rosetta', page.replace(/\.md$/, '.ts-fixture'));
  const fixture = existsSync(own) ? own : join(root, 'rosetta/default.ts-fixture');
  return readFileSync(fixture, 'utf8').replace('/// here', () => block);
}

export function docBlocks() {
  // Within the package, so that it can be imported by its own name.
  const folder = join(root, 'dist/doc-blocks');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  try {
    for (const page of readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))) {
      for (const [index, block] of blocksOf(readFileSync(join(root, 'docs', page), 'utf8')).entries()) {
        writeFileSync(join(folder, `${page.replace(/\.md$/, '')}-${index + 1}.ts`), whole(block, page));
      }
    }
    const compilerOptions = { noEmit: true, rootDir: '../..', noUnusedLocals: false, noUnusedParameters: false };
    const config = { extends: '../../tsconfig.json', compilerOptions, include: ['*.ts'], exclude: [] };
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    run('tsc', ['-p', folder], { stdio: 'pipe', encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) docBlocks();
