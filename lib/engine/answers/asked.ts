import type { Verdict } from '../../model/answers';
import type { PolicyText } from '../../model/policy';
import { decide } from '../decide/decide';
import type { Decision, ExternalPrincipal } from '../decide/decision';
import type { Principal, World } from '../world/world';
import { isKnownRequest, noSuchRequest } from './known-request';
import type { Target } from './target';

/** An answer for one principal. */
export interface Answer {
  readonly verdict: Verdict;
  /** The decision on the ARN by which the verdict comes. */
  readonly decision: Decision;
}

export const RANK: Readonly<Record<Verdict, number>> = { granted: 2, possible: 1, denied: 0 };

export function verdictOf({ may, must }: Decision): Verdict {
  return must ? 'granted' : may ? 'possible' : 'denied';
}

/** The best answer for any of the ARNs. */
export function ask(principal: Principal | ExternalPrincipal, action: string, { arns }: Target, world: World): Answer {
  const [first, ...rest] = arns.map((resource) =>
    answered(decide({ principal, action, resource }, world), action, resource),
  );
  return rest.reduce((best, each) => (RANK[each.verdict] > RANK[best.verdict] ? each : best), first);
}

/** A decision on one ARN, for what it is worth as a request. */
export function answered(found: Decision, action: string, resource: PolicyText): Answer {
  const decision = isKnownRequest(action, resource) ? found : noSuchRequest(found, action);
  return { verdict: verdictOf(decision), decision };
}

/** A user as whoever took it over is it: without its MFA device. A role is the same for everybody. */
export function inOthersHands(principal: Principal): Principal {
  return principal.kind === 'user' ? { ...principal, isTakenOver: true } : principal;
}
