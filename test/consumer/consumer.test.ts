import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json';
import { packageRoot } from '../../lib/private/package-root';
import { built, BUILD_TIMEOUT } from '../support/built';
import { THOROUGH } from '../support/effort';

const MINUTE = 60_000;
const versions = manifest.devDependencies;
/** What the app has beside the package: its peers, and what compiles and synthesizes it. */
const OWN = ['aws-cdk-lib', 'constructs', 'cdk-nag', 'aws-cdk', 'typescript', '@types/node'] as const;
/** Of this repository, for those that the app has as links. */
const BIN = join(packageRoot(), 'node_modules', '.bin');

describe('the packed package in a fresh TypeScript CDK app', () => {
  let folder: string;

  beforeAll(built, BUILD_TIMEOUT);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdk-bulkhead-consumer-'));
    succeed('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], packageRoot());
    const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
    cpSync(join(__dirname, 'fixture'), folder, { recursive: true });
    if (THOROUGH) install(folder, `./${tarball}`);
    else unpack(folder, `./${tarball}`);
    succeed('tsc', THOROUGH ? [] : ['-p', 'tsconfig.core.json'], folder);
  }, 5 * MINUTE);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('brings no package of its own besides the documented peers', () => {
    expect(existsSync(join(folder, 'node_modules/cdk-bulkhead/node_modules'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/secretlint'))).toBe(false);
    expect(existsSync(join(folder, 'node_modules/commander'))).toBe(false);
    const { dependencies, bundleDependencies, bundledDependencies } = JSON.parse(
      readFileSync(join(folder, 'node_modules/cdk-bulkhead/package.json'), 'utf8'),
    ) as Record<string, unknown>;
    expect([dependencies, bundleDependencies, bundledDependencies]).toEqual([undefined, undefined, undefined]);
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
          '--lib',
          'es2022',
        ];
        const options = ['--noEmit', '--strict', '--skipLibCheck', '--ignoreConfig', ...mode, 'handler.ts'];
        const { stdout, stderr } = inFolder('tsc', options, folder, {});
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
      // Unset, for core's own check of the templates against the CloudFormation schemas: ten seconds, in CI.
      const result = cdkSynth(folder, THOROUGH ? { CDK_VALIDATION: undefined } : {});
      // The app of the first minute has no trail yet, and is told so by a warning, which fails nothing.
      expect((result.stderr + result.stdout).match(/Bulkhead-[A-Z]+\d+/g)).toEqual(['Bulkhead-AUD13']);
      expect(result.status).toBe(0);
      expect(existsSync(join(folder, 'cdk.out/Orders.template.json'))).toBe(true);
      expect(bulkhead(folder, ['check', 'cdk.out'])).toMatchObject({ status: 0 });
      expect(bulkhead(folder, ['verify-evidence', 'cdk.out'])).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^seal [0-9a-f]{64}\n$/),
      });
    },
    MINUTE,
  );

  it(
    'is refused by the CDK CLI when a role is widened, with the rule, the place and the fix',
    () => {
      const result = cdkSynth(folder, { WIDEN: 'yes' });
      expect(result.status).not.toBe(0);
      for (const part of ['Bulkhead-IAM1', 'Orders/Reader', 'Suggested fix: ']) {
        expect(result.stderr + result.stdout).toContain(part);
      }
    },
    MINUTE,
  );

  it(
    'throws without the CDK CLI when a role is widened',
    () => {
      // That it synthesizes when no role is, the CDK CLI has shown: it runs the same.
      const { status, stderr } = inFolder('node', ['app.js'], folder, { WIDEN: 'yes' });
      expect(status).not.toBe(0);
      expect(stderr).toContain('Bulkhead-IAM1');
    },
    MINUTE,
  );
});

/** As a team installs it, for which all its packages are unpacked anew. */
function install(folder: string, tarball: string): void {
  const named = OWN.map((name) => `${name}@${versions[name]}`);
  succeed('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', tarball, ...named], folder);
}

/** The same files in the same places, but for the packages that are here already: the app has links to them. */
function unpack(folder: string, tarball: string): void {
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, 'cdk-bulkhead'), { recursive: true });
  succeed('tar', ['-xzf', tarball, '-C', 'node_modules/cdk-bulkhead', '--strip-components', '1'], folder);
  for (const name of OWN) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(packageRoot(), 'node_modules', name), join(modules, name), 'junction');
  }
}

/** The command that the package brings. */
function bulkhead(folder: string, args: string[]): SpawnSyncReturns<string> {
  const { bin } = manifest;
  return THOROUGH
    ? inFolder('bulkhead', args, folder, {})
    : inFolder('node', [join('node_modules/cdk-bulkhead', bin.bulkhead), ...args], folder, {});
}

function cdkSynth(folder: string, env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  rmSync(join(folder, 'cdk.out'), { recursive: true, force: true });
  const offline = ['--no-version-reporting', '--no-notices', '--no-lookups'];
  return inFolder('cdk', ['synth', '--quiet', '--app', 'node app.js', ...offline], folder, env);
}

function inFolder(command: string, args: string[], cwd: string, env: NodeJS.ProcessEnv): SpawnSyncReturns<string> {
  // CI=true would make the CDK CLI write everything to stdout; the test reads both streams.
  return spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [join(cwd, 'node_modules', '.bin'), BIN, process.env['PATH']].join(delimiter),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_CONTEXT_JSON: undefined,
      ...env,
    },
  });
}

function succeed(command: string, args: string[], cwd: string): void {
  const result = inFolder(command, args, cwd, {});
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${result.stdout}\n${result.stderr}`);
}
