import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Inventory } from './inventory';
import type { OwnersMessage } from './messages';

/** A line of the log. INVARIANT: ids and decisions only. */
export interface SweepLogEntry {
  readonly level: 'info' | 'error';
  readonly source: 'cdk-bulkhead/sweeper';
  readonly credential: string;
  readonly decision: string;
}

export interface SweepTools {
  readonly inventory: Inventory;
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly functions: Pick<LambdaClient, 'send'>;
  /** Tells the owner. */
  readonly tell: (message: OwnersMessage) => Promise<void>;
  readonly log: (entry: SweepLogEntry) => void;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What Secrets Manager says of a secret. */
export interface FoundSecret {
  /** The name or ARN of the function that rotates it: nobody but a deployment can change it. */
  readonly rotatedBy?: string;
  readonly isDeleted: boolean;
  readonly isOurs: boolean;
  readonly expiresOn?: string;
}
