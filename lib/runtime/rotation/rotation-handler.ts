import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { CredentialKind } from './credential-kind';
import { metricsOf } from './metrics';
import { rotate } from './rotate';
import type { RotationLogEntry } from './rotate';

/** The handler of a rotation function. @param kindOf reads the settings; where they are wrong nothing is done at all. */
export function rotationHandler(kindOf: (environment: NodeJS.ProcessEnv) => CredentialKind) {
  const client = new SecretsManagerClient({});
  return async (event: unknown): Promise<void> => {
    await rotate(event, { client, kind: kindOf(process.env), log });
  };
}

function log(entry: RotationLogEntry): void {
  const metrics = metricsOf(entry, process.env['CREDENTIAL'], Date.now());
  process.stdout.write(`${JSON.stringify({ ...entry, ...metrics })}\n`);
}
