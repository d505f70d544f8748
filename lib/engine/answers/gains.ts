import type { Gain } from '../../model/answers';
import { decide } from '../decide/decide';
import { isExact } from '../match/symbolic';
import type { Change } from '../reach/actor';
import type { Gained } from '../reach/gained';
import type { Controlled, ReachOfPrincipal } from '../reach/reach';
import { gainedBy, setsOf } from '../reach/variants';
import type { Principal, World } from '../world/world';
import { askedOfDocuments, askedOfIdentity } from './asked-pairs';
import type { AskedPair } from './asked-pairs';
import { gainsOfPolicies } from './gains-of-policies';
import { gainsOfTags } from './gains-of-tags';
import { permittedTo } from './permissions';
import type { Permitted } from './permissions';
import { Telling } from './telling';

/**
 * What a principal gains beside other principals: what it may do after each change that can be made to it, or to one
 * that it becomes, on the resources of which it writes the policy, and with tags written. Only what it could not do
 * before. Nothing of an administrator, who has it all.
 */
export function gainsOf(from: ReachOfPrincipal, world: World): Gains {
  if (from.admin?.certainty === 'certain') return { gains: [], leftOut: [] };
  const telling = new Telling(from);
  const gains = [
    ...byChanges(from, world, telling),
    ...gainsOfPolicies(from, world, telling),
    ...gainsOfTags(from, world, telling),
  ];
  return { gains, leftOut: telling.leftOut };
}

export interface Gains {
  readonly gains: readonly Gain[];
  /** What was not looked at, in words; nothing but in very large templates. */
  readonly leftOut: readonly string[];
}

function* byChanges(from: ReachOfPrincipal, world: World, telling: Telling): Generator<Gain> {
  for (const who of from.controlled) {
    if (who.changes.size === 0) continue;
    for (const each of permittedTo(who.principal, world)) telling.knows(each);
    for (const set of setsOf(changesOf(who))) {
      const changed = who.after(set);
      const pairs = set.includes('written') ? pairsOfWriter(changed) : askedOfIdentity(changed);
      const permitted = [...permittedTo(changed, world, pairs)].filter((each) => !isOwn(each, who, world));
      yield* telling.gain(who, gainedBy(who, set), permitted);
    }
  }
}

/** Whether it could do so before, where it is one resource: what patterns have in common is not told apart. */
function isOwn({ action, asked, decision }: Permitted, { principal }: Controlled, world: World): boolean {
  if (!isExact(asked)) return false;
  const before = decide({ principal, action: action.action, resource: asked }, world);
  return before.must || (before.may && !decision.must);
}

/** The certain ones first. */
function changesOf({ changes }: Controlled): readonly Change[] {
  return [...changes].sort(([, one], [, other]) => rank(one) - rank(other)).map(([change]) => change);
}

function rank({ certainty }: Gained): number {
  return certainty === 'certain' ? 0 : 1;
}

/** Who writes its own policy may do what its boundary allows. */
function pairsOfWriter(principal: Principal): readonly AskedPair[] {
  const { boundary } = principal;
  if (boundary === undefined || boundary.document.unknowns.length > 0) return askedOfIdentity(principal);
  return askedOfDocuments([boundary.document]);
}
