import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { context } from '../../cdk.json';
import type { Credentials } from '../../local/client';
import { DeployedStage } from '../../local/deployed';
import { deploy } from '../../local/deployment';
import { LocalCloud } from '../../local/local-cloud';
import { packageRoot } from '../../lib/private/package-root';
import { findPython, NoPython, pythonEnvironment } from '../../local/python';
import { PARTNER_ADDRESS } from '../../local/tour/every-call';
import { sessions } from '../../local/tour/tour';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

/** The production stage of the example, deployed to an emulator, with the guard in front. */
export interface Scene {
  readonly cloud: LocalCloud;
  readonly stage: DeployedStage;
  /** A session of a role of the stage, whatever its trust policy says. */
  readonly as: (path: string) => Promise<Credentials>;
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

/** Starts the emulator, and synthesizes and deploys meanwhile. */
export async function openScene(): Promise<Scene & { close(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'emulated-'));
  const starting = pythonEnvironment().then((python) => LocalCloud.start({ python, sourceIps: [PARTNER_ADDRESS] }));
  let cloud: LocalCloud | undefined;
  const close = async (): Promise<void> => {
    await cloud?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const assembly = join(folder, 'cdk.out');
    await synthesize(assembly);
    cloud = await starting;
    const { emulatorPort } = cloud;
    await deploy({ assembly, stacks: 'Prod/*', account: ACCOUNT, region: REGION, emulatorPort, home: folder });
    const stage = await DeployedStage.of(cloud, assembly, 'Prod');
    const as = sessions(cloud, stage);
    return { cloud, stage, as, close };
  } catch (error) {
    cloud ??= await starting.catch(() => undefined);
    await close();
    throw error;
  }
}

/**
 * The production stage as it was built, in a process of its own, for bundling takes one. Without checks: that it passes
 * them is proved elsewhere.
 */
async function synthesize(outdir: string): Promise<void> {
  const script = `
    const { App } = require('aws-cdk-lib');
    const { OrdersStage } = require('./dist/bin/example/orders-stage');
    const { outdir, context, env } = JSON.parse(process.argv[1]);
    const app = new App({ analyticsReporting: false, outdir, context });
    new OrdersStage(app, 'Prod', { env, auditDays: 400, deploysFrom: 'production' });
    app.synth();`;
  const input = JSON.stringify({ outdir, context, env: { account: ACCOUNT, region: REGION } });
  await promisify(execFile)(process.execPath, ['-e', script, input], {
    cwd: packageRoot(),
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
}
