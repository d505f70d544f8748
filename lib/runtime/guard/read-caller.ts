import type { Caller, RoleCaller } from './caller';
import { mapOf, textOf } from './json';
import type { JsonMap } from './json';

/**
 * Reads who calls from the request context, which API Gateway writes and no client can: an IAM identity, or the claims
 * that an authorizer has verified. In words why not, where there is no caller, or more than one.
 *
 * The identity of a role is that of its session, `arn:aws:sts::111122223333:assumed-role/Name/session`. Users, the
 * root user and federated users are no roles.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export function readCaller(event: JsonMap): Caller | string {
  const { identity, authorizer } = mapOf(event.requestContext) as { identity: unknown; authorizer: unknown };
  const { iam, jwt, lambda, ...rest } = mapOf(authorizer);
  const signed = event.version === '2.0' ? mapOf(iam) : mapOf(identity);
  const claims = [mapOf(jwt).claims, rest.claims, lambda, rest].map(mapOf).filter((each) => textOf(each.iss));
  const signer = textOf(signed.userArn);
  if (signer === undefined) {
    if (claims.length > 1) return 'the event names more than one bearer';
    return claims.length === 0 ? 'nobody was authenticated' : readToken(claims[0]);
  }
  if (claims.length > 0) return 'the event names a signer and a bearer';
  return readRole(signer, textOf(signed.caller) ?? textOf(signed.callerId));
}

/** `id` is `AROA…:session`. */
function readRole(arn: string, id = ''): RoleCaller | string {
  const [, account, role, session] =
    /^arn:aws(?:-[a-z]+)*:sts::(\d{12}):assumed-role\/([\w+=,.@-]{1,64})\/([\w+=,.@-]{1,64})$/.exec(arn) ?? [];
  if (account === undefined) return 'the signer is no session of a role';
  const [, roleId] = /^(AROA[A-Z0-9]+):/.exec(id) ?? [];
  return { kind: 'role', account, role, session, ...(roleId === undefined ? {} : { roleId }) };
}

function readToken(claims: JsonMap): Caller | string {
  const [issuer, subject] = [textOf(claims.iss), textOf(claims.sub)];
  if (issuer === undefined || subject === undefined) return 'the token has no `sub`';
  const clientId = textOf(claims.client_id);
  const scopes = listOf(claims.scope);
  return { kind: 'token', issuer, subject, ...(clientId === undefined ? {} : { clientId }), scopes, claims };
}

/** A claim that holds one text or several: a list, `a b`, or `[a b]` as HTTP APIs write a list. */
export function listOf(claim: unknown): readonly string[] {
  if (Array.isArray(claim)) return claim.filter((each) => typeof each === 'string');
  const text = textOf(claim)?.replace(/^\[(.*)\]$/, '$1');
  return text?.split(' ').filter((each) => each !== '') ?? [];
}
