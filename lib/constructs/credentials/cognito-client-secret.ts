import { CfnResource } from 'aws-cdk-lib';
import type * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { misuse } from '../../private/errors';
import { checkHttps } from './check-https';
import { claim } from './claimed';
import { checkThere } from './credential-declaration';
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
   * Of HTTPS; redirects are not followed.
   *
   * @default - no new secret is tried: the rotation asks Cognito whether the client has one with the id of it, which does
   * not show that its value works
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
 * Cognito knows no permission for one client: the rotation may add and delete the secrets of every client of the pool,
 * and asks for its own only. A credential whose rotation must not reach others' needs a pool of its own.
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

  /**
   * @throws BH3001 to BH3013 as RotatedCredential says; BH3021 where pool or client is missing, BH3022 where the client is
   * made without a secret, BH3023 where it belongs to another credential, BH3024 where the address is not of HTTPS.
   */
  constructor(scope: Construct, id: string, props: CognitoClientSecretProps) {
    checkClient(scope, id, props);
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
    checkHttps(this, 'tokenUrl', props.tokenUrl);
    const { userPoolClient } = props;
    const other = claim(this, userPoolClient.userPoolClientId, userPoolClient);
    if (other !== undefined) {
      throw misuse(this, {
        code: 'BH3023',
        what: `the app client ${userPoolClient.node.path} belongs to the credential ${other} already`,
        why: 'a client has two secrets at most, and a rotation of one credential would delete the current secret of the other',
        mend: 'make an app client for each credential',
      });
    }
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

function checkClient(scope: Construct, id: string, { userPool, userPoolClient }: CognitoClientSecretProps): void {
  const at = `${scope.node.path}/${id}`;
  checkThere(at, 'userPool', userPool);
  checkThere(at, 'userPoolClient', userPoolClient);
  const made = userPoolClient.node.defaultChild;
  if (made === undefined || !CfnResource.isCfnResource(made)) return;
  const { generateSecret } = made as cognito.CfnUserPoolClient;
  if (generateSecret !== undefined && generateSecret !== false) return;
  throw misuse(at, {
    code: 'BH3022',
    what: `the app client ${userPoolClient.node.path} is made without a secret`,
    why: 'a client that is made without one is public: it needs no secret to ask for tokens',
    mend: 'make it with `generateSecret: true`',
  });
}
