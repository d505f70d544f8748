/** What was declared, as the function carries it in its environment. */
export interface MonitorSettings {
  readonly namespace: string;
  /** By name of the role. */
  readonly roles: Readonly<Record<string, WatchedRole>>;
  /** By `GET /orders/{id}`. */
  readonly endpoints: Readonly<Record<string, WatchedEndpoint>>;
}

/** A role that calls. */
export interface WatchedRole {
  /** Hours of the day in UTC in which it calls: from the first, until before the second. Over midnight where they turn. */
  readonly hours?: readonly [number, number];
  /** Days of the week in UTC on which it calls, 0 is Sunday. */
  readonly days?: readonly number[];
  /** CIDR ranges from which it calls. */
  readonly ranges?: readonly string[];
  readonly isBreakGlass?: boolean;
}

/** An endpoint that was declared. */
export interface WatchedEndpoint {
  /** Names of roles. */
  readonly callers: readonly string[];
  readonly isDeprecated?: boolean;
}

/** What is told of a call. */
export type AccessSignal =
  | 'Denied'
  | 'AuthorizationError'
  | 'UndeclaredCaller'
  | 'NewCaller'
  | 'OutsideHours'
  | 'OutsideRange'
  | 'Deprecated'
  | 'BreakGlass';
