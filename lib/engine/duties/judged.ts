import { show } from '../../model/read';
import type { Principal, World } from '../world/world';
import { logDeliveries } from '../facts/log-delivery';

/** Carries out templates; nobody acts as it. Who may hand it templates has its duties by escalation. */
const EXECUTION = 'cloudformation.amazonaws.com';

/** What log groups are sent with, and what they land with. */
const DELIVERY: readonly string[] = ['firehose.amazonaws.com', 'logs.amazonaws.com'];

/**
 * Whether a principal is judged by itself. All are but two sorts: roles that CloudFormation alone can assume, and
 * those by which log groups reach the audit record and which nobody but these services can assume. Such a role has to
 * hold every duty that a template may need, or has to write the record; it acts for whoever may pass it, and that one is
 * judged, with all that the role can do, or for forging. Roles of the CDK's custom resources are judged like any other.
 */
export function isJudged(principal: Principal, { snapshot }: World): boolean {
  if (isOnlyFor(principal, [EXECUTION])) return false;
  return !(logDeliveries(snapshot).writers.has(principal.resource) && isOnlyFor(principal, DELIVERY));
}

/** The principals that are judged by themselves. */
export function judgedOf(world: World): readonly Principal[] {
  return world.principals.filter((each) => isJudged(each, world));
}

/** Whether nobody but these services can assume a role. */
function isOnlyFor({ trust }: Principal, services: readonly string[]): boolean {
  if (trust === undefined || trust.document.unknowns.length > 0) return false;
  const matchers = trust.document.statements
    .filter(({ effect }) => effect === 'Allow')
    .map(({ principals }) => principals);
  return (
    matchers.length > 0 &&
    matchers.every(
      (each) =>
        each !== undefined &&
        !each.negated &&
        each.entries.every(({ kind, value }) => kind === 'Service' && services.includes(show(value))),
    )
  );
}
