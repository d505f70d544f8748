// `npm run build`: the compiler, then what comes after it.
import { bundle } from './bundle.mjs';
import { lazyIndex } from './lazy-index.mjs';
import { run } from './lib.mjs';

run('jsii', ['-c', 'tsconfig.json']);
lazyIndex();
await bundle();
