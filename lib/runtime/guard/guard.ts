import { GUARD_VARIABLE } from '../../model/guard-policy';
import type { GuardPolicy } from '../../model/guard-policy';
import type { Caller } from './caller';
import { decideGuard } from './decide';
import type { GuardDecision } from './decide';
import { logEntry } from './log';
import type { GuardLogEntry } from './log';
import { readPolicy } from './read-policy';
import type { ReadPolicy } from './read-policy';

/** What answers a request that was admitted. */
export type GuardedHandler<Event, Result, Context = unknown> = (
  event: Event,
  caller: Caller,
  context: Context,
) => Result | Promise<Result>;

/** What the guard answers where it does not admit a request. */
export interface Forbidden {
  readonly statusCode: 403;
  readonly headers: { [name: string]: string };
  readonly body: string;
}

/** How a guard works. */
export interface GuardOptions {
  /** The base path under which a custom domain serves the API, `/v1`. Without it, a path with one is not admitted. */
  readonly basePath?: string;
  /** Takes the line about each decision. By default it is written to the standard output. */
  readonly log?: (entry: GuardLogEntry) => void;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * A Lambda handler that asks again who calls, by the policy that was shipped with the function, before it does
 * anything: the gateway has decided once, and this decides by itself. Admits who is surely a caller of the endpoint,
 * and hands over who it is. Everyone else gets 403 without a reason. Each decision is one line of JSON in the log.
 *
 * For proxy events of REST APIs and HTTP APIs (payload 1.0 and 2.0), callers by IAM, by a JWT authorizer, a Cognito
 * authorizer or a `JwtAuthorizer`. A request with the header `X-HTTP-Method-Override`, `X-HTTP-Method` or
 * `X-Method-Override` is denied, whatever stands in it.
 *
 * Not promised: anything against whoever may invoke the function past the gateway, with an event of his making, or may
 * change its code or its environment.
 *
 * @param handler what answers
 * @param policy who may call what; without it, what `FunctionIntegration` has put into the environment. Where neither
 * can be read, nobody is admitted.
 */
export function guard<Event, Result, Context = unknown>(
  handler: GuardedHandler<Event, Result, Context>,
  policy?: GuardPolicy,
  { basePath, log = writeLine, clock = Date.now }: GuardOptions = {},
): (event: Event, context: Context) => Promise<Result | Forbidden> {
  const read = policy === undefined ? shippedPolicy() : readPolicy(policy);
  const lead = basePath?.replace(/^\/*|\/*$/g, '');
  return async (event, context) => {
    const decision = decide(event, read, { now: clock(), basePath: lead ? `/${lead}` : undefined });
    log(logEntry(event, decision));
    if (!decision.admitted) return forbidden();
    return handler(event, decision.caller, context);
  };
}

/** A fault of the guard admits nobody. */
function decide(...[event, policy, setting]: Parameters<typeof decideGuard>): GuardDecision {
  try {
    return decideGuard(event, policy, setting);
  } catch {
    return { admitted: false, reason: 'the guard failed' };
  }
}

function shippedPolicy(): ReadPolicy | string {
  const text = process.env[GUARD_VARIABLE];
  if (text === undefined) return `the environment has no ${GUARD_VARIABLE}`;
  try {
    return readPolicy(JSON.parse(text));
  } catch {
    return `${GUARD_VARIABLE} is no JSON`;
  }
}

function forbidden(): Forbidden {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  return { statusCode: 403, headers, body: JSON.stringify({ message: 'Forbidden' }) };
}

function writeLine(entry: GuardLogEntry): void {
  process.stdout.write(`${JSON.stringify(entry)}\n`);
}
