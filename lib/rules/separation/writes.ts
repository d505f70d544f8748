import { actionsMatching } from '../../engine/actions/action-info';
import { administers } from '../../engine/reach/administers';
import { decide } from '../../engine/decide/decide';
import { instanceOf } from '../../engine/duties/instance';
import { sentence } from '../../engine/duties/holding';
import { actionMayMatch, actionMustMatch } from '../../engine/match/action-pattern';
import type { Principal, World } from '../../engine/world/world';
import type { Statement } from '../../model/policy';
import { show } from '../../model/read';

/** Counted as writing by AWS, and no change of anything: queries, and the use of keys that reading needs too. */
const NO_CHANGE =
  /^(?:athena:startqueryexecution|cloudtrail:startquery|execute-api:.*|kms:(?:decrypt|encrypt|generate.*|reencrypt.*|sign)|logs:.*query|sts:.*|signin:.*)$/i;

/**
 * The first change that a principal may make with credentials of AWS, in words. Calling an endpoint is none: what the
 * endpoint does, it does as itself, and its callers are declared.
 */
export function writeOf(principal: Principal, world: World): string | undefined {
  if (administers({ base: principal, changes: [], principal, loose: [] }, world) !== undefined)
    return 'is administrator, or may be';
  for (const { document } of principal.policies) {
    for (const statement of document.statements) {
      const found = statement.effect === 'Allow' ? writeBy(statement, principal, world) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function writeBy({ actions, resources }: Statement, principal: Principal, world: World): string | undefined {
  const patterns = actions.negated ? ['*'] : actions.patterns;
  const named = resources === undefined || resources.negated ? ['*'] : resources.patterns;
  for (const { action, level } of patterns.flatMap(actionsMatching)) {
    if (level === 'list' || level === 'read' || NO_CHANGE.test(action)) continue;
    if (actions.negated && actions.patterns.some((each) => actionMustMatch(each, action))) continue;
    if (!isWithinBoundary(action, principal)) continue;
    for (const pattern of named) {
      const resource = instanceOf(pattern, principal.account) ?? pattern;
      const decision = decide({ principal, action, resource }, world);
      if (decision.may) return sentence(action, show(pattern), decision);
    }
  }
  return undefined;
}

/** Before the question, which costs more. */
function isWithinBoundary(action: string, { boundary }: Principal): boolean {
  if (boundary === undefined || boundary.document.unknowns.length > 0) return true;
  return boundary.document.statements.some(
    ({ effect, actions }) =>
      effect === 'Allow' && (actions.negated || actions.patterns.some((each) => actionMayMatch(each, action))),
  );
}
