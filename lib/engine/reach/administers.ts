import { ABSENT, unknown } from '../../model/value';
import type { Context } from '../decide/decision';
import { awsManaged } from '../world/managed-policy-arn';
import type { Principal, World } from '../world/world';
import type { Ability, Grant } from './ability';
import type { Actor } from './actor';
import { decideAs } from './lifted';
import type { Technique } from './technique';

/** Being an administrator by what one has: a step without an action. */
const ADMINISTRATOR: Technique = {
  id: 'administrator',
  references: [],
  target: 'account',
  needs: [[]],
  gain: 'administer',
};

/** Being whatever a policy makes that is not in the templates. */
const UNKNOWN_POLICY: Technique = { ...ADMINISTRATOR, id: 'unknown-policy' };

/** What an administrator can do and nobody who is kept within bounds: make a principal without bounds. */
function powersOf(principal: Principal): readonly (readonly [action: string, context: Context])[] {
  const unbound: Context = { 'iam:permissionsboundary': ABSENT };
  return [
    ['iam:CreateRole', unbound],
    ['iam:AttachRolePolicy', { ...unbound, 'iam:policyarn': awsManaged(principal, 'AdministratorAccess') }],
    ['iam:PutRolePolicy', unbound],
  ];
}

/**
 * Whether an actor is an administrator: a statement allows it everything, and neither a boundary nor a Deny keeps it
 * from making principals without bounds. A policy that is not known makes it possible.
 */
export function administers(actor: Actor, world: World): Ability | undefined {
  const { principal } = actor;
  const unknowns = principal.policies.flatMap(({ document }) => document.unknowns);
  const allows = allowsEverything(principal);
  if (!allows && (unknowns.length === 0 || principal.boundary !== undefined)) return undefined;
  const grants: Grant[] = [];
  for (const [action, context] of powersOf(principal)) {
    const resource = 'arn:*:iam::*:role/*';
    const decision = decideAs(actor, { action, resource, context }, world);
    if (!decision.may) return undefined;
    grants.push({ action, resource, decision });
  }
  const isSure = allows && grants.every(({ decision }) => decision.must);
  const open = grants.flatMap(({ decision }) => decision.unknowns);
  return {
    technique: allows ? ADMINISTRATOR : UNKNOWN_POLICY,
    need: 0,
    certainty: isSure ? 'certain' : 'possible',
    grants,
    unknowns: isSure ? [] : [...unknowns, ...open, ...(unknowns.length + open.length === 0 ? [NOT_SURE] : [])],
  };
}

const NOT_SURE = unknown('attribute', 'whether a condition or a Deny keeps it from being an administrator');

/** Whether the policies of somebody allow everything, as they are in the templates: no change made it so. */
export function isAdministrator({ principal, changes }: Actor): boolean {
  return changes.length === 0 && allowsEverything(principal);
}

function allowsEverything({ policies }: Principal): boolean {
  return policies.some(({ document }) =>
    document.statements.some(
      ({ effect, actions, resources }) =>
        effect === 'Allow' &&
        !actions.negated &&
        actions.patterns.includes('*') &&
        resources !== undefined &&
        !resources.negated &&
        resources.patterns.includes('*'),
    ),
  );
}
