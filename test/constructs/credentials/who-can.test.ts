import { beforeAll, describe, expect, it } from 'vitest';
import { ACCOUNT, REGION } from '../audit/deployed';
import { DeployedToken, newReader, newStack, newToken } from './deployed-token';

// Decided on the synthesized policies by an evaluator that is not ours. `undefined` is a role whose own policies allow
// everything, such as an administrator or a deployment.
const READER = 'Reader';
const ROTATOR = 'TokenRotatorRole';
const ADMINISTRATOR = undefined;

let token: DeployedToken;

beforeAll(() => {
  const stack = newStack();
  newReader(stack, 'Bystander');
  const { grants } = newToken(stack);
  const operator = newReader(stack, 'Operator');
  // Twice is once.
  expect(grants.rotate(operator)).toBe(grants.rotate(operator));
  token = new DeployedToken(stack);
});

describe('the value of an OpaqueToken', () => {
  it.each([
    [READER, 'GetSecretValue', true],
    [READER, 'DescribeSecret', true],
    [READER, 'PutSecretValue', false],
    [READER, 'UpdateSecretVersionStage', false],
    [READER, 'UpdateSecret', false],
    [READER, 'PutResourcePolicy', false],
    [ROTATOR, 'DescribeSecret', true],
    [ROTATOR, 'GetSecretValue', true],
    [ROTATOR, 'PutSecretValue', true],
    [ROTATOR, 'UpdateSecretVersionStage', true],
    [ROTATOR, 'RotateSecret', true],
    [ROTATOR, 'PutResourcePolicy', false],
    [ROTATOR, 'DeleteSecret', false],
    ['Bystander', 'GetSecretValue', false],
    [ADMINISTRATOR, 'GetSecretValue', false],
    [ADMINISTRATOR, 'PutSecretValue', false],
    [ADMINISTRATOR, 'UpdateSecretVersionStage', false],
    [ADMINISTRATOR, 'ReplicateSecretToRegions', false],
    [ADMINISTRATOR, 'CancelRotateSecret', false],
  ])('%s %s: %s', async (role, action, allowed) => {
    expect(await token.maySecret(role, { action })).toBe(allowed);
  });

  it('is not read over plain HTTP, even by its reader', async () => {
    const context = { 'aws:SecureTransport': 'false' };
    expect(await token.maySecret(READER, { action: 'GetSecretValue', context })).toBe(false);
  });

  it('is not within the boundary of a reader where the secret is of another compartment', async () => {
    const context = { 'aws:ResourceTag/cdk-bulkhead:compartment': 'another' };
    expect(await token.maySecret(READER, { action: 'GetSecretValue', context })).toBe(false);
  });
});

describe('whoever revokes', () => {
  const REVOKER = 'Operator';

  it.each([
    ['RotateSecret', {}, true],
    ['RotateSecret', { 'secretsmanager:ModifyRotationRules': 'true' }, false],
    ['GetSecretValue', {}, false],
    ['PutSecretValue', {}, false],
    ['UpdateSecretVersionStage', {}, false],
    ['DeleteSecret', {}, false],
  ])('%s %j: %s', async (action, context, allowed) => {
    expect(await token.maySecret(REVOKER, { action, context })).toBe(allowed);
  });

  it('does not decrypt', async () => {
    expect(await token.mayKey(REVOKER, { action: 'Decrypt' })).toBe(false);
  });
});

describe('a deployment', () => {
  it.each([
    'DescribeSecret',
    'UpdateSecret',
    'TagResource',
    'UntagResource',
    'RotateSecret',
    'DeleteSecret',
    'PutResourcePolicy',
    'DeleteResourcePolicy',
    'GetResourcePolicy',
  ])('may %s', async (action) => {
    expect(await token.maySecret(ADMINISTRATOR, { action })).toBe(true);
  });

  it('may name the key that the secret has, and no other', async () => {
    const keyed = (key: string) =>
      token.maySecret(ADMINISTRATOR, { action: 'UpdateSecret', context: { 'secretsmanager:KmsKeyArn': key } });
    expect(await keyed(token.arnOf('AWS::KMS::Key'))).toBe(true);
    expect(await keyed(`arn:aws:kms:${REGION}:${ACCOUNT}:key/mine`)).toBe(false);
  });

  it('may name the rotation function that the secret has, and no other', async () => {
    const rotated = (lambda: string) =>
      token.maySecret(ADMINISTRATOR, {
        action: 'RotateSecret',
        context: { 'secretsmanager:RotationLambdaARN': lambda },
      });
    expect(await rotated(token.arnOf('AWS::Lambda::Function'))).toBe(true);
    expect(await rotated(`arn:aws:lambda:${REGION}:${ACCOUNT}:function:mine`)).toBe(false);
  });

  it('proves to Secrets Manager that it may use the key, which opens no value', async () => {
    const context = { 'kms:EncryptionContext:SecretVersionId': 'RequestToValidateKeyAccess' };
    expect(await token.mayKey(ADMINISTRATOR, { action: 'Decrypt', context })).toBe(true);
    expect(await token.mayKey(ADMINISTRATOR, { action: 'GenerateDataKey', context })).toBe(true);
    expect(await token.mayKey(ADMINISTRATOR, { action: 'Decrypt' })).toBe(false);
    expect(await token.mayKey(ADMINISTRATOR, { action: 'GenerateDataKey' })).toBe(false);
  });

  it.each(['DescribeKey', 'PutKeyPolicy', 'EnableKeyRotation', 'TagResource', 'ScheduleKeyDeletion'])(
    'looks after the key: %s',
    async (action) => {
      expect(await token.mayKey(ADMINISTRATOR, { action })).toBe(true);
    },
  );
});

describe('the key of an OpaqueToken', () => {
  it.each([
    [READER, 'Decrypt', true],
    [READER, 'GenerateDataKey', false],
    [ROTATOR, 'Decrypt', true],
    [ROTATOR, 'GenerateDataKey', true],
    [ROTATOR, 'PutKeyPolicy', false],
    ['Bystander', 'Decrypt', false],
    [ADMINISTRATOR, 'Decrypt', false],
    [ADMINISTRATOR, 'Encrypt', false],
    [ADMINISTRATOR, 'ReEncryptFrom', false],
    [ADMINISTRATOR, 'GenerateDataKeyWithoutPlaintext', false],
    [ADMINISTRATOR, 'CreateGrant', false],
  ])('%s %s: %s', async (role, action, allowed) => {
    expect(await token.mayKey(role, { action })).toBe(allowed);
  });

  it('is used by its reader through Secrets Manager only, for this secret only', async () => {
    const directly = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
    const another = {
      'kms:EncryptionContext:SecretARN': `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:Other-a1B2c3D4e5F6-x7Y8z9`,
    };
    expect(await token.mayKey(READER, { action: 'Decrypt', context: directly })).toBe(false);
    expect(await token.mayKey(READER, { action: 'Decrypt', context: another })).toBe(false);
  });
});
