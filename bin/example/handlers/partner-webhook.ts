// The partner's webhook: besides the gateway's decision (the partner's role, from the partner's addresses), the body
// is signed with the partner's token. The token rotates; the one before it stays valid until the next rotation.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { guard } from '../../../lib/runtime';
import { answer } from './http';

const secrets = new SecretsManagerClient({});

/** POST /webhooks/partner with the header `x-signature`: hex HMAC-SHA256 of the body. */
export const handler = guard(async (event: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
  const signature = Buffer.from(event.headers['x-signature'] ?? '', 'hex');
  for (const stage of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const token = await readToken(stage);
    if (token === undefined) continue;
    const expected = createHmac('sha256', token)
      .update(event.body ?? '')
      .digest();
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) return answer(202, {});
  }
  return answer(403, { message: 'the signature does not match' });
});

async function readToken(stage: string): Promise<string | undefined> {
  try {
    const secret = await secrets.send(
      new GetSecretValueCommand({ SecretId: process.env.TOKEN_ARN, VersionStage: stage }),
    );
    return JSON.parse(secret.SecretString ?? '{}').token;
  } catch (error) {
    // Before the first rotation there is no previous version. Everything else must not pass.
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
