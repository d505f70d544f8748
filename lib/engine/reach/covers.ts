import type { Matcher, PolicyDocument, PolicyText, Statement } from '../../model/policy';
import { isUnknown } from '../../model/value';
import { hasVariables } from '../conditions/variables';
import { actionMayMatch } from '../match/action-pattern';
import { contains, patternOf } from '../match/pattern';
import { canonical } from '../match/symbolic';
import type { Principal } from '../world/world';

/**
 * Whether a principal is allowed for sure whatever a policy allows: each of its Allows is within one of the principal's
 * that has no condition, within its boundary too, and no Deny of the principal's is lacking in the policy. Policy
 * variables and conditions of Denies are of whoever asks, so that the same words are not the same for both.
 */
export function covers(
  { policies, boundary }: Pick<Principal, 'policies' | 'boundary'>,
  wanted: PolicyDocument,
): boolean {
  const own = policies.flatMap(({ document }) => document.statements);
  if (wanted.unknowns.length > 0 || policies.some(({ document }) => document.unknowns.length > 0)) return false;
  return (
    within(wanted, own) &&
    (boundary === undefined ||
      boundary.document === wanted ||
      (boundary.document.unknowns.length === 0 && within(wanted, boundary.document.statements)))
  );
}

function within(wanted: PolicyDocument, own: readonly Statement[]): boolean {
  const allows = own.filter(({ effect, conditions, guards, actions, resources }) => {
    const isPlain = conditions.length === 0 && guards.length === 0 && !actions.negated;
    return effect === 'Allow' && isPlain && resources?.negated === false;
  });
  const asked = wanted.statements.filter(({ effect }) => effect === 'Allow');
  const denied = new Set(wanted.statements.filter(({ effect }) => effect === 'Deny').map(said));
  const isFree = own
    .filter(({ effect }) => effect === 'Deny')
    .every((deny) => (isAlikeForAll(deny) && denied.has(said(deny))) || asked.every((each) => areApart(deny, each)));
  return (
    isFree &&
    asked.every(({ actions, resources }) =>
      all(actions).every((action) =>
        all(resources).every((resource) =>
          allows.some(
            (each) =>
              each.actions.patterns.some((one) => includes(one, action, true)) &&
              all(each.resources).some((one) => includes(one, resource, false)),
          ),
        ),
      ),
    )
  );
}

/** What is said by exclusion may be anything. */
function all(matcher: Matcher | undefined): readonly PolicyText[] {
  return matcher === undefined || matcher.negated ? ['*'] : matcher.patterns;
}

function includes(wide: PolicyText, narrow: PolicyText, caseless: boolean): boolean {
  if (wide === '*') return true;
  if (isUnknown(wide) || isUnknown(narrow) || hasVariables(wide) || hasVariables(narrow)) return false;
  if (areApartFromStart(wide, narrow, caseless)) return false;
  if (canonical(wide) === canonical(narrow)) return true;
  const options = caseless ? { caseless, variables: false } : {};
  return contains(patternOf(wide, { ...options, ...(caseless ? {} : { segments: 5 }) }), patternOf(narrow, options));
}

/** Whether what is written out at the beginning tells them apart: most pairs of actions, without their patterns. */
function areApartFromStart(one: PolicyText, other: PolicyText, caseless: boolean): boolean {
  if (typeof one !== 'string' || typeof other !== 'string') return false;
  const [a, b] = [one, other].map((each) => (caseless ? each.toLowerCase() : each));
  const ends = [a, b].map((each) => each.search(/[*?]/)).map((at, index) => (at === -1 ? [a, b][index].length : at));
  const length = Math.min(...ends);
  return a.slice(0, length) !== b.slice(0, length);
}

function areApart(deny: Statement, allow: Statement): boolean {
  if (deny.actions.negated || allow.actions.negated) return false;
  return !deny.actions.patterns.some((one) => allow.actions.patterns.some((other) => actionMayMatch(one, other)));
}

/** Not so where a condition or a variable says something else of a principal by another name. */
function isAlikeForAll({ conditions, resources }: Statement): boolean {
  return conditions.length === 0 && !(resources?.patterns ?? []).some(hasVariables);
}

function said(statement: Statement): string {
  const { index: _, sid: __, ...rest } = statement;
  return JSON.stringify(rest);
}
