/**
 * Who may call the endpoints of one function: what the gateway enforces, shipped with the function, whose code checks
 * it again. It is JSON and small: a function has 4 KB for all of its environment variables.
 */
export interface GuardPolicy {
  readonly version: 1;
  /** The name of the stage, as in its URL; `$default` of an HTTP API. */
  readonly stage: string;
  readonly callers: readonly GuardCaller[];
  /** By endpoint, `GET /orders/{id}`: places in `callers`. Any one of them may call it. */
  readonly endpoints: Readonly<Record<string, readonly number[]>>;
}

/** A role as `111122223333/Name` or as its ARN; or the tokens of an issuer. */
export type GuardCaller = string | GuardToken;

/** Tokens that a JWT authorizer or a Cognito user pool authorizer has verified. */
export interface GuardToken {
  /** `iss`, exactly. */
  readonly issuer: string;
  /** `aud` must hold one of them; where there is no `aud`, `client_id` must be one of them. At least one. */
  readonly audience: readonly string[];
  /** `scope` must hold all of them. Without scopes, none is asked for; where one of several does, list the tokens apart. */
  readonly scopes?: readonly string[];
  /** `token_use`, as Cognito says it. Without it, either. */
  readonly use?: 'access' | 'id';
}

/** The environment variable that holds the policy. */
export const GUARD_VARIABLE = 'BULKHEAD_GUARD';
