import { describe, expect, it } from 'vitest';
import { ATTACKS, refusalCode } from '../../../local/attacks';
import { apiRequest, sign } from '../../../local/client';
import type { Scene } from '../scene';

export function attacks(scene: () => Scene): void {
  describe('an attacker on the wire', () => {
    it('could do what is attempted below, were it done as it should be', async () => {
      const { cloud, stage, as } = scene();
      const { status } = await cloud.client.callApi(stage.api, 'GET', '/prod/orders', await as('Prod/People/Clerk'));
      expect(status).toBe(200);
    });

    it.each(ATTACKS.map((attack) => [attack.name, attack] as const))('%s: is refused', async (_name, attack) => {
      const { cloud, stage, as } = scene();
      const role = 'Prod/People/Clerk';
      const passed = cloud.passed;
      const answer = await attack.mount({ cloud, stage, role, session: await as(role) });
      expect({ code: refusalCode(answer), refused: answer.status >= 400 }).toEqual({
        code: attack.refused,
        refused: true,
      });
      expect(cloud.passed - passed, 'requests that reached the emulator').toBe(0);
    });

    it('can send again what was signed, unchanged, for five minutes: a signature is no protection against that', async () => {
      const { cloud, stage, as } = scene();
      const sent = await sign(apiRequest(stage.api, 'GET', '/prod/orders'), await as('Prod/People/Clerk'));
      const answers = [await cloud.client.sendAsIs(sent), await cloud.client.sendAsIs(sent)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    });
  });
}
