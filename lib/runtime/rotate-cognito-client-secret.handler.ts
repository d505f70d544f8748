import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { cognitoClientSecretKind } from './rotation/cognito-client-secret-kind';
import type { CredentialKind } from './rotation/credential-kind';
import { removalHandler, rotationHandler } from './rotation/rotation-handler';
import { secureUrl, tryAt } from './rotation/secure-url';
import { setting } from './rotation/setting';

const client = new CognitoIdentityProviderClient({});

/** The rotation function of a CognitoClientSecret. */
export const handler = rotationHandler(kindOf);

/** Ends it when it is removed from its stack. */
export const removed = removalHandler(kindOf);

function kindOf(environment: NodeJS.ProcessEnv): CredentialKind {
  const app = { userPoolId: setting(environment, 'USER_POOL_ID'), clientId: setting(environment, 'CLIENT_ID') };
  const url = secureUrl(environment, 'TOKEN_URL');
  return cognitoClientSecretKind(app, {
    client,
    signIn: url === undefined ? undefined : (...who) => signIn(url, ...who),
  });
}

/** By the grant for machines: no user is needed. */
async function signIn(url: string, clientId: string, clientSecret: string): Promise<boolean> {
  const { ok } = await tryAt(url, {
    method: 'POST',
    headers: {
      'authorization': `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  return ok;
}
