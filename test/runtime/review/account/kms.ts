import type { Answer } from '../../../../lib/runtime/review/call';
import { found, page } from './raw';
import type { OfType, Raw } from './raw';

/** Keys. */
export class Kms {
  public readonly keys = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::KMS::Key')) {
      this.keys.set(id, { policy: properties['KeyPolicy'], state: 'Enabled', grants: [] });
    }
  }

  public DescribeKey({ KeyId }: Raw): Answer {
    return { KeyMetadata: { KeyState: found(this.keys, KeyId, 'NotFoundException')['state'] } };
  }

  public ListGrants({ KeyId, Marker }: Raw): Answer {
    const { items, next } = page(this.keys.get(KeyId)?.['grants'] as readonly Raw[], Marker, 1);
    return { Grants: items, ...(next === undefined ? { Truncated: false } : { Truncated: true, NextMarker: next }) };
  }

  public GetKeyPolicy({ KeyId }: Raw): Answer {
    return { Policy: JSON.stringify(this.keys.get(KeyId)?.['policy'], undefined, 2) };
  }
}
