import { INTENT_KEY } from '../../model/intent';
import type { CredentialIntent } from '../../model/intent';
import type { ExampleTemplate } from '../rule';
import { roleThatMay } from './examples';

export const READER = 'Orders/Reader';

const INTENT: CredentialIntent = {
  kind: 'credential',
  credentialKind: 'opaque-token',
  path: 'Orders/Token',
  owner: 'partners',
  purpose: 'webhook signing',
  expiresOn: '2027-06-30',
  rotateEveryDays: 7,
  readers: [READER],
};

/** A declared secret `Secret`, and a role `Example` that may do one thing with one resource of the template. */
export function declaredSecretAndRole(
  Action: string,
  Resource: object,
  more: ExampleTemplate['Resources'] = {},
): ExampleTemplate {
  return {
    Resources: {
      Secret: declaredSecret({}).Resources['Example'],
      ...more,
      ...roleThatMay({ Effect: 'Allow', Action, Resource }).Resources,
    },
  };
}

/** A secret called `Example` that was declared as a credential. */
export function declaredSecret(properties: Readonly<Record<string, unknown>>): ExampleTemplate {
  return {
    Resources: {
      Example: {
        Type: 'AWS::SecretsManager::Secret',
        Properties: { GenerateSecretString: {}, ...properties },
        Metadata: { [INTENT_KEY]: INTENT },
      },
    },
  };
}
