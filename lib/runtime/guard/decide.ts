import { refusalOf } from './admits';
import type { Caller } from './caller';
import { mapOf } from './json';
import { overridesMethod } from './method-override';
import { isServedBy } from './path';
import { readCaller } from './read-caller';
import { readRequest } from './request';
import type { ReadPolicy } from './read-policy';

/** What the guard says of a request. Whoever is not admitted gets no reason: it is for the log. */
export type GuardDecision =
  | { readonly admitted: true; readonly endpoint: string; readonly caller: Caller }
  | { readonly admitted: false; readonly reason: string; readonly endpoint?: string; readonly caller?: Caller };

/** What a decision needs besides event and policy. */
export interface GuardSetting {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** `/v1`. */
  readonly basePath?: string;
}

/** Whether the caller of an event may call what it calls. Pure and total; whatever is in doubt is not admitted. */
export function decideGuard(event: unknown, policy: ReadPolicy | string, setting: GuardSetting): GuardDecision {
  const members = mapOf(event);
  const read = readCaller(members);
  const caller = typeof read === 'string' ? undefined : read;
  const request = readRequest(members);
  if (request === undefined) return refused('the event is no request of an API, or contradicts itself');
  if (overridesMethod(members)) return refused('a header asks for another method');
  const name = `${request.method} ${request.template}`;
  if (typeof policy === 'string') return refused(`there is no policy to decide by: ${policy}`);
  if (request.stage !== policy.stage) return refused('the stage is another one');
  const endpoint = policy.endpoints.get(name);
  if (endpoint === undefined) return refused('the endpoint was not declared for this function');
  if (!isServedBy(request, endpoint, policy, setting.basePath)) {
    return refused('the path is not surely one of the endpoint');
  }
  if (caller === undefined) return refused(read as string);
  const refusal = refusalOf(caller, endpoint, setting.now);
  return refusal === undefined ? { admitted: true, endpoint: name, caller } : refused(refusal);

  function refused(reason: string): GuardDecision {
    const endpoint = request === undefined ? undefined : `${request.method} ${request.template}`;
    return { admitted: false, reason, endpoint, caller };
  }
}
