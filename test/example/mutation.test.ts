import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { API_MUTANTS } from './mutants/api';
import { DUTY_MUTANTS } from './mutants/duties';
import { ENVIRONMENT_MUTANTS } from './mutants/environments';
import { IDENTITY_MUTANTS } from './mutants/identity';
import { exampleTemplates } from './templates';
import type { Templates } from './templates';

const ALL = [...API_MUTANTS, ...IDENTITY_MUTANTS, ...DUTY_MUTANTS, ...ENVIRONMENT_MUTANTS];
const REFUSED = ALL.filter(({ survives }) => survives === undefined);
const SURVIVING = ALL.filter(({ survives }) => survives !== undefined);

describe('the example, widened', () => {
  let both: Templates;
  let production: Templates;
  let refused = 0;

  beforeAll(() => {
    both = exampleTemplates();
    production = both.of('Prod');
  });

  afterAll(() => {
    const rate = ((100 * refused) / ALL.length).toFixed(1);
    const survivors = SURVIVING.map(({ what, survives = '' }) => `  survives: ${what}: ${survives}`);
    console.log([`mutants: ${refused} of ${ALL.length} refused (${rate} %)`, ...survivors].join('\n'));
  });

  it('is refused by nothing as it is', () => {
    expect(both.rules()).toEqual([]);
    expect(production.rules()).toEqual([]);
  });

  it('is widened in at least 60 ways, each told apart', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(60);
    expect(new Set(ALL.map(({ what }) => what)).size).toBe(ALL.length);
  });

  it.each(REFUSED)('is refused: $what', ({ widen, both: isBoth, refusedBy }) => {
    const mutant = (isBoth ? both : production).copy();
    widen(mutant);
    // Only those are asked that have to refuse it: the others would take most of the time.
    const found = mutant.rules(refusedBy);
    expect(
      found.filter((each) => refusedBy.includes(each)),
      `found ${found.join(', ') || 'nothing'}, expected ${refusedBy.join(' or ')}`,
    ).not.toEqual([]);
    refused += 1;
  });

  it.each(SURVIVING)('is refused by nothing, for a reason: $what', ({ widen, both: isBoth }) => {
    const mutant = (isBoth ? both : production).copy();
    widen(mutant);
    expect(mutant.rules()).toEqual([]);
  });
});
