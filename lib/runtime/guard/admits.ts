import type { GuardToken } from '../../model/guard-policy';
import type { Caller, TokenCaller } from './caller';
import { listOf } from './read-caller';
import type { ReadEndpoint } from './read-policy';

/** Why an endpoint does not admit a caller; `undefined` where it does. Names are compared as a whole, never in part. */
export function refusalOf(caller: Caller, { roles, tokens }: ReadEndpoint, now: number): string | undefined {
  if (caller.kind === 'role') {
    return roles.has(`${caller.account}/${caller.role}`) ? undefined : 'the role is no caller of the endpoint';
  }
  const refusals = tokens.map((token) => refusalOfToken(caller, token, now));
  if (refusals.includes(undefined)) return undefined;
  return refusals[0] ?? 'the endpoint takes no tokens';
}

function refusalOfToken({ issuer, clientId, scopes, claims }: TokenCaller, token: GuardToken, now: number) {
  if (issuer !== token.issuer) return 'the token has another issuer';
  const audience = listOf(claims.aud ?? clientId);
  if (!audience.some((each) => token.audience.includes(each))) return 'the token is for another audience';
  if (token.use !== undefined && claims.token_use !== token.use) return 'the token is for another use';
  if (!(token.scopes ?? []).every((each) => scopes.includes(each))) return 'the token lacks a scope';
  const end = secondsOf(claims.exp);
  if (end === undefined) return 'the token has no end';
  return now < end * 1000 ? undefined : 'the token has expired';
}

/**
 * A time claim in seconds. HTTP APIs write `1700000000` or `1.7E9`, REST APIs with a Cognito user pool a date such as
 * `Tue Nov 14 22:13:20 UTC 2023`.
 */
export function secondsOf(claim: unknown): number | undefined {
  const number = typeof claim === 'string' && claim.trim() !== '' ? Number(claim) : claim;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  const date = typeof claim === 'string' && / UTC \d{4}$/.test(claim) ? Date.parse(claim) : Number.NaN;
  return Number.isNaN(date) ? undefined : date / 1000;
}
