import type * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { RotatedCredential } from './rotated-credential';
import type { RotatedCredentialProps } from './rotated-credential';

const COGNITO_CLIENT_SECRET = Symbol.for('cdk-bulkhead.CognitoClientSecret');

/** Properties of a CognitoClientSecret. */
export interface CognitoClientSecretProps extends RotatedCredentialProps {
  /** The user pool of the app client. */
  readonly userPool: cognito.IUserPool;
  /** The app client, made with `generateSecret`. It belongs to this credential alone. */
  readonly userPoolClient: cognito.IUserPoolClient;
  /**
   * The token endpoint, `https://<domain>/oauth2/token`, where each new secret is tried by the grant `client_credentials`.
   *
   * @default - the rotation asks Cognito whether the client has the secret
   */
  readonly tokenUrl?: string;
}

/**
 * The secret of an app client of a Cognito user pool.
 *
 * Stored as JSON with the members `clientId` and `clientSecret`. A client has two secrets at most: the one before stays
 * valid until the next rotation begins. The secret that the client was made with is deleted by the first rotation;
 * whoever may `cognito-idp:DescribeUserPoolClient` could read it.
 *
 * When it leaks: revoke it, and Cognito refuses it some seconds later. Tokens that were issued for it live on until they
 * expire: at most a day, an hour by default.
 *
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AddUserPoolClientSecret.html
 */
export class CognitoClientSecret extends RotatedCredential {
  /** Whether this is a CognitoClientSecret. Works across copies of the library. */
  public static isCognitoClientSecret(x: any): x is CognitoClientSecret {
    return x !== null && typeof x === 'object' && COGNITO_CLIENT_SECRET in x;
  }

  /** @throws BH3001 to BH3011 as RotatedCredential says. */
  constructor(scope: Construct, id: string, props: CognitoClientSecretProps) {
    super(scope, id, props, {
      credentialKind: 'cognito-client-secret',
      rotation: 'rotate-cognito-client-secret',
      environment: {
        USER_POOL_ID: props.userPool.userPoolId,
        CLIENT_ID: props.userPoolClient.userPoolClientId,
        ...(props.tokenUrl === undefined ? {} : { TOKEN_URL: props.tokenUrl }),
      },
    });
    Object.defineProperty(this, COGNITO_CLIENT_SECRET, { value: true });
    this.letRotation(
      'ClientSecretPolicy',
      // Cognito has no resource for a client: the pool is the narrowest there is.
      new iam.PolicyStatement({
        actions: ['AddUserPoolClientSecret', 'DeleteUserPoolClientSecret', 'ListUserPoolClientSecrets'].map(
          (action) => `cognito-idp:${action}`,
        ),
        resources: [props.userPool.userPoolArn],
      }),
    );
  }
}
