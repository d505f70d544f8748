import { generateKeyPairSync } from 'node:crypto';
import { Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { describe, expect, it } from 'vitest';
import { ApiGatewayKey } from '../../../lib/constructs/credentials/api-gateway-key';
import { CognitoClientSecret } from '../../../lib/constructs/credentials/cognito-client-secret';
import { PartnerCredential } from '../../../lib/constructs/credentials/partner-credential';
import { INTENT_KEY } from '../../../lib/model/intent';
import { COMPARTMENT_TAG } from '../../../lib/model/tags';
import { DeployedToken, newReader, newStack } from './deployed-token';

const FUNCTION = 'AWS::Lambda::Function';
const POLICY = 'AWS::IAM::Policy';

const declared = (stack: Stack) => ({
  owner: 'partners',
  purpose: 'meters the parcel service',
  reader: newReader(stack),
  rotateEvery: Duration.days(30),
  expiresOn: '2027-06-30',
});

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = publicKey.export({ type: 'spki', format: 'pem' }) as string;

/** The statements that a policy grants. */
function granted(made: DeployedToken, id: string): any[] {
  return made.only(POLICY, id).Properties.PolicyDocument.Statement;
}

describe('an ApiGatewayKey', () => {
  const stack = newStack();
  const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
  api.root.addMethod('GET', undefined, { apiKeyRequired: true });
  const key = new ApiGatewayKey(stack, 'Key', { ...declared(stack), stage: api.deploymentStage });
  const made = new DeployedToken(stack);

  it('has a usage plan of its own, for one stage of one API', () => {
    expect(made.only('AWS::ApiGateway::UsagePlan').Properties.ApiStages).toHaveLength(1);
    expect(stack.resolve(key.usagePlan.usagePlanId)).toEqual({ Ref: made.idOf('AWS::ApiGateway::UsagePlan') });
  });

  it('holds no key in the template: the rotation makes it', () => {
    expect(Object.values(made.resources).map(({ Type }) => Type)).not.toContain('AWS::ApiGateway::ApiKey');
    expect(made.only('AWS::SecretsManager::Secret').Metadata[INTENT_KEY].credentialKind).toBe('api-gateway-key');
  });

  it('lets its rotation change keys with its own tag only, and list none but those of its plan', () => {
    const statements = granted(made, 'KeyApiKeyPolicy');
    const compartment = made
      .only('AWS::SecretsManager::Secret')
      .Properties.Tags.find(({ Key }: any) => Key === COMPARTMENT_TAG).Value;
    const on = (path: string) => expect.stringContaining(`::/${path}`);
    expect(statements).toEqual([
      {
        Action: ['apigateway:GET', 'apigateway:POST'],
        Effect: 'Allow',
        Resource: on(`usageplans/${made.idOf('AWS::ApiGateway::UsagePlan')}/keys`),
      },
      expect.objectContaining({
        Action: 'apigateway:POST',
        Resource: on('apikeys'),
        Condition: { StringEquals: { [`aws:RequestTag/${COMPARTMENT_TAG}`]: compartment } },
      }),
      expect.objectContaining({
        Action: 'apigateway:PUT',
        Resource: on('tags/arn%3Aaws%3Aapigateway%3Aeu-west-1%3A%3A%2Fapikeys%2F*'),
        Condition: { StringEquals: { [`aws:RequestTag/${COMPARTMENT_TAG}`]: compartment } },
      }),
      expect.objectContaining({
        Action: ['apigateway:DELETE', 'apigateway:PATCH'],
        Resource: on('apikeys/*'),
        Condition: { StringEquals: { [`aws:ResourceTag/${COMPARTMENT_TAG}`]: compartment } },
      }),
    ]);
    const { Variables } = made.only(FUNCTION).Properties.Environment;
    expect(JSON.parse(Variables.KEY_TAGS)[COMPARTMENT_TAG]).toBe(compartment);
    expect(Variables.KEY_NAME).toBe(compartment);
  });
});

describe('a CognitoClientSecret', () => {
  const stack = newStack();
  const userPool = new cognito.UserPool(stack, 'Pool');
  const userPoolClient = userPool.addClient('Client', { generateSecret: true });
  const tokenUrl = 'https://orders.auth.eu-west-1.amazoncognito.com/oauth2/token';
  new CognitoClientSecret(stack, 'Secret', { ...declared(stack), userPool, userPoolClient, tokenUrl });
  const made = new DeployedToken(stack);

  it('lets its rotation change secrets of clients of this pool, and nothing else of it', () => {
    const [statement, ...others] = granted(made, 'SecretClientSecretPolicy');
    expect(others).toEqual([]);
    expect(statement.Action).toEqual([
      'cognito-idp:AddUserPoolClientSecret',
      'cognito-idp:DeleteUserPoolClientSecret',
      'cognito-idp:ListUserPoolClientSecrets',
    ]);
    expect(statement.Resource).toBe(made.idOf('AWS::Cognito::UserPool'));
  });

  it('tells its rotation which client, and where a secret is tried', () => {
    expect(made.only(FUNCTION).Properties.Environment.Variables).toMatchObject({
      USER_POOL_ID: made.idOf('AWS::Cognito::UserPool'),
      CLIENT_ID: made.idOf('AWS::Cognito::UserPoolClient'),
      TOKEN_URL: tokenUrl,
    });
  });
});

describe('a CognitoClientSecret is refused', () => {
  const pool = () => {
    const stack = newStack();
    return { stack, userPool: new cognito.UserPool(stack, 'Pool') };
  };

  it('BH3023 where its app client is that of another credential, also one that was imported twice', () => {
    const { stack, userPool } = pool();
    const userPoolClient = userPool.addClient('Client', { generateSecret: true });
    const both = declared(stack);
    new CognitoClientSecret(stack, 'One', { ...both, userPool, userPoolClient });
    expect(() => new CognitoClientSecret(stack, 'Two', { ...both, userPool, userPoolClient })).toThrow(
      /^BH3023: the app client Orders\/Pool\/Client belongs to the credential Orders\/One already/,
    );
    const imported = (id: string) =>
      cognito.UserPoolClient.fromUserPoolClientId(stack, id, '3n4b5urk1ft4fl3mg5e62d9ado');
    new CognitoClientSecret(stack, 'Three', { ...both, userPool, userPoolClient: imported('A') });
    expect(() => new CognitoClientSecret(stack, 'Four', { ...both, userPool, userPoolClient: imported('B') })).toThrow(
      /^BH3023/,
    );
    const next = userPool.addClient('Next', { generateSecret: true });
    expect(() => new CognitoClientSecret(stack, 'Five', { ...both, userPool, userPoolClient: next })).not.toThrow();
  });

  it.each([undefined, false])('BH3022 where its app client is made without a secret: %s', (generateSecret) => {
    const { stack, userPool } = pool();
    const userPoolClient = userPool.addClient('Client', { generateSecret });
    expect(() => new CognitoClientSecret(stack, 'One', { ...declared(stack), userPool, userPoolClient })).toThrow(
      /^BH3022: the app client Orders\/Pool\/Client is made without a secret/,
    );
  });

  it.each(['userPool', 'userPoolClient'])('BH3021 without its %s', (name) => {
    const { stack, userPool } = pool();
    const userPoolClient = userPool.addClient('Client', { generateSecret: true });
    const props = { ...declared(stack), userPool, userPoolClient, [name]: undefined } as any;
    expect(() => new CognitoClientSecret(stack, 'One', props)).toThrow(`BH3021: \`${name}\` is missing`);
  });

  it('BH3024 where a new value would go over plain HTTP', () => {
    const { stack, userPool } = pool();
    const userPoolClient = userPool.addClient('Client', { generateSecret: true });
    const make = (id: string, tokenUrl: string) => () =>
      new CognitoClientSecret(stack, id, {
        ...declared(new Stack(stack, `Reader${id}`)),
        userPool,
        userPoolClient,
        tokenUrl,
      });
    expect(make('One', 'http://auth.example.com/oauth2/token')).toThrow(/^BH3024: `tokenUrl` must begin with/);
    const domain = userPool.addDomain('Domain', { cognitoDomain: { domainPrefix: 'orders' } });
    expect(make('Two', `${domain.baseUrl()}/oauth2/token`)).not.toThrow();
  });
});

describe('an ApiGatewayKey is refused', () => {
  it('BH3021 without its stage', () => {
    const stack = newStack();
    expect(() => new ApiGatewayKey(stack, 'Key', declared(stack) as any)).toThrow('BH3021: `stage` is missing');
  });

  it('BH3024 where a new key would go over plain HTTP', () => {
    const stack = newStack();
    const api = new apigateway.RestApi(stack, 'Api', { cloudWatchRole: false });
    api.root.addMethod('GET', undefined, { apiKeyRequired: true });
    const reader = newReader(stack);
    const make = (id: string, probeUrl: string) => () =>
      new ApiGatewayKey(stack, id, {
        owner: 'partners',
        purpose: 'meters',
        reader,
        rotateEvery: Duration.days(30),
        expiresOn: '2027-06-30',
        stage: api.deploymentStage,
        probeUrl,
      });
    for (const plain of ['http://orders.example/metered', 'orders.example', `http://${api.restApiId}.example`]) {
      expect(make(`Bad${plain.length}`, plain), plain).toThrow(/^BH3024/);
    }
    expect(make('Good', api.urlForPath('/metered'))).not.toThrow();
  });
});

describe('a PartnerCredential', () => {
  const make = (partnerPublicKey: string) => () => {
    const stack = newStack();
    return new PartnerCredential(stack, 'Partner', { ...declared(stack), partnerPublicKey });
  };

  it('is sealed with the partner’s key, and verifiers read hashes only', () => {
    const credential = make(PUBLIC)();
    const stack = Stack.of(credential);
    credential.grants.verify(newReader(stack, 'Verifier'));
    const made = new DeployedToken(stack);
    expect(made.only(FUNCTION).Properties.Environment.Variables.PARTNER_KEY).toBe(PUBLIC);
    expect(made.only('AWS::SecretsManager::Secret').Metadata[INTENT_KEY]).toMatchObject({
      credentialKind: 'partner',
      readers: ['Orders/Reader'],
      verifiers: ['Orders/Verifier'],
    });
  });

  it.each([
    ['text', 'it cannot be read'],
    [privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 'this is a private key'],
    [
      generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string,
      'got a key of the type ed25519',
    ],
    [
      generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }) as string,
      'got 1024 bits',
    ],
  ])('BH3012 is refused for a key that is none, without repeating it', (key, why) => {
    expect(make(key)).toThrow(new RegExp(`^BH3012: .*${why}`));
    expect(make(key)).not.toThrow(/MII/);
  });
});
