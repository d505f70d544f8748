import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { packageRoot } from '../../lib/private/package-root';

const MINUTE = 60_000;
const peers = manifest.devDependencies;

describe('the packed package in a fresh TypeScript CDK app', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-consumer-'));
    succeed('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], packageRoot());
    const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    cpSync(join(__dirname, 'fixture'), folder, { recursive: true });
    const installed = [
      `./${tarball}`,
      `aws-cdk-lib@${peers['aws-cdk-lib']}`,
      `constructs@${peers.constructs}`,
      `cdk-nag@${peers['cdk-nag']}`,
      `aws-cdk@${peers['aws-cdk']}`,
      `typescript@${peers.typescript}`,
      `@types/node@${peers['@types/node']}`,
    ];
    succeed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...installed], folder);
    succeed('node_modules/.bin/tsc', [], folder);
  }, 5 * MINUTE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('brings no package of its own besides the documented peers', () => {
    expect(existsSync(join(folder, 'node_modules/cdk-bulkhead/node_modules'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/secretlint'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/commander'))).toBe(false);
  });

  it('loads what it exports when it is first used', () => {
    const code = `
      const exported = Object.keys(require('cdk-bulkhead'));
      const loaded = Object.keys(require.cache).length;
      const { LeastPrivilegeRestApi } = require('cdk-bulkhead');
      console.log(JSON.stringify([exported.includes('Bulkhead'), loaded, typeof LeastPrivilegeRestApi]));`;
    expect(JSON.parse(inFolder('node', ['-e', code], folder, {}).stdout)).toEqual([true, 1, 'function']);
  });

  it(
    'has the types of its runtime also for resolutions that look for them by `exports`',
    () => {
      // The app itself is compiled with node10.
      const modes = { node16: 'node16', preserve: 'bundler' };
      for (const [module, moduleResolution] of Object.entries(modes)) {
        const mode = [
          '--module',
          module,
          '--moduleResolution',
          moduleResolution,
          '--target',
          'es2022',
          '--types',
          'node',
        ];
        const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', ...mode, 'handler.ts'];
        const { stdout, stderr } = inFolder('node_modules/.bin/tsc', options, folder, {});
        expect(stdout + stderr).toBe('');
      }
    },
    2 * MINUTE,
  );

  it('runs its guard in CommonJS and in modules, and admits nobody without a policy', () => {
    const ask = `m.guard(() => ({}))({}, {}).then((answer) => console.log(answer.statusCode))`;
    for (const code of [
      ['-e', `const m = require('cdk-bulkhead/runtime'); ${ask}`],
      ['--input-type=module', '-e', `import * as m from 'cdk-bulkhead/runtime'; ${ask}`],
    ]) {
      expect(inFolder('node', code, folder, {}).stdout).toMatch(/"decision":"denied".*\n403\n$/s);
    }
  });

  it(
    'synthesizes clean under the CDK CLI, and is clean on the command line',
    () => {
      // Unset, for core's own check of the templates against the CloudFormation schemas.
      const result = cdkSynth(folder, { CDK_VALIDATION: undefined });
      // The app of the first minute has no trail yet, and is told so.
      expect((result.stderr + result.stdout).match(/Bulkhead-[A-Z]+\d+/g)).toEqual(['Bulkhead-AUD13']);
      expect(result.status).toBe(0);
      expect(existsSync(join(folder, 'cdk.out/Orders.template.json'))).toBe(true);
      expect(inFolder('node_modules/.bin/bulkhead', ['check', 'cdk.out'], folder, {})).toMatchObject({ status: 0 });
      expect(inFolder('node_modules/.bin/bulkhead', ['verify-evidence', 'cdk.out'], folder, {})).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^seal [0-9a-f]{64}\n$/),
      });
    },
    MINUTE,
  );

  it(
    'is refused by the CDK CLI when a role is widened, with the rule and the place',
    () => {
      const result = cdkSynth(folder, { WIDEN: 'yes' });
      expect(result.status).not.toBe(0);
      expect(result.stderr + result.stdout).toContain('Bulkhead-IAM1');
      expect(result.stderr + result.stdout).toContain('Orders/Reader');
    },
    MINUTE,
  );

  it(
    'throws without the CDK CLI when a role is widened',
    () => {
      expect(inFolder('node', ['app.js'], folder, { WIDEN: 'yes' }).status).not.toBe(0);
      expect(inFolder('node', ['app.js'], folder, {}).status).toBe(0);
    },
    MINUTE,
  );
});

function cdkSynth(folder: string, env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  rmSync(join(folder, 'cdk.out'), { recursive: true, force: true });
  const offline = ['--no-version-reporting', '--no-notices', '--no-lookups'];
  return inFolder('node_modules/.bin/cdk', ['synth', '--quiet', '--app', 'node app.js', ...offline], folder, env);
}

function inFolder(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  // CI=true would make the CDK CLI write everything to stdout; the test reads both streams.
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, CDK_DISABLE_CLI_TELEMETRY: 'true', ...env },
  });
}

function succeed(command: string, args: string[], cwd: string): void {
  const result = inFolder(command, args, cwd, {});
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stdout}\n${result.stderr}`);
}
