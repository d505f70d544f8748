import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import type { IAuditVault } from './i-audit-vault';

/**
 * The record that was named, for callers whom no compiler checks.
 *
 * @throws BH4028 where there is none.
 */
export function requiredVault(at: IConstruct, vault: IAuditVault | undefined): IAuditVault {
  if ((vault as Partial<IAuditVault> | undefined)?.record !== undefined) return vault as IAuditVault;
  throw misuse(at, {
    code: 'BH4028',
    what: `\`vault\` is ${vault === undefined ? 'missing' : 'no audit record'}`,
    why: 'without a record there is nothing to keep, to ask or to watch',
    mend: 'give an `AuditVault`, an `ArchivedAuditTrail`, or a record that is there already by `AuditVault.fromExisting`',
  });
}
