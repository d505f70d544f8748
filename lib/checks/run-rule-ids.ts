import type { IConstruct } from 'constructs';
import { misuse } from '../private/errors';
import type { SwitchedOffRule } from './switched-off-rule';

/** The ids of all rules but those that are switched off. */
export function idsOfRunRules(scope: IConstruct | undefined, switchedOff: readonly SwitchedOffRule[]): string[] {
  const { allRules } = require('../rules/registry') as typeof import('../rules/registry');
  const known = allRules.map((rule) => `Bulkhead-${rule.id}`);
  for (const { id, reason } of switchedOff) {
    const wrong = known.includes(id)
      ? reason.trim() === '' && {
          what: `rule \`${id}\` is switched off without a reason`,
          mend: 'say in `reason` why nothing is lost without it',
        }
      : { what: `rule \`${id}\` is switched off and does not exist`, mend: `give one of ${known.join(', ')}` };
    if (wrong !== false) throw misuse(scope ?? 'LeastPrivilegeChecks', { code: 'BH5001', ...wrong });
  }
  const off = new Set(switchedOff.map(({ id }) => id));
  return known.filter((id) => !off.has(id));
}
