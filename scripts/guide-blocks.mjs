// Compiles every `ts` block of a guide in docs, each in a block of its own, with the imports and names of its fixture.
// The README's blocks are compiled by jsii-rosetta, which reads the README only.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './lib.mjs';

const GUIDES = ['docs/adopting-an-existing-api.md'];

/** Throws with the places in the guide that do not compile. */
export function guideBlocks() {
  const fixture = readFileSync(join(root, 'rosetta/guide.ts-fixture'), 'utf8');
  const files = new Map(GUIDES.flatMap((guide) => blocksOf(guide).map((block) => fileOf(guide, block, fixture))));
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (name) => ts.sys.readFile(name));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  Object.assign(options, { noEmit: true, noUnusedLocals: false, paths: { 'cdk-bulkhead': ['./dist/lib/index.d.ts'] } });
  const host = ts.createCompilerHost(options);
  const disk = ts.createCompilerHost(options);
  host.fileExists = (name) => files.has(name) || disk.fileExists(name);
  host.readFile = (name) => files.get(name)?.text ?? disk.readFile(name);
  host.getSourceFile = (name, target, ...more) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name).text, target)
      : disk.getSourceFile(name, target, ...more);
  const program = ts.createProgram([...files.keys()], options, host);
  const problems = [...files].flatMap(([name, { shown }]) =>
    ts.getPreEmitDiagnostics(program, program.getSourceFile(name)).map(({ messageText }) => {
      return `${shown}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    }),
  );
  if (problems.length > 0) throw new Error(problems.join('\n'));
  console.log(`${files.size} blocks of ${GUIDES.length} guide`);
}

function blocksOf(guide) {
  const text = readFileSync(join(root, guide), 'utf8');
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code], at) => ({ code, at }));
}

function fileOf(guide, { code, at }, fixture) {
  const name = join(root, 'docs', `block-${at + 1}.ts`);
  return [name, { text: fixture.replace('/// here', () => code), shown: `${guide}, block ${at + 1}` }];
}
