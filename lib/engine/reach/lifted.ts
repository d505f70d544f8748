import { unknown } from '../../model/value';
import { decide } from '../decide/decide';
import type { Decision, Question } from '../decide/decision';
import type { Principal, SourcedPolicy, World } from '../world/world';
import type { Actor } from './actor';

/** What becomes of a policy that may be there or not: there, gone, or there without its Denies, which is none of both. */
type State = 'there' | 'gone' | 'freed';

/** Why an Allow may not do that stands in a policy which must be taken off for its Denies. */
export const LOST = unknown(
  'attribute',
  'whether a policy that allows it may stay where others are taken off for what they deny',
);

/**
 * What an actor may do who may take policies off to be rid of their Denies, or take some on: those are taken off that
 * deny what is asked, with all that they allow. Exact where these are the same whichever others there are; else possible.
 */
export function decideAs(actor: Actor, asked: Omit<Question, 'principal'>, world: World): Decision {
  const most = decide({ ...asked, principal: actor.principal }, world);
  if (!dependsOnLoose(actor, most)) return most;
  const { loose } = actor;
  const among = (state: (at: number) => State): Decision =>
    decide(
      {
        ...asked,
        principal: principalWith(
          actor,
          loose.map((_, at) => state(at)),
        ),
      },
      world,
    );
  const inTheWay = loose.map((_, at) => !among((each) => (each === at ? 'there' : 'freed')).may);
  const left = among((at) => (inTheWay[at] ? 'gone' : 'freed'));
  if (!left.may) return left;
  const sure = among((at) => (inTheWay[at] ? 'gone' : 'there'));
  if (sure.must) return sure;
  if (!left.must) return left;
  const { may, allows, denies, conditions, unknowns } = left;
  return { may, must: false, unconditional: false, allows, denies, conditions, unknowns: [...unknowns, LOST] };
}

/** Whether something is allowed by a policy that may have to go. */
export function dependsOnLoose({ loose, principal }: Actor, { may, allows }: Decision): boolean {
  if (loose.length === 0 || !may) return false;
  const policies = new Set(loose.flatMap((each) => [...each.keys()].map((index) => principal.policies[index])));
  return allows.some(({ policy }) => policies.has(policy));
}

/** The principal without any of these policies. */
export function withoutLoose(actor: Actor): Principal {
  return actor.loose.length === 0
    ? actor.principal
    : principalWith(
        actor,
        actor.loose.map(() => 'gone'),
      );
}

const known = new WeakMap<Actor, Map<string, Principal>>();

function principalWith(actor: Actor, states: readonly State[]): Principal {
  let made = known.get(actor);
  if (made === undefined) known.set(actor, (made = new Map()));
  const id = states.join();
  let found = made.get(id);
  if (found === undefined) {
    const policies: SourcedPolicy[] = [...actor.principal.policies];
    actor.loose.forEach((each, at) => {
      for (const [index, policy] of each) {
        if (states[at] === 'there') policies[index] = policy;
        else if (states[at] === 'gone') policies[index] = { ...policy, document: { statements: [], unknowns: [] } };
      }
    });
    made.set(id, (found = { ...actor.principal, policies }));
  }
  return found;
}
