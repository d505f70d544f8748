import { Duration } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { SigningAlgorithm, SigningKey } from '../../../lib/constructs/credentials/signing-key';
import { INTENT_KEY } from '../../../lib/model/intent';
import { isAllowed } from '../audit/deployed';
import { DeployedToken, newReader, newStack } from './deployed-token';

const BUCKET = 'AWS::S3::Bucket';
let key: DeployedToken;

beforeAll(() => {
  const stack = newStack();
  const signingKey = new SigningKey(stack, 'Key', {
    owner: 'identity-team',
    purpose: 'signs the tokens of the shop',
    reader: newReader(stack, 'Signer'),
    rotateEvery: Duration.days(1),
    expiresOn: '2027-06-30',
    algorithm: SigningAlgorithm.ED25519,
  });
  const verifier = newReader(stack, 'Verifier');
  expect(signingKey.grants.verify(verifier)).toBe(signingKey.grants.verify(verifier));
  key = new DeployedToken(stack);
});

describe('a SigningKey', () => {
  it('declares its algorithm to the rotation, and where the public keys go', () => {
    const { Variables } = key.only('AWS::Lambda::Function').Properties.Environment;
    expect(Variables).toMatchObject({
      SIGNING_ALGORITHM: 'EdDSA',
      PUBLISHED_BUCKET: key.idOf(BUCKET),
      PUBLISHED_KEY: expect.stringMatching(/^Orders-Key.*\/jwks\.json$/),
      CREDENTIAL_PATH: 'Orders/Key',
    });
  });

  it('declares who signs and who only verifies', () => {
    expect(key.only('AWS::SecretsManager::Secret').Metadata[INTENT_KEY]).toMatchObject({
      credentialKind: 'signing-key',
      readers: ['Orders/Signer'],
      verifiers: ['Orders/Verifier'],
    });
  });

  it('keeps its public keys in a bucket that nobody opens and that keeps every version', () => {
    expect(key.only(BUCKET).Properties).toMatchObject({
      VersioningConfiguration: { Status: 'Enabled' },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    });
    expect(key.resources[key.idOf(BUCKET)].DeletionPolicy).toBe('Retain');
  });

  it.each([
    ['KeyRotatorRole', 's3:PutObject', true],
    ['KeyRotatorRole', 's3:GetObject', true],
    ['KeyRotatorRole', 's3:DeleteObject', false],
    ['Verifier', 's3:GetObject', true],
    ['Verifier', 's3:PutObject', false],
    ['Signer', 's3:GetObject', false],
    [undefined, 's3:PutObject', false],
    [undefined, 's3:DeleteObjectVersion', false],
  ])('%s %s: %s', async (role, action, allowed) => {
    const { PUBLISHED_KEY } = key.only('AWS::Lambda::Function').Properties.Environment.Variables;
    expect(
      await isAllowed({
        ...key.caller(role),
        action,
        resource: `${key.arnOf(BUCKET)}/${PUBLISHED_KEY}`,
        context: { 'aws:SecureTransport': 'true' },
        resourcePolicy: key.only('AWS::S3::BucketPolicy').Properties.PolicyDocument,
      }),
    ).toBe(allowed);
  });

  it.each([
    ['Signer', true],
    ['Verifier', false],
  ])('%s reads the private key: %s', async (role, allowed) => {
    expect(await key.maySecret(role, { action: 'GetSecretValue' })).toBe(allowed);
    expect(await key.mayKey(role, { action: 'Decrypt' })).toBe(allowed);
  });

  it('begins to rotate only when the rotation may publish', () => {
    expect(key.only('AWS::SecretsManager::RotationSchedule').DependsOn).toContain(
      key.idOf('AWS::IAM::Policy', 'KeyPublishPolicy'),
    );
  });

  it('can be recognised', () => {
    expect(SigningKey.isSigningKey({})).toBe(false);
  });
});
