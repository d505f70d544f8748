import { analysed } from '../../engine/analysed';
import { matches } from '../../engine/match/glob';
import type { Principal } from '../../engine/world/world';
import type { Condition, PolicyText, Statement } from '../../model/policy';
import type { Snapshot } from '../../model/snapshot';
import { exempted } from './guards';

const NEGATED = new Set(['StringNotEquals', 'StringNotLike']);

/**
 * Whom a Deny leaves out, as `exempted`, where the guard of an API knows callers by this tag: besides those it names, all
 * roles and users of the templates that have the tag, or may have it, with a value that it names.
 */
export function exemptedByTag(
  statement: Statement,
  tag: string,
  snapshot: Snapshot,
): readonly PolicyText[] | undefined {
  const isOnTag = (condition: Condition): boolean =>
    condition.key === `aws:principaltag/${tag.toLowerCase()}` &&
    condition.qualifier === undefined &&
    NEGATED.has(condition.operator);
  const byTag = statement.conditions.filter(isOnTag);
  if (byTag.length === 0) return exempted(statement);
  const named = exempted({ ...statement, conditions: statement.conditions.filter((each) => !isOnTag(each)) });
  if (named === undefined) return undefined;
  // A principal is left out where any of the conditions does not hold.
  const spared = analysed(snapshot).world.principals.filter((each) =>
    byTag.some((condition) => mayHave(each, tag, condition.values)),
  );
  return [...named, ...spared.map(({ arn }) => arn)];
}

function mayHave({ tags, unknownTags }: Principal, tag: string, values: readonly PolicyText[]): boolean {
  const own = [...tags].find(([name]) => name.toLowerCase() === tag.toLowerCase())?.[1];
  if (own === undefined) return unknownTags !== undefined;
  if (typeof own !== 'string') return true;
  return values.some((each) => typeof each !== 'string' || matches(each, own));
}
