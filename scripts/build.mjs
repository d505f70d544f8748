// `npm run build`: the compiler, then what comes after it.
import { analysisFile } from './analysis-file.mjs';
import { bundle } from './bundle.mjs';
import { lazyIndex } from './lazy-index.mjs';
import { run } from './lib.mjs';
import { packTables } from './pack-tables.mjs';
import { publicTypes } from './public-types.mjs';

// A tenth of the size; what reads assemblies follows the redirect in `.jsii`, as with aws-cdk-lib.
run('jsii', ['-c', 'tsconfig.json', '--compress-assembly']);
publicTypes();
lazyIndex();
packTables();
analysisFile();
await bundle();
