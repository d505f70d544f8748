import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { opaqueTokenValue } from './rotation/opaque-token-value';
import { rotate } from './rotation/rotate';
import type { RotationLogEntry } from './rotation/rotate';
import { tokenBytes } from './rotation/token-bytes';

const client = new SecretsManagerClient({});

/** The rotation function of an OpaqueToken. */
export async function handler(event: unknown): Promise<void> {
  const kind = opaqueTokenValue(tokenBytes(process.env['TOKEN_BYTES']));
  await rotate(event, { client, kind, log });
}

function log(entry: RotationLogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
