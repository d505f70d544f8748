import { trustPolicy } from '../../engine/parse/policies-of';
import type { Condition, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { bond } from '../support/binding';
import { underItsConditions } from '../support/conditional';
import { coversAction } from '../support/coverage';
import { roleTrusting } from '../support/examples';
import { homeOf, isAnyone, principalsOf } from '../support/principals';
import type { PrincipalEntry } from '../support/principals';
import { unknownsOf } from '../support/property';

const ORGANISATION = ['aws:principalorgid', 'aws:principalorgpaths'];
const EXPECTED =
  'expected `StringEquals` on `sts:ExternalId`, or on `aws:PrincipalOrgID` for an account of the same organisation';
const partner = (statement: Readonly<Record<string, unknown>>) =>
  roleTrusting({ Principal: { AWS: 'arn:aws:iam::444455556666:root' }, ...statement });

/** Trust in everybody is left to IAM5, and trust in services and identity providers has no external id. */
export const iam6: Rule = {
  id: 'IAM6',
  title: 'A role trusts another account without an external id',
  severity: 'error',
  why: 'A partner who acts for many customers can be talked into acting on your account for somebody else: the confused deputy. The external id ties the call to you. And trust in the root of an account is trust in everyone whom that account chooses to let in.',
  fix: 'Agree on an external id with the partner and require it with `StringEquals` on `sts:ExternalId`, as `PartnerRole` does. Within an organisation, require `aws:PrincipalOrgID`.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-17', 'NIST 800-53 r5 SA-9'],
  types: ['AWS::IAM::Role'],
  check(role, snapshot) {
    const statements = trustPolicy(role)?.statements ?? [];
    return statements
      .filter(({ effect, actions }) => effect === 'Allow' && coversAction(actions, 'sts:AssumeRole') !== 'no')
      .flatMap((statement) => underItsConditions(statement, role, judge(statement, role, snapshot)));
  },
  examples: {
    bad: partner({}),
    good: partner({ Condition: { StringEquals: { 'sts:ExternalId': 'orders-7d1f' } } }),
  },
};

function judge(statement: Statement, role: Resource, snapshot: Snapshot): readonly Violation[] {
  if (statement.conditions.some(requiresExternalId)) return [];
  const { holds, unknowns } = bond(statement.conditions, ORGANISATION);
  if (holds === 'yes') return [];
  return principalsOf(statement)
    .filter((principal) => principal.kind === 'AWS' && !isAnyone(principal))
    .flatMap((principal): readonly Violation[] => {
      const open = [...unknowns, ...openQuestions(principal, role, snapshot)];
      const home = homeOf(principal.value, role, snapshot);
      if (home === 'own') return [];
      const shown = show(principal.value);
      return [
        {
          message: `found trust in \`${shown}\`, ${home === 'foreign' ? 'of another account' : 'whose account is not known'}, without an external id; ${EXPECTED}`,
          detail: `Principal::${shown}`,
          ...(open.length > 0 ? { certainty: 'possible' as const, unknowns: open } : {}),
        },
      ];
    });
}

function openQuestions({ value }: PrincipalEntry, role: Resource, snapshot: Snapshot): readonly string[] {
  const home = homeOf(value, role, snapshot);
  if (home === 'unknown') return [...unknownsOf(value), `the account of \`${show(value)}\``].slice(0, 1);
  return role.template.account === undefined ? ['the account that the template is deployed to'] : [];
}

function requiresExternalId({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  if (key !== 'sts:externalid' || ifExists || qualifier !== undefined || values.length === 0) return false;
  if (operator === 'StringEquals') return values.every((value) => value !== '');
  return operator === 'StringLike' && values.every((value) => !/[*?]/.test(show(value)));
}
