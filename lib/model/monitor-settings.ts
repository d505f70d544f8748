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

/** Tokens with which an endpoint is called. */
export interface WatchedTokens {
  /** Their issuer; of any where it was not said. */
  readonly issuer?: string;
  /** The clients that they are made for; for any where none were said. */
  readonly audience: readonly string[];
  /** Whether a line says anything of the token. */
  readonly isLogged: boolean;
}

/**
 * What was declared of an API, as the function of an AccessMonitor carries it in its environment, which has little room: each
 * name is there once, and what is known when the template is written is packed.
 */
export interface PackedSettings {
  readonly namespace: string;
  readonly account: string;
  readonly apiId: string;
  readonly stage: string;
  /** Names of roles, those of other accounts behind their account. */
  readonly names: readonly string[];
  readonly tokens: readonly WatchedTokens[];
  /** `PackedPlaces` as JSON, deflated, in base64. */
  readonly places: string;
}

/** What is about a role or an endpoint, by places in the lists. */
export interface PackedPlaces {
  /** By place of the role. */
  readonly roles: Readonly<Record<string, WatchedRole>>;
  /** By endpoint: places of callers; place of its tokens or -1; 1 where it is deprecated. */
  readonly endpoints: Readonly<Record<string, readonly [readonly number[], number, number]>>;
}
