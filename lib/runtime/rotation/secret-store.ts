import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EXPIRES_ON_TAG } from '../../model/tags';
import { isNamed } from './named-error';
import { PENDING } from './staging';
import type { LabelMove, SecretState } from './staging';

/** Which value is meant. Where both are given, both must hold. */
export interface ValueAddress {
  readonly version?: string;
  readonly label: string;
}

/** One secret, as far as a rotation needs it. */
export class SecretStore {
  constructor(
    private readonly client: Pick<SecretsManagerClient, 'send'>,
    private readonly secretId: string,
  ) {}

  public async describe(): Promise<SecretState> {
    const found = await this.client.send(new DescribeSecretCommand({ SecretId: this.secretId }));
    const expiresOn = found.Tags?.find(({ Key }) => Key === EXPIRES_ON_TAG)?.Value;
    return { rotationEnabled: found.RotationEnabled === true, stages: found.VersionIdsToStages ?? {}, expiresOn };
  }

  /** The stored value; `undefined` where there is none. Every other failure is thrown: it is not the same as none. */
  public async read({ version, label }: ValueAddress): Promise<string | undefined> {
    try {
      const found = await this.client.send(
        new GetSecretValueCommand({ SecretId: this.secretId, VersionId: version, VersionStage: label }),
      );
      // A binary value is none of ours: it has no form that would pass.
      return found.SecretString ?? '';
    } catch (error) {
      if (isNamed(error, 'ResourceNotFoundException')) return undefined;
      throw error;
    }
  }

  /** Stores the value of a pending version; `false` where the version has another value already. */
  public async putPending(version: string, value: string): Promise<boolean> {
    try {
      await this.client.send(
        new PutSecretValueCommand({
          SecretId: this.secretId,
          ClientRequestToken: version,
          SecretString: value,
          VersionStages: [PENDING],
        }),
      );
      return true;
    } catch (error) {
      if (isNamed(error, 'ResourceExistsException')) return false;
      throw error;
    }
  }

  public async move({ label, from, to }: LabelMove): Promise<void> {
    await this.client.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.secretId,
        VersionStage: label,
        RemoveFromVersionId: from,
        MoveToVersionId: to,
      }),
    );
  }

  /** Begins a rotation as it is configured. */
  public async startRotation(): Promise<void> {
    await this.client.send(new RotateSecretCommand({ SecretId: this.secretId }));
  }
}
