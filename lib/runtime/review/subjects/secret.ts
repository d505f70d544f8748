import { orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { readDocument } from '../documents';
import { attempt, deletedDifference } from '../drift';
import type { Difference } from '../drift';
import { resourcePolicyDifferences } from './resource-policy';

/** A secret: its policy, key and rotation, never its value. */
export async function secretDifferences(
  secret: Deployed,
  declared: Declared,
  call: Call,
): Promise<readonly Difference[]> {
  const SecretId = secret.physicalId;
  const found = await orMissing(call('secrets-manager', 'DescribeSecret', { SecretId }));
  if (found === undefined) return [deletedDifference('the secret is not there')];
  if (found['DeletedDate'] !== undefined) return [deletedDifference('the secret is to be deleted')];
  const rotates = declared
    .ofType('AWS::SecretsManager::RotationSchedule')
    .some(({ properties }) => properties['SecretId'] === secret.physicalId);
  const key = secret.properties['KmsKeyId'];
  return [
    ...(await attempt('Resource policy', async () => {
      const { ResourcePolicy } = await call('secrets-manager', 'GetResourcePolicy', { SecretId });
      return resourcePolicyDifferences(secret, declared, readDocument(ResourcePolicy), { arn: SecretId });
    })),
    ...(rotates && found['RotationEnabled'] !== true
      ? [{ aspect: 'Rotation', sort: 'weakened', severity: 'HIGH', what: 'is rotated no more' } as const]
      : []),
    ...(typeof key === 'string' && !isSameKey(key, String(found['KmsKeyId'] ?? ''))
      ? [
          {
            aspect: 'Key',
            sort: 'changed',
            severity: 'HIGH',
            what: `is encrypted under ${String(found['KmsKeyId'] ?? 'the key of AWS')}, declared is ${key}`,
          } as const,
        ]
      : []),
  ];
}

/** A key may be named by its id or by its ARN. An alias names whatever it points to, which is not followed. */
export function isSameKey(declared: string, found: string): boolean {
  const id = (key: string): string => key.slice(key.lastIndexOf('/') + 1);
  return declared.includes('alias/') || id(declared) === id(found);
}
