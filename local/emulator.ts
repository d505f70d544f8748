import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { packageRoot } from '../lib/private/package-root';
import leftOut from './left-out.json';
import { pinned } from './python';

/** A resource type that the emulator cannot hold, and why it is left out. */
export interface LeftOut {
  readonly type: string;
  /** Only those that have this property. */
  readonly with?: string;
  readonly because: string;
}

export const LEFT_OUT: readonly LeftOut[] = leftOut;

export interface EmulatorOptions {
  readonly python: string;
  /** A folder of this run, for everything that the emulator writes. */
  readonly folder: string;
  readonly port: number;
  /** Where it tells the guard what is deployed. */
  readonly factsPort: number;
  readonly runToken: string;
  /** Where functions send their requests: the guard. */
  readonly endpoint: string;
}

const PATIENCE_SECONDS = 30;

/** ministack with the extension in `local/emulator`, on 127.0.0.1 only. It ends with this process, however that ends. */
export class Emulator {
  private constructor(
    private readonly child: ChildProcess,
    public readonly logFile: string,
  ) {}

  public static async start(options: EmulatorOptions): Promise<Emulator> {
    const { python, folder, port } = options;
    mkdirSync(join(folder, 'tmp'), { recursive: true });
    const logFile = join(folder, 'emulator.log');
    const log = openSync(logFile, 'w');
    // A group of its own: Ctrl-C is for us, who then stop it in good order.
    const child = spawn(python, [join(packageRoot(), 'local', 'emulator')], {
      cwd: folder,
      detached: true,
      stdio: ['pipe', log, log],
      env: environment(options),
    });
    closeSync(log);
    const emulator = new Emulator(child, logFile);
    let failed: string | undefined;
    child.on('error', (error) => (failed = String(error)));
    child.on('exit', (code, signal) => (failed = `it ended with ${signal ?? `exit code ${code}`}`));
    for (let waited = 0; !(await answers(port)); waited += 50) {
      if (failed === undefined && waited < PATIENCE_SECONDS * 1000) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      const said = readFileSync(logFile, 'utf8').trim().split('\n').slice(-15).join('\n');
      await emulator.stop();
      throw new Error(`the emulator did not start: ${failed ?? 'it does not answer'}\n${said}`);
    }
    return emulator;
  }

  public get pid(): number | undefined {
    return this.child.pid;
  }

  /** Stops the emulator and the functions that it runs. */
  public async stop(): Promise<void> {
    const { child } = this;
    const { pid } = child;
    if (pid === undefined) return;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      const late = setTimeout(() => signal(pid, 'SIGKILL'), 3000);
      child.kill('SIGTERM');
      await ended;
      clearTimeout(late);
    }
    // Functions run in processes of the same group.
    signal(pid, 'SIGKILL');
  }
}

function signal(group: number, name: NodeJS.Signals): void {
  try {
    process.kill(-group, name);
  } catch {
    // Nobody of the group is left.
  }
}

/** Nothing of the caller's environment but what a program needs to run: functions inherit it. */
function environment({ folder, port, factsPort, runToken, endpoint }: EmulatorOptions): NodeJS.ProcessEnv {
  return {
    PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
    LANG: 'C.UTF-8',
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    PYTHONPATH: '',
    // Bytecode of the packages is kept with them; the extension's own stays out of the repository.
    PYTHONPYCACHEPREFIX: join(dirname(folder), 'pycache'),
    BIND_HOST: '127.0.0.1',
    GATEWAY_PORT: String(port),
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    CLOUDTRAIL_RECORDING: '1',
    LOG_LEVEL: 'WARNING',
    STATE_DIR: join(folder, 'state'),
    // For functions. On AWS the runtime has the SDK; here it is that of the project.
    AWS_ENDPOINT_URL: endpoint,
    NODE_EXTRA_CA_CERTS: join(folder, 'guard.crt'),
    NODE_PATH: join(packageRoot(), 'node_modules'),
    NODE_OPTIONS: `--require ${JSON.stringify(join(packageRoot(), 'local', 'emulator', 'reach-guard.cjs'))}`,
    BULKHEAD_RUN_FOLDER: folder,
    BULKHEAD_FACTS_PORT: String(factsPort),
    BULKHEAD_RUN_TOKEN: runToken,
    BULKHEAD_LEFT_OUT: JSON.stringify(LEFT_OUT),
    BULKHEAD_MINISTACK_VERSION: pinned('ministack'),
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const call = get({ host: '127.0.0.1', port, path: '/_ministack/health', timeout: 1000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    call.on('error', () => resolve(false));
    call.on('timeout', () => call.destroy());
  });
}

/** Three ports of 127.0.0.1 that are free now: held at once, so that none is given twice. */
export async function freePorts(): Promise<readonly [number, number, number]> {
  const servers = [createServer(), createServer(), createServer()] as const;
  const ports = servers.map(async (server) => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  });
  const [first, second, third] = await Promise.all(ports);
  await Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  return [first, second, third];
}
