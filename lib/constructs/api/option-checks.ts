import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import { CallerGrouping } from './caller-grouping';
import { GuardDetail } from './guard-detail';

const ENUMS = {
  guardDetail: ['GuardDetail', GuardDetail],
  callersBy: ['CallerGrouping', CallerGrouping],
} as const;
const LIMITS = ['resourcePolicyLimit', 'resourceLimit'] as const;

/** Options of the guard of an API, which a language without a type checker lets through. */
interface GuardOptions {
  readonly guardDetail?: unknown;
  readonly callersBy?: unknown;
  readonly resourcePolicyLimit?: unknown;
  readonly resourceLimit?: unknown;
}

/** @throws BH1051 where one of them is no member of its enum, or no number of characters or resources */
export function checkGuardOptions(at: IConstruct, options: GuardOptions): void {
  for (const [name, [type, members]] of Object.entries(ENUMS)) {
    const given = options[name as keyof typeof ENUMS];
    if (given === undefined || Object.values<unknown>(members).includes(given)) continue;
    const all = Object.keys(members).map((member) => `\`${type}.${member}\``);
    throw unfit(at, name, given, `give ${all.join(' or ')}`);
  }
  for (const name of LIMITS) {
    const given = options[name];
    if (given === undefined || (Number.isInteger(given) && (given as number) > 0)) continue;
    throw unfit(at, name, given, 'give the quota that AWS shows, a whole number above 0');
  }
}

/** @throws BH1051 where one is neither true nor false */
export function checkSwitches(at: IConstruct, switches: Readonly<Record<string, unknown>>): void {
  for (const [name, given] of Object.entries(switches)) {
    if (given === undefined || typeof given === 'boolean' || Token.isUnresolved(given)) continue;
    throw unfit(at, name, given, 'give true or false');
  }
}

function unfit(at: IConstruct, name: string, given: unknown, mend: string): Error {
  const shown = typeof given === 'string' ? `the text \`${given}\`` : String(given);
  return misuse(at, {
    code: 'BH1051',
    what: `\`${name}\` is ${shown}`,
    why: 'it would be taken for something else',
    mend,
  });
}
