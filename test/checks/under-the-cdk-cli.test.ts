import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(__dirname, '../..');
// Below the root of the package, where it finds its package.json and its peers.
const APP = join(ROOT, 'dist/test/cli-app.js');

interface Run {
  readonly code: number;
  readonly output: string;
  readonly report: { readonly pluginReports: readonly any[] };
}

/** `cdk synth` of the app, as a user runs it. */
async function synth(name: string, ...args: readonly string[]): Promise<Run> {
  const output = mkdtempSync(join(tmpdir(), 'bulkhead-synth-'));
  const cdk = spawn(
    process.execPath,
    [
      join(ROOT, 'node_modules/aws-cdk/bin/cdk'),
      'synth',
      '--quiet',
      '--no-notices',
      '--app',
      `node ${APP}`,
      '--output',
      output,
      ...args,
    ],
    // Not as in a test: core would report as it does in memory.
    { cwd: output, env: { ...process.env, CASE: name, NODE_ENV: '', CDK_DISABLE_CLI_TELEMETRY: '1', NO_COLOR: '1' } },
  );
  const chunks: string[] = [];
  for (const stream of [cdk.stdout, cdk.stderr]) stream.on('data', (chunk) => chunks.push(String(chunk)));
  const code = await new Promise<number>((resolve, reject) =>
    cdk.on('error', reject).on('close', (status) => resolve(status ?? -1)),
  );
  return {
    code,
    output: chunks.join(''),
    report: JSON.parse(readFileSync(join(output, 'validation-report.json'), 'utf8')),
  };
}

beforeAll(() => {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ['test/support/cli-app.ts'],
    outfile: APP,
    bundle: true,
    platform: 'node',
    target: 'node20',
    external: ['aws-cdk-lib', 'cdk-nag', 'constructs'],
    logLevel: 'error',
  });
});

describe.concurrent('under the CDK CLI', { timeout: 60_000 }, () => {
  // That it fails on an error in a stack, with its fix, and passes with warnings is shown with the packed package
  // (test/consumer).
  it('fails on errors in a stage, of which it selects no stack by itself, and prints each', async () => {
    const { code, output, report } = await synth('staged');
    expect(code).toBe(1);
    for (const part of ['Errors in stacks of stages: 2', 'first message', 'second message', 'Prod/Orders/Key: ']) {
      expect(output).toContain(part);
    }
    const [{ violations }] = report.pluginReports.filter((each) => each.pluginName === 'Bulkhead');
    const found = { ruleName: 'Bulkhead-IAM1[Action::s3:*]', suggestedFix: 'Name the actions.' };
    expect(violations).toMatchObject([{ ruleName: 'Bulkhead-errors-in-stages' }, found, found]);
  });

  it('fails where the analysis crashes, even for a stack without findings', async () => {
    const { code, output } = await synth('crash', 'Other');
    expect(code).toBe(1);
    expect(output).toContain('BH9004: rule `Bulkhead-IAM1` failed');
  });
});
