import { createHmac } from 'node:crypto';
import type { Credentials } from '../client';
import type { DeployedStage } from '../deployed';
import type { LocalCloud } from '../local-cloud';
import { settled, valueOf } from '../rotation';

/** In the address range of the example's partner. */
export const PARTNER_ADDRESS = '203.0.113.10';

/** What became of one role's call of one endpoint. */
export interface Call {
  /** The construct path. */
  readonly role: string;
  /** `GET /orders/{id}`. */
  readonly endpoint: string;
  readonly status: number;
  readonly body: string;
  readonly declared: boolean;
}

/** Whether guard and function let it through; 404 is the function's answer for an order that is not there. */
export function isThrough({ status }: Call): boolean {
  return [200, 201, 202, 204, 404].includes(status);
}

/** Every role of the orders example at every endpoint, with real signatures, each from the address that it is bound to. */
export async function everyCall(
  cloud: LocalCloud,
  stage: DeployedStage,
  as: (role: string) => Promise<Credentials>,
): Promise<readonly Call[]> {
  const token = await partnerToken(cloud, stage, as);
  const calls: Call[] = [];
  for (const { endpoint, callers } of stage.matrix.endpoints) {
    const [method, template] = endpoint.split(' ');
    const path = `/${stage.api.stage}${template.replace('{id}', '7')}`;
    const body = method === 'GET' ? undefined : bodyFor(endpoint);
    const headers: Record<string, string> = endpoint.endsWith('/partner') ? webhookHeaders(body, token) : {};
    calls.push(
      ...(await Promise.all(
        [...stage.roles.keys()].map(async (role): Promise<Call> => {
          const answer = await from(cloud, role).callApi(stage.api, method, path, await as(role), body, headers);
          const { status, body: text } = answer;
          return { role, endpoint, status, body: text, declared: callers.includes(role) };
        }),
      )),
    );
  }
  return calls;
}

/** The port that counts as where a role's requests come from. */
export function from(cloud: LocalCloud, role: string): LocalCloud['client'] {
  return cloud.from(role.endsWith('/ParcelService') ? PARTNER_ADDRESS : '127.0.0.1');
}

/** The value of the partner's token, as the function reads it that checks webhooks. */
export async function partnerToken(
  cloud: LocalCloud,
  stage: DeployedStage,
  as: (role: string) => Promise<Credentials>,
): Promise<string> {
  const path = `${stage.name}/Service/PartnerToken`;
  const credential = stage.credentials.find((each) => each.path === path);
  if (credential === undefined) throw new Error(`no credential ${path}`);
  const arn = stage.secret(credential);
  await settled(cloud, stage, arn);
  return valueOf(cloud, stage, arn, await as(credential.readers[0]));
}

/** As the partner signs its webhooks. */
export function webhookHeaders(body: unknown, secret: string): Record<string, string> {
  const { token } = JSON.parse(secret) as { token: string };
  return { 'x-signature': createHmac('sha256', token).update(JSON.stringify(body)).digest('hex') };
}

/** A body that the model of the endpoint takes. */
function bodyFor(endpoint: string): unknown {
  if (endpoint.endsWith('/refunds')) return { amount: 1, reason: 'broken' };
  return endpoint.endsWith('/partner') ? { delivered: true } : { customer: 'ann', amount: 1 };
}
