import { isAbsent, unknown } from '../../model/value';
import { decide } from '../decide/decide';
import type { Context, ExternalPrincipal } from '../decide/decision';
import type { Principal, World } from '../world/world';
import type { Grant } from './ability';
import type { TagNeed } from './tags';
import { taggingOf } from './tags';
import type { Technique } from './technique';

const WHICH_VALUE = unknown('attribute', 'which value of the tag would do, and whether that one may be written');

/** A tag that somebody may write, or take away. */
export interface Tagging {
  readonly technique: Technique;
  readonly grant: Grant;
}

/**
 * How somebody may write a tag that is needed, the surest way first: alone, or together with all others that conditions
 * on `aws:TagKeys` name. Without a value that is known to do, it is possible at most.
 */
export function taggingFor(who: Principal | ExternalPrincipal, need: TagNeed, world: World): Tagging | undefined {
  const { resource, arn, name, value, orGone } = need;
  let found: Tagging | undefined;
  for (const technique of taggingOf(resource)) {
    const isAway = technique.gain === 'untag';
    if (value !== undefined && isAbsent(value) !== isAway && !(isAway && orGone === true)) continue;
    const [[{ actions }]] = technique.needs;
    const [action] = actions;
    const written: Context = value === undefined || isAway ? {} : { [`aws:requesttag/${name}`]: value };
    for (const keys of keySets(who, name)) {
      const decision = decide(
        { principal: who, action, resource: arn, context: { ...written, 'aws:tagkeys': keys } },
        world,
      );
      if (!decision.may) continue;
      const grant: Grant = { action, resource: arn, decision, ...(value === undefined ? { doubt: WHICH_VALUE } : {}) };
      if (decision.must && value !== undefined) return { technique, grant };
      found ??= { technique, grant };
    }
  }
  return found;
}

/** The names in one request, as conditions spell them. */
function keySets(who: Principal | ExternalPrincipal, name: string): readonly (readonly string[])[] {
  const others = who.kind === 'role' || who.kind === 'user' ? namedTags(who) : [];
  const own = others.filter((each) => each.toLowerCase() === name);
  const spelled = own.length > 0 ? own : [name];
  const all = [...new Set([...others, ...spelled])];
  return [...spelled.map((each) => [each]), ...(all.length > own.length && all.length > 1 ? [all] : [])];
}

/** Of the tags that conditions on `aws:TagKeys` are about, the names as they are spelled there. */
function namedTags({ policies, boundary }: Principal): readonly string[] {
  return [...policies, ...(boundary === undefined ? [] : [boundary])]
    .flatMap(({ document }) => document.statements)
    .flatMap(({ conditions }) => conditions.flatMap(({ key, values }) => (key === 'aws:tagkeys' ? values : [])))
    .filter((each): each is string => typeof each === 'string' && !/[*?$]/.test(each));
}
