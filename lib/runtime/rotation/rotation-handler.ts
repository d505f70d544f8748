import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { send } from '../cloudformation/lifecycle';
import type { LifecycleEvent } from '../cloudformation/lifecycle';
import { inventoryLineOf } from '../inventory/inventory-line';
import { noteTaker } from '../inventory/rotation-notes';
import type { CredentialKind } from './credential-kind';
import { metricsOf } from './metrics';
import { ownSecretOf } from './own-secret';
import { follow } from './removal';
import { rotate } from './rotate';
import type { RotationLogEntry } from './rotate';
import { SecretStore } from './secret-store';

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

/**
 * The handler of what follows the credential through the life of its stack: another function, which nobody but the
 * deployment has to be allowed to call, with the role and the code of the rotation.
 *
 * @param kindOf as for the rotation
 * @param clients of AWS, by default
 */
export function removalHandler(
  kindOf: (environment: NodeJS.ProcessEnv) => CredentialKind,
  clients: Partial<HandlerClients> & { readonly answer?: typeof send } = {},
) {
  return async (event: LifecycleEvent): Promise<void> => {
    const { env } = process;
    const arn = (): string => ownSecretOf(env).arn;
    const answer = await follow(event, {
      kind: () => kindOf(env),
      store: () => new SecretStore(clients.secrets ?? new SecretsManagerClient({}), arn()),
      secretArn: arn,
      line: () => inventoryLineOf(env, arn(), clients.table),
    });
    const { Status, Reason } = answer;
    const decision = `${event.RequestType}: ${Reason ?? 'done'}`;
    log({ level: Status === 'SUCCESS' ? 'info' : 'error', step: 'removal', secretId: env['SECRET_ARN'], decision });
    await (clients.answer ?? send)(event.ResponseURL, answer);
  };
}

function log(entry: RotationLogEntry): void {
  const metrics = metricsOf(entry, process.env['CREDENTIAL_PATH'], Date.now());
  process.stdout.write(`${JSON.stringify({ ...entry, ...metrics })}\n`);
}
