import { analysed } from '../../engine/analysed';
import { actionMayMatch } from '../../engine/match/action-pattern';
import type { Statement } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { coversActions } from './coverage';
import { coverageOf } from './execute-api';
import { mayReach } from './effective-callers';
import type { Requests } from './requests';

const INVOKE = 'execute-api:Invoke';

/**
 * Whether a role cannot make the requests of an endpoint whatever policies it has besides: a Deny of its own covers all of
 * them, or its boundary leaves no room for any. A boundary of which a part is not known leaves room.
 */
export function isKeptOut(role: Resource, requests: Requests, api: Resource, snapshot: Snapshot): boolean {
  const principal = analysed(snapshot).world.principal(role.key);
  if (principal === undefined) return false;
  const own = principal.policies.flatMap(({ document }) => document.statements);
  if (own.some((each) => denies(each, requests, api))) return true;
  const boundary = principal.boundary?.document;
  if (boundary === undefined || boundary.unknowns.length > 0) return false;
  return (
    boundary.statements.some((each) => denies(each, requests, api)) ||
    !mayReach(boundary.statements.filter(mayInvoke), requests, api)
  );
}

function denies({ effect, actions, resources, conditions, guards }: Statement, of: Requests, api: Resource): boolean {
  if (effect !== 'Deny' || conditions.length > 0 || guards.length > 0 || !coversActions(actions, [INVOKE]))
    return false;
  return coverageOf(resources, api)(of);
}

function mayInvoke({ effect, actions: { negated, patterns } }: Statement): boolean {
  return effect === 'Allow' && (negated || patterns.some((pattern) => actionMayMatch(pattern, INVOKE)));
}
