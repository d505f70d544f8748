import { describe, expect, it } from 'vitest';
import type { DeclaredCredential } from '../../../lib/model/declared';
import { holderOf, rotate, settled, valueOf } from '../../../local/rotation';
import { THOROUGH } from '../../support/effort';
import type { Scene } from '../scene';

export function credentials(scene: () => Scene): void {
  const each = async (act: (credential: DeclaredCredential, arn: string) => Promise<void>): Promise<void> => {
    const { stage } = scene();
    expect(stage.credentials.length).toBeGreaterThan(0);
    for (const credential of stage.credentials) await act(credential, stage.secret(credential));
  };

  describe('every role at every secret', () => {
    it('reads exactly what it was declared to read', async () => {
      const { cloud, stage, as } = scene();
      await each(async (credential, arn) => {
        await settled(cloud, stage, arn);
        const found: string[] = [];
        for (const role of stage.roles.keys()) {
          const input = { SecretId: arn };
          const { status } = await cloud.client.secrets('GetSecretValue', stage.region, input, await as(role));
          expect([200, 403]).toContain(status);
          if (status === 200) found.push(role);
        }
        const declared = [...credential.readers, ...(credential.rotator === undefined ? [] : [credential.rotator])];
        expect({ secret: credential.path, readers: found.sort() }).toEqual({
          secret: credential.path,
          readers: declared.sort(),
        });
      });
    });

    it('writes no value and moves no label, but for the rotator', async () => {
      const { cloud, stage, as } = scene();
      await each(async (credential, arn) => {
        const { versions } = await settled(cloud, stage, arn);
        for (const role of stage.roles.keys()) {
          if (role === credential.rotator) continue;
          for (const [operation, input] of Object.entries({
            PutSecretValue: { SecretId: arn, SecretString: '{"token":"forged"}', ClientRequestToken: 'x'.repeat(36) },
            UpdateSecretVersionStage: { SecretId: arn, VersionStage: 'AWSCURRENT', MoveToVersionId: 'x' },
            PutResourcePolicy: { SecretId: arn, ResourcePolicy: '{}' },
            DeleteSecret: { SecretId: arn },
            CancelRotateSecret: { SecretId: arn },
          })) {
            const { status } = await cloud.client.secrets(operation, stage.region, input, await as(role));
            expect({ role, operation, status }).toEqual({ role, operation, status: 403 });
          }
        }
        expect((await settled(cloud, stage, arn)).versions).toEqual(versions);
      });
    });

    it('gets no value by plain HTTP, be it the reader', async () => {
      const { cloud, stage, as } = scene();
      await each(async ({ readers }, arn) => {
        const plain = cloud.from('plain');
        const input = { SecretId: arn };
        const { status, body } = await plain.secrets('GetSecretValue', stage.region, input, await as(readers[0]));
        expect(status).toBe(403);
        expect(body).toContain('NoPlainHttp');
      });
    });
  });

  describe('a rotation by the deployed function', () => {
    it('gives a new value, keeps the one before, and leaves nothing pending', async () => {
      const { cloud, stage, as } = scene();
      await each(async ({ readers }, arn) => {
        await settled(cloud, stage, arn);
        const reader = await as(readers[0]);
        const first = await valueOf(cloud, stage, arn, reader);
        const second = await rotate(cloud, stage, arn);
        expect(await valueOf(cloud, stage, arn, reader)).not.toBe(first);
        expect(await valueOf(cloud, stage, arn, reader, 'AWSPREVIOUS')).toBe(first);
        expect(holderOf('AWSPENDING', second)).toBeUndefined();
        await rotate(cloud, stage, arn);
        // Two rotations later nobody can be handed the first value any more.
        const left = await Promise.all(
          ['AWSCURRENT', 'AWSPREVIOUS'].map((label) => valueOf(cloud, stage, arn, reader, label)),
        );
        expect(left).not.toContain(first);
      });
    });

    it('survives that it ends after any of its calls, or before, and its reader never lacks a value', async () => {
      const { cloud, stage, as } = scene();
      await each(async (credential, arn) => {
        const { readers, rotator } = credential;
        if (rotator === undefined) return;
        const reader = await as(readers[0]);
        const name = stage.role(rotator).split('/').at(-1) ?? '';
        const mine = (who: string): boolean => who.includes(`:assumed-role/${name}/`);
        let broken = 0;
        // The later moment is the harder one: something has happened, and nobody was told.
        for (const moment of THOROUGH ? (['after', 'before'] as const) : (['after'] as const)) {
          for (let at = 0; ; at += 1) {
            const before = holderOf('AWSCURRENT', await settled(cloud, stage, arn));
            let calls = 0;
            let happened = false;
            cloud.breakCalls((who) => {
              if (!mine(who)) return undefined;
              calls += 1;
              if (calls - 1 !== at) return undefined;
              happened = true;
              return moment;
            });
            await cloud.past(stage.account).secrets('RotateSecret', stage.region, { SecretId: arn });
            await settled(cloud, stage, arn);
            cloud.breakCalls(undefined);
            await valueOf(cloud, stage, arn, reader);
            if (!happened) break;
            broken += 1;
            // Tried again, as Secrets Manager does.
            await cloud.past(stage.account).secrets('RotateSecret', stage.region, { SecretId: arn });
            const after = await settled(cloud, stage, arn);
            const labels = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING'].map((label) => holderOf(label, after));
            expect({ moment, at, pending: labels[2], renewed: labels[0] !== before }).toEqual({
              moment,
              at,
              pending: undefined,
              renewed: true,
            });
            expect(labels[1]).toBeDefined();
            await valueOf(cloud, stage, arn, reader);
          }
        }
        expect(broken, 'places where it was broken').toBeGreaterThan(6);
      });
    }, 180_000);
  });
}
