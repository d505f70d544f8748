import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Administrator } from './administrator';
import { Client } from './client';
import type { Credentials } from './client';
import { Emulator, freePorts } from './emulator';
import { Facts } from './guard/facts';
import { Guard } from './guard/guard';
import type { Decided, Fault } from './guard/guard';
import { signIn } from './guard/sign-in';
import type { SignIn } from './guard/sign-in';
import { runFolder } from './python';

export interface LocalCloudOptions {
  readonly python: string;
  /** Addresses from which requests come, beside 127.0.0.1: for each one port of the guard. */
  readonly sourceIps?: readonly string[];
  readonly onDecided?: (decided: Decided) => void;
}

/** The emulator with the guard in front, for one run. */
export class LocalCloud {
  private readonly clients = new Map<string, Client>();

  private constructor(
    private readonly folder: string,
    private readonly emulator: Emulator,
    private readonly guard: Guard,
    public readonly facts: Facts,
    public readonly emulatorPort: number,
    /** The port of the guard, TLS, from 127.0.0.1. */
    public readonly port: number,
  ) {}

  public static async start({ python, sourceIps = [], onDecided }: LocalCloudOptions): Promise<LocalCloud> {
    const folder = runFolder('run');
    const runToken = randomBytes(24).toString('hex');
    let emulator: Emulator | undefined;
    let guard: Guard | undefined;
    try {
      const [emulatorPort, factsPort, port] = await freePorts();
      emulator = await Emulator.start({
        python,
        folder,
        port: emulatorPort,
        factsPort,
        runToken,
        endpoint: `https://127.0.0.1:${port}`,
      });
      const facts = new Facts(factsPort, runToken);
      guard = new Guard({ facts, upstreamPort: emulatorPort, ...(onDecided === undefined ? {} : { onDecided }) });
      const certificate = { key: join(folder, 'guard.key'), cert: join(folder, 'guard.crt') };
      await guard.listen('127.0.0.1', certificate, port);
      const cloud = new LocalCloud(folder, emulator, guard, facts, emulatorPort, port);
      const ca = readFileSync(certificate.cert, 'utf8');
      cloud.clients.set('127.0.0.1', new Client({ port, ca }));
      cloud.clients.set('plain', new Client({ port: await guard.listen('127.0.0.1') }));
      for (const sourceIp of sourceIps) {
        cloud.clients.set(sourceIp, new Client({ port: await guard.listen(sourceIp, certificate), ca }));
      }
      return cloud;
    } catch (error) {
      await guard?.close();
      await emulator?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Sends requests from an address; `plain` for requests without TLS. */
  public from(sourceIp: string): Client {
    const found = this.clients.get(sourceIp);
    if (found === undefined) throw new Error(`no port counts as ${sourceIp}`);
    return found;
  }

  public get client(): Client {
    return this.from('127.0.0.1');
  }

  /** The file in which the emulator logs. */
  public get log(): string {
    return readFileSync(this.emulator.logFile, 'utf8');
  }

  public get emulatorPid(): number | undefined {
    return this.emulator.pid;
  }

  /** How many requests the guard has decided on. */
  public get decided(): number {
    return this.guard.decided;
  }

  /** How many of them it has passed on. */
  public get passed(): number {
    return this.guard.passed;
  }

  /** Breaks requests as `fault` says, until the answer is called. */
  public breakCalls(fault: Fault): () => void {
    this.guard.faults.add(fault);
    return () => this.guard.faults.delete(fault);
  }

  /** Waits until the trails were told of everything that the guard has decided so far. */
  public recorded(): Promise<void> {
    return this.guard.recorded();
  }

  /** A session of a role, where its trust policy lets this one in. @throws Refusal */
  public signIn(roleArn: string, how: SignIn, seconds?: number): Promise<Credentials> {
    return signIn(this.facts, roleArn, how, seconds);
  }

  /** A session of a role as if somebody had got hold of it: no trust policy is asked. */
  public sessionOf(roleArn: string, seconds = 900): Promise<Credentials> {
    return this.facts.session(roleArn, 'local', seconds);
  }

  /**
   * Requests past the guard, straight to the emulator, as the administrator of an account: to set a scene, never to
   * prove anything.
   */
  public past(account: string): Administrator {
    return new Administrator(this.emulatorPort, account);
  }

  /** Stops everything and leaves no file. May be called again. */
  public async stop(): Promise<void> {
    await this.guard.close();
    this.facts.close();
    await this.emulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
