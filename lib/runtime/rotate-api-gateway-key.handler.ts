import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { apiGatewayKeyKind } from './rotation/api-gateway-key-kind';
import type { CredentialKind } from './rotation/credential-kind';
import { removalHandler, rotationHandler } from './rotation/rotation-handler';
import { secureUrl, tryAt } from './rotation/secure-url';
import { setting } from './rotation/setting';

const client = new APIGatewayClient({});

/** The rotation function of an ApiGatewayKey. */
export const handler = rotationHandler(kindOf);

/** Ends it when it is removed from its stack. */
export const removed = removalHandler(kindOf);

function kindOf(environment: NodeJS.ProcessEnv): CredentialKind {
  const plan = {
    id: setting(environment, 'USAGE_PLAN_ID'),
    name: setting(environment, 'KEY_NAME'),
    tags: JSON.parse(setting(environment, 'KEY_TAGS')) as Record<string, string>,
  };
  const url = secureUrl(environment, 'PROBE_URL');
  return apiGatewayKeyKind(plan, { client, probe: url === undefined ? undefined : (value) => isLetIn(url, value) });
}

/** API Gateway answers 403 to a key that it does not take; whatever the API itself says is fine. */
async function isLetIn(url: string, key: string): Promise<boolean> {
  const { status } = await tryAt(url, { headers: { 'x-api-key': key } });
  return status !== 403;
}
