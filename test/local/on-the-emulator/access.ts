import { describe, expect, it } from 'vitest';
import { everyCall, isThrough } from '../../../local/tour/every-call';
import type { Scene } from '../scene';

/** Every role of the stage, callers or not, at every endpoint, with a real signature over the wire. */
export function access(scene: () => Scene): void {
  describe('every role at every endpoint', () => {
    it('gets through exactly where it was declared as a caller', async () => {
      const { cloud, stage, as } = scene();
      const calls = await everyCall(cloud, stage, as);
      const { endpoints, callers } = stage.matrix;
      expect({ endpoints: endpoints.length, callers: callers.length }).toEqual({ endpoints: 8, callers: 4 });
      expect(calls).toHaveLength(8 * stage.roles.size);
      expect(calls.filter((call) => isThrough(call) !== call.declared)).toEqual([]);
      // A fault of emulator or function is no refusal.
      expect(calls.filter((call) => !isThrough(call) && call.status !== 403)).toEqual([]);
    });

    it('keeps the partner to its own addresses', async () => {
      const { cloud, stage, as } = scene();
      const partner = await as('Prod/People/ParcelService');
      const { status } = await cloud.client.callApi(stage.api, 'GET', '/prod/orders/7', partner);
      expect(status).toBe(403);
    });

    it('is denied by the policy of the API even where its own policy allows everything', async () => {
      const { cloud, stage } = scene();
      const administrator = cloud.past(stage.account);
      const all = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' }],
      };
      await administrator.iam({
        Action: 'CreateRole',
        RoleName: 'Stranger',
        AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      });
      await administrator.iam({
        Action: 'PutRolePolicy',
        RoleName: 'Stranger',
        PolicyName: 'all',
        PolicyDocument: JSON.stringify(all),
      });
      const session = await cloud.sessionOf(`arn:aws:iam::${stage.account}:role/Stranger`);
      const { status, body } = await cloud.client.callApi(stage.api, 'GET', '/prod/orders', session);
      expect(status).toBe(403);
      expect(body).toContain('explicit deny in a resource policy');
    });
  });
}
