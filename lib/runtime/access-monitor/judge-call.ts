import type { AccessSignal, MonitorSettings, WatchedRole } from './settings';
import { isWithin } from './source-range';

/** A line of the access log, as the API writes it; every field is a text, `-` where there is nothing. */
export type AccessLine = Readonly<Record<string, unknown>>;

/** What is known of a call. */
export interface JudgedCall {
  /** The name of the role; `-` where nobody signed. */
  readonly role: string;
  /** `GET /orders/{id}`; `-` where no endpoint was found. */
  readonly endpoint: string;
  readonly isRead: boolean;
  readonly bytes: number;
  /** Whether the endpoint did what was asked. */
  readonly succeeded: boolean;
  /** Without `NewCaller`, which only a memory can tell. */
  readonly signals: readonly AccessSignal[];
}

/** Judges a call by what was declared. Pure; whatever cannot be read of a line counts as unusual, never as fine. */
export function judgeCall(line: AccessLine, settings: MonitorSettings): JudgedCall {
  const role = roleOf(field(line, 'callerArn'));
  const verb = field(line, 'method');
  const endpoint = `${verb} ${field(line, 'resourcePath')}`;
  const status = Number(field(line, 'status'));
  const isDenied = status === 401 || status === 403;
  const succeeded = status >= 200 && status < 400;
  const declaredRole = settings.roles[role];
  const declared = settings.endpoints[endpoint];
  const signals: AccessSignal[] = [];
  const tell = (signal: AccessSignal, holds: boolean): void => void (holds && signals.push(signal));

  tell('Denied', isDenied);
  tell('AuthorizationError', isError(line));
  // The guard lets nobody through whom the endpoint does not name: if somebody comes through, the guard is not there.
  tell('UndeclaredCaller', succeeded && verb !== 'OPTIONS' && !declared?.callers.includes(role));
  tell('Deprecated', !isDenied && declared?.isDeprecated === true);
  tell('BreakGlass', declaredRole?.isBreakGlass === true);
  tell('OutsideHours', declaredRole !== undefined && !isInHours(field(line, 'timeEpoch'), declaredRole));
  tell('OutsideRange', declaredRole !== undefined && !isInRange(field(line, 'sourceIp'), declaredRole));

  const bytes = Number(field(line, 'responseLength'));
  return {
    role,
    endpoint,
    isRead: verb === 'GET' || verb === 'HEAD',
    bytes: Number.isFinite(bytes) ? bytes : 0,
    succeeded,
    signals,
  };
}

/** Whether the API itself could not decide: a failed authorizer, credentials that are none. */
function isError(line: AccessLine): boolean {
  return ['authenticateError', 'authorizeError'].some((name) => !['', '-'].includes(field(line, name)));
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

/** `arn:aws:sts::111122223333:assumed-role/NAME/session` */
function roleOf(arn: string): string {
  return /:assumed-role\/([^/]+)\//.exec(arn)?.[1] ?? arn;
}

function field(line: AccessLine, name: string): string {
  const value = line[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
}
