import { Authorizer } from './authorizer/authorize';
import type { AuthorizerLogEntry, AuthorizerResult } from './authorizer/authorize';
import { settingsFrom } from './authorizer/settings';

let authorizer: Authorizer | undefined;

/** The authorizer function of a JwtAuthorizer. Keys are kept from one request to the next. */
export async function handler(event: unknown): Promise<AuthorizerResult> {
  authorizer ??= new Authorizer(settingsFrom(process.env), { log });
  return authorizer.authorize(event);
}

function log(entry: AuthorizerLogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
