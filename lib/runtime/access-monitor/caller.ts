import type { WatchedTokens } from '../../model/monitor-settings';
import type { MonitorSettings } from './settings';

/** A line of the access log, as the API writes it; every field is a text, `-` where there is nothing. */
export type AccessLine = Readonly<Record<string, unknown>>;

/** Who called. */
export interface Caller {
  /**
   * The name of a role, behind its account where that is another; `token NAME` for the client of a token; `-` for
   * nobody. Never the subject of a token: there are as many as users, and each name is a metric.
   */
  readonly name: string;
  /** Whether the line says that there was a token. */
  readonly hasToken: boolean;
}

/** What of a line comes from a token, of an authorizer of ours, of JWT, of a user pool, or of another function. */
const FROM_TOKENS = [
  'tokenIssuer',
  'tokenSubject',
  'tokenClient',
  'tokenAudience',
  'poolSubject',
  'poolClient',
  'poolAudience',
  'authorizerPrincipal',
];

/** Who a line says that called. A signature goes before a token: API Gateway asks for one of them. */
export function callerOf(line: AccessLine, { account }: MonitorSettings, tokens?: WatchedTokens): Caller {
  const arn = field(line, 'callerArn');
  if (!isNone(arn)) return { name: nameOf(arn, account), hasToken: false };
  if (FROM_TOKENS.every((name) => isNone(field(line, name)))) return { name: '-', hasToken: false };
  const clients = clientsOf(line);
  const client = clients.find((each) => tokens?.audience.includes(each)) ?? clients[0];
  return { name: client === undefined ? 'token' : `token ${client}`, hasToken: true };
}

/** Whether a token is of those that were declared. */
export function isDeclaredToken(line: AccessLine, caller: Caller, tokens: WatchedTokens | undefined): boolean {
  if (tokens === undefined) return false;
  // Of an authorizer that leaves nothing in the log, that nobody signed is all that is seen.
  if (!tokens.isLogged) return caller.name === '-' || caller.hasToken;
  if (!caller.hasToken) return false;
  if (tokens.issuer !== undefined && field(line, 'tokenIssuer') !== tokens.issuer) return false;
  return tokens.audience.length === 0 || clientsOf(line).some((each) => tokens.audience.includes(each));
}

/** A field as a text; `-` where it is none. */
export function field(line: AccessLine, name: string): string {
  const value = line[name];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
}

/** Whether API Gateway had nothing to write. */
export function isNone(text: string): boolean {
  return text === '' || text === '-';
}

/**
 * The clients of a token. API Gateway compares `client_id` only where there is no `aud`, and so do we.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
function clientsOf(line: AccessLine): readonly string[] {
  const claim = ['tokenAudience', 'poolAudience', 'tokenClient', 'poolClient']
    .map((name) => field(line, name))
    .find((text) => !isNone(text));
  // Several are written as a list.
  return (claim ?? '').split(/[\s,[\]"]+/).filter((each) => each !== '');
}

/** `arn:aws:sts::111122223333:assumed-role/NAME/session`; whoever is no role by its ARN. */
function nameOf(arn: string, account: string): string {
  const [, its, name] = /^arn:[^:]*:sts::(\d*):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (name === undefined) return arn;
  return its === account ? name : `${its}/${name}`;
}
