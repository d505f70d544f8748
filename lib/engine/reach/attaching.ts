import type { Principal, SourcedPolicy } from '../world/world';
import type { Change } from './actor';
import type { AttachablePolicy } from './attachable';
import { covers } from './covers';
import type { Derivation, Gained } from './gained';
import type { Shared } from './shared';

/** Somebody who may attach managed policies to a principal or group. */
export type Attacher = Derivation;

/** A policy that somebody attaches. */
export interface Attachment {
  readonly change: Change;
  readonly derivation: Derivation;
  readonly isSure: boolean;
}

/**
 * The managed policies that somebody can attach to a principal under control and that it does not have. Asked only of
 * those under control: nobody gains by what others have.
 */
export function attachments(
  principal: Principal,
  attacher: Attacher,
  premises: readonly Gained[],
  changes: ReadonlyMap<Change, Gained>,
  shared: Shared,
): readonly Attachment[] {
  const [used] = attacher.used;
  if ('outside' in used.actor) return [];
  const [[{ actions }]] = used.ability.technique.needs;
  return shared.abilities.attachables.for(used.actor.principal, actions[0]).flatMap((each): readonly Attachment[] => {
    const { id, policy } = each;
    const change: Change = `attached:${id}`;
    if (changes.has(change)) return [];
    if (isThere(each, principal) || saysNothing(policy, principal)) return [];
    const grant = shared.attaching(used, each);
    if (grant === undefined) return [];
    const { decision, doubt } = grant;
    const isSure = attacher.certainty === 'certain' && decision.must && doubt === undefined;
    const unknowns = [
      ...used.ability.unknowns,
      ...(decision.must ? [] : decision.unknowns),
      ...(doubt === undefined ? [] : [doubt]),
    ];
    const derivation: Derivation = {
      ...attacher,
      certainty: isSure ? 'certain' : 'possible',
      premises: [...attacher.premises, ...premises],
      used: [{ ...used, ability: { ...used.ability, grants: [grant], unknowns: isSure ? [] : unknowns } }],
    };
    return [{ change, derivation, isSure }];
  });
}

/** Whether the principal has the policy itself: with that of a group it would lose it. */
function isThere({ policy }: AttachablePolicy, { policies }: Principal): boolean {
  return policies.some(
    ({ resource, place, group }) =>
      group === undefined &&
      (policy.resource?.type === 'AWS::IAM::ManagedPolicy'
        ? resource?.key === policy.resource.key
        : resource === undefined && place === policy.place),
  );
}

/** Of how many actions it is worth comparing each with the principal's own. */
const MOST_COMPARED = 64;

/** Asked again from each principal that gets there. */
const SAYS_NOTHING = new WeakMap<Principal, WeakMap<SourcedPolicy, boolean>>();

/** Whether the principal is allowed all of it already. Of a long policy that is not said. */
function saysNothing(policy: SourcedPolicy, principal: Principal): boolean {
  let known = SAYS_NOTHING.get(principal);
  if (known === undefined) SAYS_NOTHING.set(principal, (known = new WeakMap<SourcedPolicy, boolean>()));
  let found = known.get(policy);
  if (found === undefined) {
    const { document } = policy;
    const length = document.statements.reduce((sum, { actions }) => sum + actions.patterns.length, 0);
    found = length <= MOST_COMPARED && covers({ policies: principal.policies }, document);
    known.set(policy, found);
  }
  return found;
}
