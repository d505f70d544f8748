import { nameOfCaller } from './caller';
import type { GuardDecision } from './decide';
import { mapOf, textOf } from './json';

/** One line about one decision: ids and names only, never a body, a header, a token or a path with its values. */
export interface GuardLogEntry {
  readonly level: 'info' | 'warn';
  readonly source: 'cdk-bulkhead/guard';
  /** `111122223333/Report` or `https://issuer#subject`; absent where nobody was authenticated. */
  readonly who?: string;
  /** The name of the role's session, which its user chose as a rule. */
  readonly session?: string;
  /** `GET /orders/{id}`. */
  readonly what?: string;
  readonly decision: 'admitted' | 'denied';
  /** Why it was denied. */
  readonly reason?: string;
  /** Leads to the access log. A client can choose it with a REST API, but not the extended one. */
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** Names that come from the request are cut there. */
const LONGEST = 256;

export function logEntry(event: unknown, decision: GuardDecision): GuardLogEntry {
  const { requestId, extendedRequestId } = mapOf(mapOf(event).requestContext);
  const { caller, endpoint, admitted } = decision;
  return {
    level: admitted ? 'info' : 'warn',
    source: 'cdk-bulkhead/guard',
    who: cut(caller && nameOfCaller(caller)),
    session: caller?.kind === 'role' ? caller.session : undefined,
    what: cut(endpoint),
    decision: admitted ? 'admitted' : 'denied',
    reason: admitted ? undefined : decision.reason,
    requestId: cut(requestId),
    extendedRequestId: cut(extendedRequestId),
  };
}

function cut(value: unknown): string | undefined {
  return textOf(value)?.slice(0, LONGEST);
}
