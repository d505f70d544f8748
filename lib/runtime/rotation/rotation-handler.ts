import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { noteTaker } from '../inventory/rotation-notes';
import type { CredentialKind } from './credential-kind';
import { metricsOf } from './metrics';
import { ownSecretOf } from './own-secret';
import { rotate } from './rotate';
import type { RotationLogEntry } from './rotate';

/** What a handler calls besides its kind. */
export interface HandlerClients {
  readonly secrets: Pick<SecretsManagerClient, 'send'>;
  readonly table: Pick<DynamoDBClient, 'send'>;
}

/**
 * The handler of a rotation function.
 *
 * @param kindOf reads the settings; where they are wrong nothing is done at all.
 * @param clients of AWS, by default
 */
export function rotationHandler(
  kindOf: (environment: NodeJS.ProcessEnv) => CredentialKind,
  clients: Partial<HandlerClients> = {},
) {
  const client = clients.secrets ?? new SecretsManagerClient({});
  const takeNote = noteTaker(process.env, clients.table);
  return async (event: unknown): Promise<void> => {
    const lines: RotationLogEntry[] = [];
    const keep = (entry: RotationLogEntry): void => {
      log(entry);
      lines.push(entry);
    };
    try {
      await rotate(event, { client, kind: kindOf(process.env), own: ownSecretOf(process.env), log: keep });
    } finally {
      for (const line of lines) {
        // Not the line of another credential, whatever an event says.
        if (line.secretId !== process.env['SECRET_ARN']) continue;
        // The inventory is a record. Where it cannot be written, the credential still has to rotate.
        await takeNote(line).catch(() => log({ level: 'error', decision: 'the inventory could not be written' }));
      }
    }
  };
}

function log(entry: RotationLogEntry): void {
  const metrics = metricsOf(entry, process.env['CREDENTIAL_PATH'], Date.now());
  process.stdout.write(`${JSON.stringify({ ...entry, ...metrics })}\n`);
}
