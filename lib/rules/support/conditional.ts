import type { Guard, Statement } from '../../model/policy';
import type { Resource } from '../../model/snapshot';
import type { Violation } from '../rule';

/**
 * The violations of one statement, each of them bound to the whole statement: where the statement depends on a condition of the template that the resource itself
 * does not depend on, they are possible, and the condition is what is not known.
 */
export function underItsConditions(
  statement: Statement,
  { guards: given }: Resource,
  found: readonly Violation[],
): readonly Violation[] {
  const { guards } = statement;
  const violations = found.map((violation) => ({ ...violation, parts: [statement] }));
  const open = guards.filter((guard) => !given.some((each) => isSame(each, guard)));
  if (open.length === 0) return violations;
  const names = open.map(({ condition }) => `condition "${condition.slice(condition.indexOf('#') + 1)}"`);
  return violations.map((violation) => ({
    ...violation,
    certainty: 'possible',
    unknowns: [...new Set([...(violation.unknowns ?? []), ...names])],
  }));
}

function isSame(one: Guard, other: Guard): boolean {
  return one.condition === other.condition && one.holds === other.holds;
}
