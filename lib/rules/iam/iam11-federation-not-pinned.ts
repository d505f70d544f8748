import { trustPolicy } from '../../engine/parse/policies-of';
import type { Condition, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Rule, Violation } from '../rule';
import { underItsConditions } from '../support/conditional';
import { coversAction } from '../support/coverage';
import { roleTrusting } from '../support/examples';
import { mayBeAnything, unknownsOf } from '../support/property';

const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com';
const gitHub = (conditions: Readonly<Record<string, unknown>>) =>
  roleTrusting({
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com', ...conditions },
    },
  });

/** Which claims say who comes: the subject, or the groups and roles that Cognito and others put in their place. */
const WHO = /:(sub|amr|job_workflow_ref|repository|repository_id)$/;

export const iam11: Rule = {
  id: 'IAM11',
  title: 'A role trusts everyone whom an identity provider signs',
  severity: 'error',
  why: 'A public issuer such as GitHub Actions signs tokens for every repository of the world, and a subject that starts with a wildcard admits them. Only a condition on the subject says which pipeline, service account or user may become the role.',
  fix: 'Require the whole subject with `StringEquals` on `<issuer>:sub`, as `PipelineIdentity` does; a wildcard only after the organisation and repository.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_secure-by-default.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 IA-2', 'NIST 800-53 r5 IA-8'],
  types: ['AWS::IAM::Role'],
  check(role) {
    return (trustPolicy(role)?.statements ?? [])
      .filter(
        ({ effect, actions }) => effect === 'Allow' && coversAction(actions, 'sts:AssumeRoleWithWebIdentity') !== 'no',
      )
      .flatMap((statement) => underItsConditions(statement, role, judge(statement)));
  },
  examples: {
    bad: gitHub({}),
    good: gitHub({ 'token.actions.githubusercontent.com:sub': 'repo:orders-company/orders:environment:production' }),
  },
};

function judge(statement: Statement): readonly Violation[] {
  const providers = (statement.principals?.entries ?? []).filter(({ kind }) => kind === 'Federated');
  if (providers.length === 0 || statement.principals?.negated === true) return [];
  if (statement.conditions.some((each) => pins(each) === 'yes')) return [];
  const open = statement.conditions
    .filter((each) => pins(each) === 'open')
    .flatMap(({ values }) => values.flatMap(unknownsOf));
  const shown = providers.map(({ value }) => show(value)).join(', ');
  const found = statement.conditions.filter(({ key }) => WHO.test(key)).flatMap(({ values }) => values.map(show));
  return [
    {
      message: `found trust in \`${shown}\` ${found.length > 0 ? `for the subject \`${found.join('`, `')}\`` : 'without a condition on the subject'}; expected \`StringEquals\` on \`<issuer>:sub\` with the whole subject`,
      detail: `Federated::${shown}`,
      ...(open.length > 0 ? { certainty: 'possible' as const, unknowns: open } : {}),
    },
  ];
}

/** Values are alternatives: each of them has to say who comes. */
function pins({ operator, ifExists, qualifier, key, values }: Condition): 'yes' | 'no' | 'open' {
  if (operator === '') return 'open';
  if (!WHO.test(key) || ifExists || qualifier === 'ForAllValues' || values.length === 0) return 'no';
  const exact = operator === 'StringEquals' || operator === 'StringEqualsIgnoreCase';
  if (!exact && operator !== 'StringLike') return 'no';
  if (exact) return 'yes';
  if (values.some((value) => mayBeAnything(value))) return 'open';
  return values.every((value) => saysWho(show(value))) ? 'yes' : 'no';
}

/** `repo:company/orders:*` does; `repo:*`, `*` and `repo:company/*` leave the repository open. */
function saysWho(pattern: string): boolean {
  const literal = pattern.split(/[*?]/)[0] ?? '';
  return literal === pattern || /^[^:]+:[^:]+:/.test(literal);
}
