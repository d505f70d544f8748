/** Who calls, as API Gateway has verified it. */
export type Caller = RoleCaller | TokenCaller;

/** A session of an IAM role. */
export interface RoleCaller {
  readonly kind: 'role';
  /** Twelve digits. */
  readonly account: string;
  /** The name of the role, without its path: a session ARN does not have it. Unique in its account. */
  readonly role: string;
  /** Chosen by whoever assumed the role, as a rule: for the record, never to decide by. */
  readonly session: string;
  /** The unique id of the role, `AROA…`, where API Gateway tells it: another one after the role was made anew. */
  readonly roleId?: string;
}

/** The bearer of a token. */
export interface TokenCaller {
  readonly kind: 'token';
  readonly issuer: string;
  /** `sub`: unique with its issuer only. */
  readonly subject: string;
  readonly clientId?: string;
  readonly scopes: readonly string[];
  /** All claims, as API Gateway hands them over: most are strings there, whatever they were in the token. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** `111122223333/Report`, or `https://issuer#subject`. */
export function nameOfCaller(caller: Caller): string {
  return caller.kind === 'role' ? `${caller.account}/${caller.role}` : `${caller.issuer}#${caller.subject}`;
}
