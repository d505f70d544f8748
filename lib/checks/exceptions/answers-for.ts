/**
 * Whether a rule is judged by `SeparationOfDutiesChecks`. Entries that name it are answered for there; all others, those
 * that name no rule at all included, by `LeastPrivilegeChecks`.
 */
export function isSeparationRule(rule: string): boolean {
  return /^Bulkhead-(SOD|ENV)-/.test(rule);
}
