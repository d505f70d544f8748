import { ABSENT } from '../../../lib/model/value';
import type { Facts } from '../facts';
import type { Needed } from '../judge';
import { Refusal, undecided } from '../refusal';
import { accountOf } from '../world';

const PLAIN = new Set([
  'CancelKeyDeletion',
  'DescribeKey',
  'DisableKey',
  'DisableKeyRotation',
  'EnableKey',
  'EnableKeyRotation',
  'GetKeyPolicy',
  'GetKeyRotationStatus',
  'GetPublicKey',
  'PutKeyPolicy',
  'ScheduleKeyDeletion',
]);
const WITH_CONTEXT = new Set(['Decrypt', 'Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext']);

interface Input {
  readonly KeyId?: string;
  readonly EncryptionContext?: Readonly<Record<string, string>>;
  readonly GrantTokens?: readonly string[];
}

/** What a request straight to KMS needs; nothing here comes by way of another service. Grants are not decided. */
export async function keyManagement(
  operation: string,
  input: Input,
  account: string,
  region: string,
  facts: Facts,
): Promise<readonly Needed[]> {
  if (!PLAIN.has(operation) && !WITH_CONTEXT.has(operation)) throw undecided(`kms:${operation}`);
  if (input.GrantTokens !== undefined) throw undecided('grants of KMS');
  const id = input.KeyId;
  if (id === undefined) throw undecided(`kms:${operation} without a KeyId`);
  const owner = id.startsWith('arn:') ? accountOf(id) : account;
  const found = await facts.kmsKey(owner, region, id);
  if (found === null) throw new Refusal(400, 'NotFoundException', `Key '${id}' does not exist`);
  const context = WITH_CONTEXT.has(operation) ? (input.EncryptionContext ?? {}) : {};
  const keys = Object.keys(context);
  return [
    {
      action: `kms:${operation}`,
      resource: found.arn,
      resourceAccount: owner,
      context: {
        'kms:ViaService': ABSENT,
        'kms:RequestAlias': ABSENT,
        'kms:EncryptionContextKeys': keys.length === 0 ? ABSENT : keys,
        'kms:EncryptionContext:SecretARN': ABSENT,
        'kms:EncryptionContext:SecretVersionId': ABSENT,
        'kms:EncryptionContext:aws:logs:arn': ABSENT,
        'kms:EncryptionContext:aws:s3:arn': ABSENT,
        'kms:EncryptionContext:aws:cloudtrail:arn': ABSENT,
        ...Object.fromEntries(keys.map((key) => [`kms:EncryptionContext:${key}`, context[key]])),
      },
      on: [{ type: 'AWS::KMS::Key', arn: found.arn, account: owner, region, policy: found.policy, tags: found.tags }],
    },
  ];
}
