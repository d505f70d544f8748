import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../lib/private/package-root';

const CDK = join(packageRoot(), 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** An environment of the emulator. */
export interface DeploymentTarget {
  /** A cloud assembly; `bootstrap` does not read it. */
  readonly assembly: string;
  readonly account: string;
  readonly region: string;
  readonly emulatorPort: number;
  /** A folder for what the CDK CLI keeps. */
  readonly home: string;
  /** Ends it early. */
  readonly signal?: AbortSignal;
}

/**
 * `cdk bootstrap`, as on AWS, but for the address: it talks to the emulator itself, for who may deploy is not what the
 * guard decides.
 */
export function bootstrap(target: DeploymentTarget): Promise<void> {
  return cdk(target, ['bootstrap', `aws://${target.account}/${target.region}`]);
}

/** `cdk deploy`, likewise; without change sets, which nobody would look at. @param stacks by pattern: `Prod/*` */
export function deployStacks(target: DeploymentTarget, stacks: readonly string[]): Promise<void> {
  const options = ['--require-approval', 'never', '--method', 'direct', '--concurrency', '4', '--progress', 'events'];
  return cdk(target, ['deploy', '--app', target.assembly, ...stacks, ...options]);
}

async function cdk(
  { account, region, emulatorPort, home, signal }: DeploymentTarget,
  args: readonly string[],
): Promise<void> {
  const endpoint = `http://127.0.0.1:${emulatorPort}`;
  const child = spawn(process.execPath, [CDK, ...args, '--no-notices', '--ci'], {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal === undefined ? {} : { signal }),
    env: {
      PATH: process.env['PATH'],
      HOME: home,
      TMPDIR: process.env['TMPDIR'],
      CDK_HOME: home,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      // To the emulator, the key that is an account number is that account.
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'emulated',
      AWS_REGION: region,
    },
  });
  const lines: string[] = [];
  const onData = (chunk: Buffer): void => {
    lines.push(
      ...chunk
        .toString()
        .split('\n')
        .filter((line) => line.trim() !== ''),
    );
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (status !== 0) throw new Error(`\`cdk ${args[0]}\` failed:\n${lines.slice(-20).join('\n')}`);
}
