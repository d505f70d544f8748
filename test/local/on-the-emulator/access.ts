import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { settled, valueOf } from '../../../local/rotation';
import { PARTNER_ADDRESS } from '../scene';
import type { Scene } from '../scene';

/** A body that the model of the endpoint takes. */
function bodyFor(endpoint: string): unknown {
  if (endpoint.endsWith('/refunds')) return { amount: 1, reason: 'broken' };
  return endpoint.endsWith('/partner') ? { delivered: true } : { customer: 'ann', amount: 1 };
}

/** As the partner signs its webhooks. */
function signed(body: string, secret: string): string {
  const { token } = JSON.parse(secret) as { token: string };
  return createHmac('sha256', token).update(body).digest('hex');
}

/** Every role of the stage, callers or not, at every endpoint, with a real signature over the wire. */
export function access(scene: () => Scene): void {
  describe('every role at every endpoint', () => {
    it('gets through exactly where it was declared as a caller', async () => {
      const { cloud, stage, as } = scene();
      const { endpoints, callers } = stage.matrix;
      expect({ endpoints: endpoints.length, callers: callers.length }).toEqual({ endpoints: 8, callers: 4 });
      const secret = stage.secret(stage.credentials[0]);
      await settled(cloud, stage, secret);
      const token = await valueOf(cloud, stage, secret, await as('Prod/Service/partner-webhook-role'));
      const declared: string[] = [];
      const found: string[] = [];
      for (const { endpoint, callers } of endpoints) {
        const [method, template] = endpoint.split(' ');
        const path = `/${stage.api.stage}${template.replace('{id}', '7')}`;
        const body = method === 'GET' ? undefined : bodyFor(endpoint);
        const headers: Record<string, string> = endpoint.endsWith('/partner')
          ? { 'x-signature': signed(JSON.stringify(body), token) }
          : {};
        await Promise.all(
          [...stage.roles.keys()].map(async (role) => {
            const from = cloud.from(role.endsWith('/ParcelService') ? PARTNER_ADDRESS : '127.0.0.1');
            const { status, body: text } = await from.callApi(stage.api, method, path, await as(role), body, headers);
            const through = status !== 403;
            // 404 is the answer of the function: there is no order 7 yet.
            expect([200, 201, 202, 204, 403, 404], `${role} ${endpoint}: ${text}`).toContain(status);
            if (through) found.push(`${endpoint}: ${role}`);
          }),
        );
        declared.push(...callers.map((role) => `${endpoint}: ${role}`));
      }
      expect(found.sort()).toEqual(declared.sort());
    });

    it('keeps the partner to its own addresses', async () => {
      const { cloud, stage, as } = scene();
      const partner = await as('Prod/People/ParcelService');
      const { status } = await cloud.client.callApi(stage.api, 'GET', '/prod/orders/7', partner);
      expect(status).toBe(403);
    });

    it('is denied by the policy of the API even where its own policy allows everything', async () => {
      const { cloud, stage } = scene();
      const name = 'Stranger';
      const trust = { Version: '2012-10-17', Statement: [] };
      const all = {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'execute-api:*', Resource: '*' }],
      };
      await cloud.past(stage.account).iam({
        Action: 'CreateRole',
        RoleName: name,
        AssumeRolePolicyDocument: JSON.stringify(trust),
      });
      await cloud.past(stage.account).iam({
        Action: 'PutRolePolicy',
        RoleName: name,
        PolicyName: 'all',
        PolicyDocument: JSON.stringify(all),
      });
      const session = await cloud.sessionOf(`arn:aws:iam::${stage.account}:role/${name}`);
      const { status, body } = await cloud.client.callApi(stage.api, 'GET', '/prod/orders', session);
      expect(status).toBe(403);
      expect(body).toContain('explicit deny in a resource policy');
    });
  });
}
