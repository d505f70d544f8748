import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { apiGatewayKeyKind } from './rotation/api-gateway-key-kind';
import { rotationHandler } from './rotation/rotation-handler';
import { setting } from './rotation/setting';

const client = new APIGatewayClient({});

/** The rotation function of an ApiGatewayKey. */
export const handler = rotationHandler((environment) => {
  const plan = {
    id: setting(environment, 'USAGE_PLAN_ID'),
    name: setting(environment, 'KEY_NAME'),
    tags: JSON.parse(setting(environment, 'KEY_TAGS')) as Record<string, string>,
  };
  const url = environment['PROBE_URL'];
  return apiGatewayKeyKind(plan, { client, probe: url === undefined ? undefined : (value) => isLetIn(url, value) });
});

/** API Gateway answers 403 to a key that it does not take; whatever the API itself says is fine. */
async function isLetIn(url: string, key: string): Promise<boolean> {
  const { status } = await fetch(url, { headers: { 'x-api-key': key }, signal: AbortSignal.timeout(10_000) });
  return status !== 403;
}
