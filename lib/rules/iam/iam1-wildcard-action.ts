import { typesWith } from '../../engine/parse/policies-of';
import type { PolicyText } from '../../model/policy';
import { show } from '../../model/read';
import { isText, isUnknown } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { underItsConditions } from '../support/conditional';
import { roleThatMay } from '../support/examples';
import { grantsOf } from '../support/grants';
import { mayBeAnything, unknownsOf } from '../support/property';

const EXPECTED = 'expected actions by their full name';

/** A wildcard in a Deny takes more away, and one in a permissions boundary grants nothing: neither is reported. */
export const iam1: Rule = {
  id: 'IAM1',
  title: 'A policy allows actions by wildcard',
  severity: 'error',
  why: 'Nobody can say what the policy allows: `s3:*` deletes buckets, `s3:Get*` reads whatever AWS adds next year. `?` is a wildcard too, and easily overlooked.',
  fix: 'List the actions that are used, by name: in CDK, `resource.grant(role, …)` or a statement of your own in place of `grantRead`, `grantReadWrite` and the like, which allow by wildcard on some services. `bulkhead what-can` shows what the wildcard covers today.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-3'],
  types: typesWith('identity'),
  check(resource, snapshot) {
    const { allows, unknowns } = grantsOf(resource, snapshot);
    return [
      ...allows.flatMap((statement) => {
        const { negated, patterns } = statement.actions;
        return underItsConditions(statement, resource, negated ? [] : patterns.flatMap(judge));
      }),
      ...unknowns.map(
        ({ detail }): Violation => ({
          message: `a part of the policy cannot be read (${detail}), and may allow anything; expected statements that can be judged in the template`,
          detail: `Unread::${detail}`,
          certainty: 'possible',
          unknowns: [detail],
        }),
      ),
    ];
  },
  examples: {
    bad: roleThatMay({ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::orders/invoices.csv' }),
    good: roleThatMay({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/invoices.csv' }),
  },
};

function judge(action: PolicyText): readonly Violation[] {
  const detail = `Action::${show(action)}`;
  if (hasWildcard(action)) return [{ message: `found the action \`${show(action)}\`; ${EXPECTED}`, detail }];
  if (!mayBeAnything(action)) return [];
  return [
    {
      message: `found the action \`${show(action)}\`, known only after deployment; ${EXPECTED}`,
      detail,
      certainty: 'possible',
      unknowns: unknownsOf(action),
    },
  ];
}

function hasWildcard(pattern: PolicyText): boolean {
  if (isUnknown(pattern)) return false;
  const literals = isText(pattern) ? pattern.parts.filter((part) => typeof part === 'string') : [pattern];
  return literals.some((part) => /[*?]/.test(part));
}
