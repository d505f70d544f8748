import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** Options of a REST API's guard, which a language without a type checker lets through. */
const OF_GUARDS = ['guardDetail', 'callersBy', 'resourcePolicyLimit'];

/** @throws BH1064 where an HTTP API is given options of a guard: it has no resource policy that could be one. */
export function checkWithoutGuard(at: IConstruct, given: object): void {
  const option = OF_GUARDS.find((each) => (given as Record<string, unknown>)[each] !== undefined);
  if (option === undefined) return;
  throw misuse(at, {
    code: 'BH1064',
    what: `\`${option}\` is set for an HTTP API`,
    why: 'it is about the resource policy, which HTTP APIs do not have: their callers are named by identity policies alone, whatever their number',
    mend: 'leave it out, or use a LeastPrivilegeRestApi',
  });
}
