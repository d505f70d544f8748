import { show } from '../../model/read';
import type { Principal } from '../world/world';

/** Carries out templates; nobody acts as it. Who may hand it templates has its duties by escalation. */
const EXECUTION = 'cloudformation.amazonaws.com';

/**
 * Whether a principal is judged by itself. All are but one sort: roles that CloudFormation alone can assume. Such a role
 * has to hold every duty that a template may need, and acts for whoever may pass it to a stack: that one is judged, with
 * all that the role can do. Roles of the CDK's custom resources are judged like any other.
 */
export function isJudged({ trust }: Principal): boolean {
  if (trust === undefined || trust.document.unknowns.length > 0) return true;
  const matchers = trust.document.statements
    .filter(({ effect }) => effect === 'Allow')
    .map(({ principals }) => principals);
  return (
    matchers.length === 0 ||
    matchers.some(
      (each) =>
        each === undefined ||
        each.negated ||
        each.entries.some(({ kind, value }) => kind !== 'Service' || show(value) !== EXECUTION),
    )
  );
}
