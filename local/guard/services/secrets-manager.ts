import { ABSENT } from '../../../lib/model/value';
import type { Context } from '../../../lib/engine/decide/decision';
import type { Facts, SecretFact } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import type { Guarded } from '../world';
import { accountOf } from '../world';

interface Input {
  readonly SecretId?: string;
  readonly SecretIdList?: readonly string[];
  readonly VersionId?: string;
  readonly VersionStage?: string;
  readonly KmsKeyId?: string;
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  readonly RotationLambdaARN?: string;
  readonly ClientRequestToken?: string;
  readonly RotationRules?: object;
  readonly RotateImmediately?: boolean;
  readonly ForceDeleteWithoutRecovery?: boolean;
  readonly RecoveryWindowInDays?: number;
  readonly BlockPublicPolicy?: boolean;
}

/** Operations on one secret that need no more than the permission of their name. */
const PLAIN = new Set([
  'CancelRotateSecret',
  'DeleteResourcePolicy',
  'DeleteSecret',
  'DescribeSecret',
  'GetResourcePolicy',
  'ListSecretVersionIds',
  'PutResourcePolicy',
  'ReplicateSecretToRegions',
  'RestoreSecret',
  'RotateSecret',
  'UpdateSecretVersionStage',
]);

const given = (value: boolean | number | undefined) => (value === undefined ? ABSENT : String(value));

/** Condition keys of single operations, by what the request says. */
const OF_OPERATIONS: Readonly<Record<string, (input: Input) => Context>> = {
  DeleteSecret: (input) => ({
    'secretsmanager:ForceDeleteWithoutRecovery': given(input.ForceDeleteWithoutRecovery),
    'secretsmanager:RecoveryWindowInDays': given(input.RecoveryWindowInDays),
  }),
  PutResourcePolicy: (input) => ({ 'secretsmanager:BlockPublicPolicy': given(input.BlockPublicPolicy) }),
  RotateSecret: (input) => ({
    'secretsmanager:ModifyRotationRules': String(input.RotationRules !== undefined),
    'secretsmanager:RotateImmediately': String(input.RotateImmediately !== false),
    'secretsmanager:ExternalSecretRotationRoleArn': ABSENT,
  }),
};

/**
 * What a request to Secrets Manager needs: the permission on the secret and, where a value is read or written under a
 * customer's key, that on the key, asked as Secrets Manager asks it.
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
 */
export async function secretsManager(
  operation: string,
  input: Input,
  account: string,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  if (operation === 'GetRandomPassword' || operation === 'ListSecrets') {
    return [{ action: `secretsmanager:${operation}`, resource: '*', resourceAccount: account, on: [] }];
  }
  const find = async (id: string | undefined): Promise<SecretFact> => {
    if (id === undefined) throw new Refusal(400, 'InvalidParameterException', 'no SecretId');
    const owner = id.startsWith('arn:') ? accountOf(id) : account;
    const found = await facts.secret(owner, region, id);
    // AWS asks the identity policy first; that there is no such secret is said to nobody here.
    if (found === null)
      throw new Refusal(400, 'ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
    return found;
  };
  if (operation === 'BatchGetSecretValue') {
    if (input.SecretIdList === undefined) throw undecided('BatchGetSecretValue by filters');
    const each = await Promise.all(input.SecretIdList.map(async (id) => reading(await find(id), {}, region, facts)));
    return [
      { action: 'secretsmanager:BatchGetSecretValue', resource: '*', resourceAccount: account, on: [] },
      ...each.flat(),
    ];
  }
  const secret = await find(input.SecretId);
  if (operation === 'GetSecretValue') return reading(secret, input, region, facts);
  if (operation === 'PutSecretValue')
    return [
      permission(operation, secret, input),
      ...(await key('GenerateDataKey', secret, input.ClientRequestToken, region, facts)),
    ];
  if (operation === 'UpdateSecret') {
    const kms = input.KmsKeyId === undefined ? ABSENT : input.KmsKeyId;
    const writes = input.SecretString !== undefined || input.SecretBinary !== undefined || input.KmsKeyId !== undefined;
    if (writes) throw undecided('UpdateSecret with a value or another key');
    return [permission(operation, secret, input, { 'secretsmanager:KmsKeyArn': kms })];
  }
  if (!PLAIN.has(operation)) throw undecided(`secretsmanager:${operation}`);
  return [permission(operation, secret, input)];
}

async function reading(secret: SecretFact, input: Input, region: string, facts: Facts): Promise<readonly Needed[]> {
  const label = input.VersionStage ?? 'AWSCURRENT';
  const version = input.VersionId ?? Object.entries(secret.versions).find(([, labels]) => labels.includes(label))?.[0];
  return [permission('GetSecretValue', secret, input), ...(await key('Decrypt', secret, version, region, facts))];
}

function permission(operation: string, secret: SecretFact, input: Input, more: Context = {}): Needed {
  const account = accountOf(secret.arn);
  return {
    action: `secretsmanager:${operation}`,
    resource: secret.arn,
    resourceAccount: account,
    context: {
      'secretsmanager:SecretId': input.SecretId ?? secret.arn,
      'secretsmanager:VersionId': input.VersionId ?? ABSENT,
      'secretsmanager:VersionStage': input.VersionStage ?? ABSENT,
      'secretsmanager:RotationLambdaARN': input.RotationLambdaARN ?? ABSENT,
      'secretsmanager:KmsKeyArn': ABSENT,
      ...OF_OPERATIONS[operation]?.(input),
      ...more,
    },
    on: [guarded(secret)],
  };
}

function guarded({ arn, policy, tags }: SecretFact): Guarded {
  return { type: 'AWS::SecretsManager::Secret', arn, account: accountOf(arn), region: arn.split(':')[3], policy, tags };
}

async function key(
  operation: 'Decrypt' | 'GenerateDataKey',
  secret: SecretFact,
  version: string | undefined,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  if (secret.kmsKey === null) throw undecided(`a secret under the key that AWS manages (${secret.name})`);
  const account = accountOf(secret.arn);
  const found = await facts.kmsKey(account, region, secret.kmsKey);
  if (found === null || !found.enabled)
    throw new Refusal(400, 'DecryptionFailure', 'the key of the secret is not there, or not enabled');
  return [
    {
      action: `kms:${operation}`,
      resource: found.arn,
      resourceAccount: account,
      context: {
        'kms:ViaService': `secretsmanager.${region}.amazonaws.com`,
        'kms:EncryptionContext:SecretARN': secret.arn,
        'kms:EncryptionContext:SecretVersionId': version ?? ABSENT,
        'kms:EncryptionContextKeys': ['SecretARN', 'SecretVersionId'],
        'kms:GrantIsForAWSResource': ABSENT,
      },
      on: [{ type: 'AWS::KMS::Key', arn: found.arn, account, region, policy: found.policy, tags: found.tags }],
    },
  ];
}
