import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Facts } from '../../../local/guard/facts';
import type { Scene } from '../scene';

/** Addresses and ports on which a process listens, as Linux tells it. */
function listening(pids: readonly number[]): string[] {
  const sockets = new Set(
    pids.flatMap((pid) =>
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    ),
  );
  return ['tcp', 'tcp6'].flatMap((table) => {
    const file = `/proc/net/${table}`;
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => columns[3] === '0A' && sockets.has(columns[9]))
      .map((columns) => columns[1]);
  });
}

/** A process and those that it started. */
function family(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
  return [pid, ...children.flatMap((child) => family(Number(child)))];
}

export function host(scene: () => Scene): void {
  describe('the machine', () => {
    it.skipIf(process.platform !== 'linux')(
      'is listened on at 127.0.0.1 only, by emulator, functions and guard',
      () => {
        const { cloud } = scene();
        const emulator = listening(family(cloud.emulatorPid ?? 0));
        const own = [cloud.emulatorPort, cloud.facts.port].map((port) => `0100007F:${hex(port)}`);
        expect(emulator.sort()).toEqual(own.sort());
        const ours = listening([process.pid]);
        expect(ours).toContain(`0100007F:${hex(cloud.port)}`);
        expect(ours.filter((address) => !address.startsWith('0100007F:'))).toEqual([]);
      },
    );

    it('tells nothing of what is deployed to whoever does not know the token of this run', async () => {
      const { cloud, stage } = scene();
      const stranger = new Facts(cloud.facts.port, 'x'.repeat(48));
      await expect(stranger.secrets(stage.account, stage.region)).rejects.toThrow('it has hung up');
    });

    it('is told which resource types the emulator cannot hold, before anything is made', async () => {
      const { cloud, stage } = scene();
      const template = { Resources: { Rule: { Type: 'AWS::Config::ConfigRule', Properties: {} } } };
      const { status, body } = await cloud.past(stage.account).cloudFormation({
        Action: 'CreateStack',
        StackName: 'Unheld',
        TemplateBody: JSON.stringify(template),
      });
      expect(status).toBe(400);
      expect(body).toContain('Unrecognized resource types: [AWS::Config::ConfigRule]');
    });

    it('finds nothing of the caller’s environment in a function', () => {
      const { cloud } = scene();
      const environment = readFileSync(`/proc/${cloud.emulatorPid}/environ`, 'utf8').split('\0');
      const names = environment
        .map((each) => each.split('=')[0])
        .filter((name) => /^(npm_|CI$|GITHUB_|VITEST)/.test(name));
      expect(names).toEqual([]);
    });
  });
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0');
}
