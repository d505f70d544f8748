import { policiesOf, typesWith } from '../../engine/parse/policies-of';
import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Rule, Violation } from '../rule';
import { isBoundaryOnly } from '../support/boundary-only';
import { underItsConditions } from '../support/conditional';
import { roleThatMay } from '../support/examples';

const TYPES = [...new Set([...typesWith('identity'), ...typesWith('trust'), ...typesWith('resource')])];

export const iam3: Rule = {
  id: 'IAM3',
  title: 'A policy allows everything except what it lists',
  severity: 'error',
  why: 'NotAction, NotResource and NotPrincipal with Allow grant all the rest: every other action of every service, every other resource, everybody else, anonymous callers included. What AWS or a colleague adds tomorrow is granted as well.',
  fix: 'List what is allowed with Action, Resource and Principal. To take something away, use a Deny statement.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 CM-7(5)'],
  types: TYPES,
  check(resource, snapshot) {
    // "Everything but" is how a permissions boundary limits; it grants nothing.
    if (isBoundaryOnly(resource, snapshot)) return [];
    return policiesOf(resource).flatMap(({ document }) =>
      document.statements
        .filter(({ effect }) => effect === 'Allow')
        .flatMap((statement) => underItsConditions(statement, resource, judge(statement))),
    );
  },
  examples: {
    bad: roleThatMay({ Effect: 'Allow', Action: 's3:GetObject', NotResource: 'arn:aws:s3:::payroll/*' }),
    good: roleThatMay({ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/*' }),
  },
};

function judge({ actions, resources, principals }: Statement): readonly Violation[] {
  const excluded: readonly (readonly [string, readonly PolicyText[] | undefined])[] = [
    ['NotAction', actions.negated ? actions.patterns : undefined],
    ['NotResource', resources?.negated === true ? resources.patterns : undefined],
    ['NotPrincipal', principals?.negated === true ? principals.entries.map(({ value }) => value) : undefined],
  ];
  return excluded.flatMap(([element, values]) => {
    if (values === undefined) return [];
    const shown = values.map(show).join(',');
    return [
      {
        message: `found \`${element}\` ${shown} in an Allow; expected \`${element.slice('Not'.length)}\` with what is meant`,
        detail: `${element}::${shown}`,
      },
    ];
  });
}
