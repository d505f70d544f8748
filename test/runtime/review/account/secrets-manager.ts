import type { Answer } from '../../../../lib/runtime/review/call';
import { found } from './raw';
import type { OfType, Raw } from './raw';

const NONE = 'ResourceNotFoundException';

/** Secrets, without values. */
export class SecretsManager {
  public readonly secrets = new Map<string, Raw>();

  constructor(ofType: OfType) {
    for (const { id, properties } of ofType('AWS::SecretsManager::Secret')) {
      this.secrets.set(id, { key: properties['KmsKeyId'] });
    }
    for (const { properties } of ofType('AWS::SecretsManager::ResourcePolicy')) {
      found(this.secrets, properties['SecretId'], NONE)['policy'] = properties['ResourcePolicy'];
    }
    for (const { properties } of ofType('AWS::SecretsManager::RotationSchedule')) {
      found(this.secrets, properties['SecretId'], NONE)['rotates'] = true;
    }
  }

  public DescribeSecret({ SecretId }: Raw): Answer {
    const { key, rotates, deleted } = found(this.secrets, SecretId, NONE);
    return { KmsKeyId: key, RotationEnabled: rotates, DeletedDate: deleted };
  }

  public GetResourcePolicy({ SecretId }: Raw): Answer {
    const policy = this.secrets.get(SecretId)?.['policy'];
    return policy === undefined ? {} : { ResourcePolicy: JSON.stringify(policy) };
  }
}
