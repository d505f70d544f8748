// `npm start`, after the build: synthesizes the example through the CDK CLI with all checks on, and prints what the
// command line of the package reports on it. Works offline.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { styleText } from 'node:util';
import { root } from './lib.mjs';

const { app, output = 'cdk.out' } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
const assembly = join(root, output);
const report = join(assembly, 'bulkhead-report.md');

const title = (text) => console.log(`\n${styleText('bold', `▌ ${text}`)}\n`);
const shown = (file) => relative(process.cwd(), file) || '.';

/** Runs a script with our own Node.js. Where it fails, says what it said, and ends with its exit code. */
function node(script, args, options = {}) {
  const { status, stderr, error } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    // What succeeds has nothing to say on stderr but progress; findings are in the report.
    stdio: ['inherit', 'inherit', 'pipe'],
    encoding: 'utf8',
    ...options,
  });
  if (error) throw error;
  if (status === 0) return;
  console.error(stderr.trim());
  console.error(`\n${styleText('red', `\`${script} ${args.join(' ')}\` ended with exit code ${status}.`)}`);
  process.exit(status ?? 1);
}

title(`cdk synth: the orders example (${app}), all checks on`);
const started = Date.now();
node('node_modules/aws-cdk/bin/cdk', ['synth', '--quiet', '--no-notices', '--output', output], {
  env: {
    ...process.env,
    CDK_DISABLE_CLI_TELEMETRY: '1',
    CDK_DISABLE_VERSION_CHECK: '1',
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    ...(process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}),
  },
});
console.log(`  The checks hold: nothing was refused. ${((Date.now() - started) / 1000).toFixed(1)} s`);

title(`bulkhead report ${output}`);
node('dist/bin/bulkhead.js', ['report', output]);
node('dist/bin/bulkhead.js', ['report', output, '--out', report]);

title('Where things are');
console.log(`  the example             ${shown(join(root, 'bin/example-app.ts'))}, ${shown(join(root, 'bin/example'))}/
  synthesized templates   ${shown(assembly)}/
  this report             ${shown(report)}
  what the rules say      ${shown(join(root, 'docs/rules'))}/

  Widen a role in the example and run \`npm start\` again: the synth is refused.
`);
