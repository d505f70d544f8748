// `npm run local`, after the build: deploys the example to an emulator on this machine, and shows what it lets through.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { packageRoot } from '../lib/private/package-root';
import { DeployedStage } from './deployed';
import { bootstrap, deployStacks } from './deployment';
import { LEFT_OUT } from './emulator';
import { LocalCloud } from './local-cloud';
import { findPython, NoPython, pythonEnvironment, runFolder } from './python';
import { PARTNER_ADDRESS } from './tour/every-call';
import { tour } from './tour/tour';

const STAGES = { Prod: '111122223333', Dev: '444455556666' } as const;
const REGION = 'eu-west-1';

const started = Date.now();
const stopping = new AbortController();
let starting: Promise<LocalCloud> | undefined;
let cloud: LocalCloud | undefined;
let folder: string | undefined;

const title = (text: string): void => console.log(`\n${styleText('bold', `▌ ${text}`)}\n`);
const line = (text: string): void => console.log(`  ${text}`);

/** A step, with its time when it is done: several run at once. */
async function step<T>(what: string, act: () => Promise<T>): Promise<T> {
  const from = Date.now();
  const result = await act();
  if (!stopping.signal.aborted) line(`${what.padEnd(66)}${((Date.now() - from) / 1000).toFixed(1).padStart(6)} s`);
  return result;
}

async function main(): Promise<number> {
  findPython();
  const work = (folder = runFolder('work'));
  const assembly = join(work, 'cdk.out');

  title('The example on this machine: an emulator, with the IAM guard in front');
  line('first ministack and the templates, then the deployments; Ctrl-C stops it at any time');
  const [running] = await allOf([
    (starting = start()),
    step('cdk synth, all checks on', () => synthesize(assembly, work)),
  ]);
  await allOf(
    Object.entries(STAGES).map(([stage, account]) =>
      step(`cdk bootstrap and cdk deploy '${stage}/*' to account ${account}`, async () => {
        const home = join(work, stage);
        mkdirSync(home);
        const { emulatorPort } = running;
        const target = { assembly, account, region: REGION, emulatorPort, home, signal: stopping.signal };
        await bootstrap(target);
        await deployStacks(target, [`${stage}/*`]);
      }),
    ),
  );
  if (LEFT_OUT.length === 0) line('Nothing was left out of the templates.');
  for (const { type, with: property, because } of LEFT_OUT) {
    line(`left out: ${type}${property === undefined ? '' : ` with ${property}`}, ${because}`);
  }

  const faults: string[] = [];
  const [prod, dev] = await Promise.all(Object.keys(STAGES).map((stage) => DeployedStage.of(running, assembly, stage)));
  await tour(running, prod, dev, { title, line, wrong: (fault) => faults.push(fault) });

  title('In sum');
  line(`Deployed to an emulator; who may do what was decided by our guard, not by AWS.`);
  line(`${running.decided} requests were decided, ${running.decided - running.passed} of them refused.`);
  for (const fault of faults) line(styleText('red', `not as declared: ${fault}`));
  if (faults.length === 0) line('Everything is as it was declared.');
  return faults.length === 0 ? 0 : 1;
}

async function start(): Promise<LocalCloud> {
  const python = await step('Python environment', () => pythonEnvironment(line));
  return step('emulator and guard, on 127.0.0.1', async () => {
    const started = await LocalCloud.start({ python, sourceIps: [PARTNER_ADDRESS] });
    cloud = started;
    return started;
  });
}

/** All of them; where one fails, the first failure once all have ended. */
async function allOf<T extends readonly Promise<unknown>[]>(
  tasks: readonly [...T],
): Promise<{ [K in keyof T]: Awaited<T[K]> }> {
  const ended = await Promise.allSettled(tasks);
  for (const each of ended) if (each.status === 'rejected') throw each.reason;
  return Promise.all(tasks) as Promise<{ [K in keyof T]: Awaited<T[K]> }>;
}

/** As `npm start` does. */
async function synthesize(output: string, home: string): Promise<void> {
  const cdk = join(packageRoot(), 'node_modules', 'aws-cdk', 'bin', 'cdk');
  const child = spawn(process.execPath, [cdk, 'synth', '--quiet', '--no-notices', '--output', output], {
    cwd: packageRoot(),
    stdio: ['ignore', 'ignore', 'pipe'],
    signal: stopping.signal,
    env: {
      ...process.env,
      CDK_HOME: home,
      CDK_DISABLE_CLI_TELEMETRY: '1',
      CDK_DISABLE_VERSION_CHECK: '1',
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: '1',
    },
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (status !== 0) throw new Error(`\`cdk synth\` failed:\n${said.trim()}`);
}

async function stop(): Promise<void> {
  stopping.abort();
  await starting?.catch(() => undefined);
  await cloud?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping.signal.aborted) return;
    console.log(`\n  stopped by ${signal}; cleaning up`);
    void stop().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

async function run(): Promise<void> {
  try {
    process.exitCode = await main();
  } catch (error) {
    // A stop takes with it what is under way; who stops says so.
    if (stopping.signal.aborted) return;
    console.error(`\n${styleText('red', error instanceof Error ? error.message : String(error))}`);
    process.exitCode = error instanceof NoPython ? 2 : 1;
  }
  await stop();
  console.log(`\n  Stopped; nothing is left running. ${((Date.now() - started) / 1000).toFixed(0)} s\n`);
}

void run();
