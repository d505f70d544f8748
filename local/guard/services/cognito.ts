import type { Needed } from '../judge';
import { undecided } from '../refusal';

/** Operations on one client of a user pool. A client is no resource of its own: the permission is on the pool. */
const PLAIN = new Set(['AddUserPoolClientSecret', 'DeleteUserPoolClientSecret', 'ListUserPoolClientSecrets']);

/** What a request to Cognito's user pools needs. Only the secrets of clients are decided. */
export function userPools(
  operation: string,
  input: { readonly UserPoolId?: string },
  account: string,
  region: string,
): readonly Needed[] {
  const { UserPoolId: id } = input;
  if (!PLAIN.has(operation) || id === undefined || !/^[\w-]+$/.test(id)) throw undecided(`cognito-idp:${operation}`);
  const resource = `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`;
  return [{ action: `cognito-idp:${operation}`, resource, resourceAccount: account, on: [] }];
}
