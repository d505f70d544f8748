import { describe, expect, it } from 'vitest';
import { actionInfo } from '../../../lib/engine/actions/action-info';
import { NOT_IN_TEMPLATES } from '../../../lib/engine/reach/not-in-templates';
import type { Ask, Technique } from '../../../lib/engine/reach/technique';
import { TECHNIQUES } from '../../../lib/engine/reach/techniques';
import { CATALOGUE } from './support/catalogue';
import { exampleOf } from './support/example-of';
import type { Flaw } from './support/example-of';
import { fact, names, reached } from './support/template';

type Place = readonly [need: number, ask: number];
const places = ({ needs }: Technique): readonly Place[] =>
  needs.flatMap((asks, need) =>
    asks.flatMap((each, ask): readonly Place[] => (isNeeded(each, asks) ? [[need, ask]] : [])),
  );
const key = ({ actions, on }: Ask): string =>
  `${actions.join('|')} on ${typeof on === 'object' ? on.arns.join('|') : on}`;
/** Without which nothing is possible. What is asked of all that a call is about is told by each of those. */
const isNeeded = ({ on, actions }: Ask, asks: readonly Ask[]): boolean =>
  typeof on === 'object'
    ? on.orElse === undefined || on.orElse.on !== undefined
    : on !== 'anything' || !asks.some((other) => typeof other.on === 'object' && other.actions[0] === actions[0]);
const asksOf = ({ needs }: Technique): ReadonlySet<string> => new Set(needs.flat().map(key));

/** Gains that make an administrator in the examples. */
const WIDENS: ReadonlySet<string> = new Set(['administer', 'write-policies', 'attach-policy']);

/** Whether another technique gives the same for some of the same permissions. */
function isCoveredWithout(technique: Technique, without: Place | undefined): boolean {
  const left = new Set(
    technique.needs.flatMap((asks, need) =>
      asks.filter((_, ask) => without?.[0] !== need || without[1] !== ask).flatMap(({ actions }) => actions),
    ),
  );
  return TECHNIQUES.some(
    (other) =>
      other !== technique &&
      // Who writes the policy of a function lets itself in.
      (other.gain === technique.gain ||
        ((other.rewrites === 'add' || other.rewrites === 'replace') && other.target === technique.target) ||
        // Who may give a policy to anybody gives it to itself.
        (other.gain === 'attach-policy' && technique.gain === 'create') ||
        (WIDENS.has(other.gain) && WIDENS.has(technique.gain))) &&
      other.needs.flat().every(({ actions }) => actions.some((action) => left.has(action))),
  );
}

function uses(technique: Technique, flaw: Flaw): boolean {
  const reach = reached(exampleOf(technique, flaw).resources);
  return reach.facts.some((each) => reach.trace(each).some((step) => step.technique === technique.id));
}

/** Nobody reaches anything by those alone: `test/engine/answers/changed-ways.test.ts`. Of stacks: `stacks.test.ts`. */
const CASES = TECHNIQUES.filter(({ gain, target }) => gain !== 'remove-policy' && target !== 'stack').map(
  (each): [string, Technique] => [each.id, each],
);
const PASSING = CASES.filter(
  ([, { services, needs }]) =>
    services !== undefined && needs.flat().some(({ about, on }) => about === 'pass' && on === 'target'),
);

describe('the table of techniques', () => {
  it('covers every technique of the public catalogues, or says why not', () => {
    const covered = new Set([...TECHNIQUES.flatMap(({ references }) => references), ...Object.keys(NOT_IN_TEMPLATES)]);
    expect(CATALOGUE.filter((id) => !covered.has(id))).toEqual([]);
    expect([...covered].filter((id) => !CATALOGUE.includes(id))).toEqual([]);
  });

  it('has each technique once, and only actions that exist', () => {
    expect(new Set(TECHNIQUES.map(({ id }) => id)).size).toBe(TECHNIQUES.length);
    const actions = TECHNIQUES.flatMap(({ needs }) => needs.flat().flatMap((ask) => ask.actions));
    expect(actions.filter((action) => actionInfo(action) === undefined)).toEqual([]);
  });

  it.each(CASES)('%s works where all is granted', (_, technique) => {
    const { resources, reaches } = exampleOf(technique);
    const reach = reached(resources);
    expect(names(reach)).toContain(reaches.replace('T#', ''));
    expect(fact(reach, reaches)?.certainty).toBe(technique.doubt === undefined ? 'certain' : 'possible');
    if (!isCoveredWithout(technique, undefined)) expect(uses(technique, {})).toBe(true);
  });

  it.each(CASES.filter(([, { needs }]) => needs.flat().some(({ actions }) => actions.length > 1)))(
    '%s works with the other actions too',
    (_, technique) => {
      const most = Math.max(...technique.needs.flat().map(({ actions }) => actions.length));
      for (let alternative = 1; alternative < most; alternative += 1) {
        const { resources, reaches } = exampleOf(technique, { alternative });
        expect(names(reached(resources))).toContain(reaches.replace('T#', ''));
      }
    },
  );

  it.each(CASES)('%s needs each of its permissions', (_, technique) => {
    for (const without of places(technique)) {
      expect(uses(technique, { without }), `without ${key(technique.needs[without[0]][without[1]])}`).toBe(false);
      if (isCoveredWithout(technique, without)) continue;
      const { resources, reaches } = exampleOf(technique, { without });
      expect(names(reached(resources))).not.toContain(reaches.replace('T#', ''));
    }
  });

  it.each(CASES)('%s stops at a boundary', (_, technique) => {
    expect(names(reached(exampleOf(technique, { boundary: true }).resources))).toEqual([]);
  });

  it.each(CASES)('%s stops at a Deny', (_, technique) => {
    for (const deny of places(technique)) expect(uses(technique, { deny })).toBe(false);
  });

  it.each(PASSING.filter(([, { target }]) => target === 'role'))(
    '%s asks for a role that trusts the service',
    (_, technique) => {
      const reach = reached(exampleOf(technique, { trust: 'backup.amazonaws.com' }).resources);
      expect(names(reach)).not.toContain('Victim');
    },
  );

  it.each(PASSING)('%s honours iam:PassedToService', (_, technique) => {
    expect(uses(technique, { passedTo: 'backup.amazonaws.com' })).toBe(false);
    const [service] = technique.services ?? [];
    expect(uses(technique, { passedTo: service })).toBe(uses(technique, {}));
  });

  it('asks for a role that trusts the principal', () => {
    const [assume] = TECHNIQUES;
    const trust = 'arn:aws:iam::999988887777:role/somebody-else';
    expect(names(reached(exampleOf(assume, { trust }).resources))).toEqual(['cdk-bootstrap', 'cdk-bootstrap-lookup']);
  });

  it('names every ask in a way that the test can take away', () => {
    for (const technique of TECHNIQUES) expect(asksOf(technique).size).toBe(technique.needs.flat().length);
  });
});
