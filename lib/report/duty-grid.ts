import type { HeldDuty, Separation } from '../model/separation';
import type { Grid } from './grid';

/** Principals × duties, as a list: those who have any, with what they have and what they reach. */
export function dutyGrid({ matrix }: Separation): Grid {
  return {
    head: ['Principal', 'Environment', 'Has', 'Reaches'],
    rows: matrix.principals
      .filter(({ direct, reach }) => direct.length + reach.length > 0)
      .map(({ principal, environment = '', direct, reach }) => [principal, environment, shown(direct), shown(reach)]),
  };
}

/** The constraints, and what they are about. */
export function constraintGrid({ constraints }: Separation): Grid {
  return {
    head: ['Constraint', 'Says', 'Holds in'],
    rows: constraints.map(({ id, kind, most, duties, roles, scope, perResource }) => {
      const names = duties.join(', ');
      const over = perResource ? ', over one resource' : '';
      if (kind === 'only') return [id, `only ${roles.join(', ')}: ${names}`, scope];
      return [id, most === 0 ? `nobody: ${names}` : `at most ${most} of ${names}${over}`, scope];
    }),
  };
}

/** `?` behind what is only possible. */
function shown(held: readonly HeldDuty[]): string {
  return held.map(({ duty, certainty }) => (certainty === 'certain' ? duty : `${duty}?`)).join(', ');
}
