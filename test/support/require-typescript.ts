import { readFileSync } from 'node:fs';
import Module from 'node:module';
import { transformSync } from 'esbuild';

// What is loaded lazily, by `require` at the time of use, is a .ts file here and a .js file in the package.
type Loader = (module: { _compile(code: string, file: string): void }, file: string) => void;

(Module as unknown as { _extensions: Record<string, Loader> })._extensions['.ts'] ??= (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    loader: 'ts',
    format: 'cjs',
    target: 'node20',
    sourcefile: file,
    sourcemap: 'inline',
  });
  module._compile(code, file);
};
