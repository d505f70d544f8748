import type { Guard, PolicyDocument } from '../../model/policy';
import type { Unknown } from '../../model/value';
import type { Violation } from '../rule';

/** Conditions of the template that are followed both ways; past them nothing conditional is relied on. */
const MOST_CONDITIONS = 5;

/**
 * Judges what policies say where their statements depend on conditions of the template: once for each combination.
 * A violation of every combination is certain; one of some of them is possible, and names the conditions. What could
 * not be read may be just what is missed, so that it makes every violation possible as well.
 *
 * @param given conditions that hold where the judged resource exists at all
 */
export function inEachWorld(
  documents: readonly PolicyDocument[],
  given: readonly Guard[],
  judge: (document: PolicyDocument) => readonly Violation[],
): readonly Violation[] {
  const statements = documents.flatMap((document) => document.statements);
  const unread = documents.flatMap(({ unknowns }) => unknowns);
  const settled = new Map(given.map(({ condition, holds }) => [condition, holds]));
  const conditions = [...new Set(statements.flatMap(({ guards }) => guards.map(({ condition }) => condition)))].filter(
    (condition) => !settled.has(condition),
  );
  const followed = conditions.slice(0, MOST_CONDITIONS);
  const count = 2 ** followed.length;
  const found = new Map<string, { violation: Violation; times: number; certain: boolean }>();
  for (let world = 0; world < count; world += 1) {
    const facts = new Map(settled);
    for (const [bit, condition] of followed.entries()) facts.set(condition, (world & (2 ** bit)) !== 0);
    const there = statements.filter(({ guards }) =>
      guards.every(({ condition, holds }) => facts.get(condition) === holds),
    );
    for (const violation of judge({ statements: there, unknowns: [] })) {
      const key = violation.detail ?? '';
      const before = found.get(key) ?? { violation, times: 0, certain: true };
      const certain = before.certain && violation.certainty !== 'possible';
      const about = [...(before.violation.about ?? []), ...(violation.about ?? [])];
      const told = about.length === 0 ? before.violation : { ...before.violation, about };
      found.set(key, { violation: told, times: before.times + 1, certain });
    }
  }
  const open = [...conditions.map(nameOf), ...unread.map(({ detail }: Unknown) => detail)];
  return [...found.values()].map(({ violation, times, certain }) => {
    if (certain && times === count && unread.length === 0 && conditions.length === followed.length) return violation;
    return { ...violation, certainty: 'possible', unknowns: [...new Set([...(violation.unknowns ?? []), ...open])] };
  });
}

function nameOf(condition: string): string {
  return `condition "${condition.slice(condition.indexOf('#') + 1)}"`;
}
