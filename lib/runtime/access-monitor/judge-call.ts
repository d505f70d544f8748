import type { WatchedRole } from '../../model/monitor-settings';
import { callerOf, field, isDeclaredToken, isNone } from './caller';
import type { AccessLine, Caller } from './caller';
import type { AccessSignal, MonitorSettings, WatchedEndpoint } from './settings';
import { isWithin } from './source-range';

/** What is known of a call. */
export interface JudgedCall {
  /** Who called, as `Caller.name`. */
  readonly role: string;
  /** `GET /orders/{id}`; `GET -` where no endpoint was found. */
  readonly endpoint: string;
  readonly isRead: boolean;
  readonly bytes: number;
  /** Whether the endpoint did what was asked. */
  readonly succeeded: boolean;
  /** Whether the API let it through to what answers, whatever that said. */
  readonly cameThrough: boolean;
  /** Without `NewCaller`, which only a memory can tell. */
  readonly signals: readonly AccessSignal[];
}

/**
 * Judges a call of a REST or an HTTP API by what was declared; `undefined` where the line is of another API. Pure;
 * whatever cannot be read of a line counts as unusual, never as fine.
 */
export function judgeCall(line: AccessLine, settings: MonitorSettings): JudgedCall | undefined {
  const api = field(line, 'apiId');
  if (!isNone(api) && api !== settings.apiId) return undefined;
  const verb = field(line, 'method');
  const endpoint = endpointOf(line, verb);
  // What another stage serves was declared by nobody.
  const declared = field(line, 'stage') === settings.stage ? settings.endpoints[endpoint] : undefined;
  const caller = callerOf(line, settings, declared?.tokens);
  const status = Number(field(line, 'status'));
  const isDenied = status === 401 || status === 403 || isUnknownRoute(line, status);
  const succeeded = status >= 200 && status < 400;
  // Who walks through numbers of orders and finds none, or is turned away by the function, came through as well.
  // A function that does not answer in time has been called.
  const cameThrough =
    (succeeded || status === 504 || !isNone(field(line, 'integrationStatus'))) && !isPreflight(verb, declared);
  const declaredRole = settings.roles[caller.name];
  const signals: AccessSignal[] = [];
  const tell = (signal: AccessSignal, holds: boolean): void => void (holds && signals.push(signal));

  tell('Denied', isDenied);
  tell('AuthorizationError', isError(line, status));
  // Nobody comes through whom the endpoint does not name: if somebody does, what should keep him out is not there.
  tell('UndeclaredCaller', cameThrough && !isDeclared(line, caller, declared));
  tell('Deprecated', !isDenied && declared?.isDeprecated === true);
  tell('BreakGlass', declaredRole?.isBreakGlass === true);
  tell('OutsideHours', declaredRole !== undefined && !isInHours(field(line, 'timeEpoch'), declaredRole));
  tell('OutsideRange', declaredRole !== undefined && !isInRange(field(line, 'sourceIp'), declaredRole));

  const bytes = Number(field(line, 'responseLength'));
  return {
    role: caller.name,
    endpoint,
    isRead: verb === 'GET' || verb === 'HEAD',
    bytes: Number.isFinite(bytes) ? bytes : 0,
    succeeded,
    cameThrough,
    signals,
  };
}

/** An HTTP API writes the key of the route, which is the endpoint; a REST API the template of the path. */
function endpointOf(line: AccessLine, verb: string): string {
  const route = field(line, 'routeKey');
  return isNone(route) ? `${verb} ${field(line, 'resourcePath')}` : route;
}

/** Where a REST API has no such path it refuses the call, and an HTTP API says that there is none. */
function isUnknownRoute(line: AccessLine, status: number): boolean {
  return status === 404 && isNone(field(line, 'routeKey')) && isNone(field(line, 'resourcePath'));
}

/** It carries no credentials, and asks nothing of the endpoint. */
function isPreflight(verb: string, declared: WatchedEndpoint | undefined): boolean {
  return verb === 'OPTIONS' && declared === undefined;
}

function isDeclared(line: AccessLine, caller: Caller, declared: WatchedEndpoint | undefined): boolean {
  if (declared === undefined) return false;
  return declared.callers.includes(caller.name) || isDeclaredToken(line, caller, declared.tokens);
}

/** Whether the API itself could not decide: a failed authorizer, credentials that are none. */
function isError(line: AccessLine, status: number): boolean {
  if (['authenticateError', 'authorizeError'].some((name) => !isNone(field(line, name)))) return true;
  // Of an authorizer this is said of expired tokens too, which are refused and nothing else.
  return status >= 500 && !isNone(field(line, 'authorizerError'));
}

function isInHours(epoch: string, { hours, days }: WatchedRole): boolean {
  if (hours === undefined && days === undefined) return true;
  const time = new Date(Number(epoch));
  if (Number.isNaN(time.getTime())) return false;
  if (days !== undefined && !days.includes(time.getUTCDay())) return false;
  if (hours === undefined) return true;
  const [from, until] = hours;
  const hour = time.getUTCHours();
  return from <= until ? hour >= from && hour < until : hour >= from || hour < until;
}

function isInRange(address: string, { ranges }: WatchedRole): boolean {
  return ranges === undefined || isWithin(address, ranges);
}
