import { trustPolicy } from '../../engine/parse/policies-of';
import type { Statement } from '../../model/policy';
import { isText } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { bond } from '../support/binding';
import { underItsConditions } from '../support/conditional';
import { roleTrusting } from '../support/examples';
import { isAnyone, principalsOf, showPrincipal } from '../support/principals';
import type { PrincipalEntry } from '../support/principals';
import { mayBeAnything, unknownsOf } from '../support/property';

export const iam5: Rule = {
  id: 'IAM5',
  title: 'A role can be assumed by anyone',
  severity: 'error',
  why: 'A trust policy that names `*` lets every principal of every AWS account become the role; it needs no permission in this account. Conditions help only where they say who is calling: an external id, a tag or a session name is chosen by the caller.',
  fix: 'Name the roles, services or identity providers that may assume the role. For a whole organisation, keep `*` and add `StringEquals` on `aws:PrincipalOrgID`.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-2'],
  types: ['AWS::IAM::Role'],
  check(role) {
    const trust = trustPolicy(role);
    if (trust === undefined) return [];
    return [
      ...trust.statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => underItsConditions(statement, role, judge(statement))),
      ...trust.unknowns.map(
        ({ detail }): Violation => ({
          message: `a part of the trust policy cannot be read (${detail}), and may trust anyone; expected statements that can be judged in the template`,
          detail: `Unread::${detail}`,
          certainty: 'possible',
          unknowns: [detail],
        }),
      ),
    ];
  },
  examples: {
    bad: roleTrusting({ Principal: { AWS: '*' } }),
    good: roleTrusting({
      Principal: { AWS: '*' },
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    }),
  },
};

function judge(statement: Statement): readonly Violation[] {
  const { holds, unknowns } = bond(statement.conditions);
  if (holds === 'yes') return [];
  return principalsOf(statement).flatMap((principal): readonly Violation[] => {
    const detail = `Principal::${showPrincipal(principal)}`;
    if (isAnyone(principal)) {
      const message = `found the principal \`${showPrincipal(principal)}\` without a condition that says who that is; expected named principals, or a condition such as \`StringEquals\` on \`aws:PrincipalOrgID\``;
      return [holds === 'no' ? { message, detail } : { message, detail, certainty: 'possible', unknowns }];
    }
    if (principal.kind === 'Service' || !mayBeAnyone(principal)) return [];
    return [
      {
        message: `found the principal \`${showPrincipal(principal)}\`, known only after deployment; expected one that is named in the template, since it may be \`*\``,
        detail,
        certainty: 'possible',
        unknowns: unknownsOf(principal.value),
      },
    ];
  });
}

/** A text with literal parts, such as the ARN of an account that is a parameter, is never `*`. */
function mayBeAnyone({ value }: PrincipalEntry): boolean {
  return mayBeAnything(value) && (!isText(value) || value.parts.every((part) => typeof part === 'object'));
}
