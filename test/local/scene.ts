import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import type { Credentials } from '../../local/client';
import { DeployedStage } from '../../local/deployed';
import { bootstrap, deployStacks } from '../../local/deployment';
import { LocalCloud } from '../../local/local-cloud';
import { packageRoot } from '../../lib/private/package-root';
import { findPython, NoPython, pythonEnvironment, runFolder } from '../../local/python';
import { PARTNER_ADDRESS } from '../../local/tour/every-call';
import { sessions } from '../../local/tour/tour';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** The partner's own key pair: its private half is nowhere but here. */
export const PARTNER = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** The production stage of the example, deployed to an emulator, with the guard in front. */
export interface Scene {
  readonly cloud: LocalCloud;
  readonly stage: DeployedStage;
  /** A session of a role of the stage, whatever its trust policy says. */
  readonly as: (path: string) => Promise<Credentials>;
  /** A stage with one credential of every kind. */
  readonly every: DeployedStage;
  readonly asOfEvery: (path: string) => Promise<Credentials>;
}

/** Why the tests on the emulator cannot run; `undefined` where they can. In CI that is a failure. */
export function reasonToSkip(): string | undefined {
  try {
    findPython();
    return undefined;
  } catch (error) {
    if (!(error instanceof NoPython) || process.env['CI'] === 'true') throw error;
    return error.message;
  }
}

/** Starts the emulator, and synthesizes while it starts and is bootstrapped. */
export async function openScene(): Promise<Scene & { close(): Promise<void> }> {
  const folder = runFolder('work');
  const assembly = join(folder, 'cdk.out');
  const starting = pythonEnvironment().then((python) => LocalCloud.start({ python, sourceIps: [PARTNER_ADDRESS] }));
  let cloud: LocalCloud | undefined;
  const close = async (): Promise<void> => {
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    cloud = await starting;
    const { emulatorPort } = cloud;
    const target = { assembly, account: ACCOUNT, region: REGION, emulatorPort, home: folder };
    await Promise.all([
      synthesize(folder, assembly, PARTNER.publicKey.export({ type: 'spki', format: 'pem' }).toString()),
      bootstrap(target),
    ]);
    await deployStacks(target, ['Prod/*', 'Every/*']);
    const stage = await DeployedStage.of(cloud, assembly, 'Prod');
    const every = await DeployedStage.of(cloud, assembly, 'Every');
    return { cloud, stage, as: sessions(cloud, stage), every, asOfEvery: sessions(cloud, every), close };
  } catch (error) {
    cloud ??= await starting.catch(() => undefined);
    await close();
    throw error;
  }
}

/** In a process of its own: bundling functions needs one. From the sources, bundled here for it. */
async function synthesize(folder: string, outdir: string, partnerPublicKey: string): Promise<void> {
  const outfile = join(folder, 'stages.cjs');
  await build({
    entryPoints: [join(packageRoot(), 'test', 'local', 'stages.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    packages: 'external',
    logLevel: 'warning',
  });
  const input = JSON.stringify({ outdir, env: { account: ACCOUNT, region: REGION }, partnerPublicKey });
  await promisify(execFile)(process.execPath, [outfile, input], {
    cwd: packageRoot(),
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
}
