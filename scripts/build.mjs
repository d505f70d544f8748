// `npm run build`: the compiler, then the bundles.
import { bundle } from './bundle.mjs';
import { run } from './lib.mjs';

run('jsii', ['-c', 'tsconfig.json']);
await bundle();
