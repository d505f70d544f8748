import { inflateRawSync } from 'node:zlib';
import type { PackedPlaces, PackedSettings, WatchedRole, WatchedTokens } from '../../model/monitor-settings';

/** What was declared, as it is compared. */
export interface MonitorSettings {
  readonly namespace: string;
  /** The account of the API: roles of others are known as `111122223333/Name`. */
  readonly account: string;
  /** The API: of lines of others in the same log group nothing is told. */
  readonly apiId: string;
  readonly stage: string;
  /** By name of the role. */
  readonly roles: Readonly<Record<string, WatchedRole>>;
  /** By `GET /orders/{id}`. */
  readonly endpoints: Readonly<Record<string, WatchedEndpoint>>;
}

/** An endpoint that was declared. */
export interface WatchedEndpoint {
  /** Names of roles. */
  readonly callers: readonly string[];
  readonly tokens?: WatchedTokens;
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

/** Reads what the function carries. */
export function unpackSettings(packed: PackedSettings): MonitorSettings {
  const { namespace, account, apiId, stage, tokens } = packed;
  const own = `${account}/`;
  const names = packed.names.map((name) => (name.startsWith(own) ? name.slice(own.length) : name));
  const places = JSON.parse(inflateRawSync(Buffer.from(packed.places, 'base64')).toString('utf8')) as PackedPlaces;
  return {
    namespace,
    account,
    apiId,
    stage,
    roles: Object.fromEntries(Object.entries(places.roles).map(([place, role]) => [names[Number(place)], role])),
    endpoints: Object.fromEntries(
      Object.entries(places.endpoints).map(([endpoint, [callers, token, isDeprecated]]) => [
        endpoint,
        {
          callers: callers.map((place) => names[place]),
          ...(token < 0 ? {} : { tokens: tokens[token] }),
          ...(isDeprecated === 1 ? { isDeprecated: true } : {}),
        },
      ]),
    ),
  };
}
