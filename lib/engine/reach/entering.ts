import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import { unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { callerOf, sessionArn } from '../decide/caller';
import { hitsOf } from '../decide/compiled';
import { decideAt } from '../decide/literal';
import { canonical } from '../match/symbolic';
import { nameOf } from '../world/resource-name';
import type { Principal, SourcedPolicy, World } from '../world/world';

const ACTION = 'sts:assumerole';
const SESSION = 'session';

/**
 * Why somebody who writes the trust policy of a role may still not come in; `undefined` where nothing keeps it out. In
 * the same account a trust policy that names the session, or the user, needs no permission beside it, and a boundary that
 * does not mention the action does not matter. An explicit Deny does, a resource control policy's too, and what a service
 * control policy leaves out.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
 */
export function keptOut(
  principal: Principal,
  role: { readonly arn: PolicyText; readonly account: PolicyText },
  world: World,
): Unknown | undefined {
  if (!mayBeDenied(principal, world)) return undefined;
  const caller = callerOf(principal, { name: SESSION });
  const question = { principal, action: ACTION, resource: role.arn, session: { name: SESSION } };
  const target = {
    rules: 'trust' as const,
    account: role.account,
    policies: [trustIn(principal)],
    sure: true,
  };
  const { verdict } = decideAt(target, question, ACTION, role.arn, canonical(role.arn), caller, world);
  if (verdict.must) return undefined;
  const who = nameOf(principal.resource);
  return unknown(
    'attribute',
    `who assumes ${show(role.arn)} once its trust policy is written anew: ${who} may be kept from it, and no template shows whom else it could let in`,
  );
}

function mayBeDenied({ policies, boundary }: Principal, { scps, rcps }: World): boolean {
  const all = boundary === undefined ? policies : [...policies, boundary];
  return (
    scps.length > 0 ||
    rcps.length > 0 ||
    all.some(({ document }) => document.unknowns.length > 0) ||
    hitsOf(all, ACTION).some(({ compiled }) => compiled.statement.effect === 'Deny')
  );
}

function trustIn(principal: Principal): SourcedPolicy {
  const session = principal.kind === 'role' ? sessionArn(principal, SESSION) : undefined;
  const values = session === undefined ? [principal.arn] : [principal.arn, session];
  const statement: Statement = {
    index: 0,
    effect: 'Allow',
    actions: { negated: false, patterns: [ACTION, 'sts:setsourceidentity', 'sts:tagsession'] },
    principals: { negated: false, entries: values.map((value) => ({ kind: 'AWS', value })) },
    conditions: [],
    guards: [],
  };
  return {
    layer: 'trust',
    document: { statements: [statement], unknowns: [] },
    place: 'the trust policy written anew',
  };
}
