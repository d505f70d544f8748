import { orMissing } from '../call';
import type { Call } from '../call';
import type { Declared, Deployed } from '../deployed';
import { readDocument } from '../documents';
import { attempt, deletedDifference } from '../drift';
import type { Difference } from '../drift';
import { grantDifferences } from './grants';
import { resourcePolicyDifferences } from './resource-policy';

/** A KMS key: its policy, who was granted to use it, whether it can be used. */
export async function keyDifferences(key: Deployed, declared: Declared, call: Call): Promise<readonly Difference[]> {
  const KeyId = key.physicalId;
  const metadata = (await orMissing(call('kms', 'DescribeKey', { KeyId })))?.['KeyMetadata'];
  if (metadata === undefined) return [deletedDifference('the key is not there')];
  const state = String(metadata.KeyState);
  const isDisabled = key.properties['Enabled'] === false;
  return [
    ...(await attempt('Resource policy', async () => {
      const { Policy } = await call('kms', 'GetKeyPolicy', { KeyId, PolicyName: 'default' });
      return resourcePolicyDifferences(key, declared, readDocument(Policy), { mustAllow: true });
    })),
    ...(await attempt('Grants', () => grantDifferences(key, declared, call))),
    ...(state === 'Enabled' || (isDisabled && state === 'Disabled')
      ? []
      : [
          {
            aspect: 'State',
            sort: 'weakened',
            severity: state === 'PendingDeletion' ? 'CRITICAL' : 'HIGH',
            what: `is in the state ${state}: what it encrypts cannot be read, and nothing more is written under it`,
          } as const,
        ]),
  ];
}
