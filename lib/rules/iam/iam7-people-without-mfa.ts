import { identityPolicies, trustPolicy, typesWith } from '../../engine/parse/policies-of';
import type { Condition, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isUnknown } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { coversAction } from '../support/coverage';
import { roleTrusting } from '../support/examples';
import { isAnyone, principalNamed, principalsOf } from '../support/principals';
import type { PrincipalEntry } from '../support/principals';

const PRESENT = 'aws:multifactorauthpresent';
const AGE = 'aws:multifactorauthage';
const PEOPLE = ['human', 'operator', 'auditor', 'break-glass'];
const BECOMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];
const person = (Condition: unknown) =>
  roleTrusting({ Principal: { AWS: 'arn:aws:iam::111122223333:user/ada' }, Condition });

/**
 * Roles for people: declared as such, or trusting IAM users. Roles of software are not asked: they carry no MFA. Nor are
 * federated people whose identity provider was declared to prove it: AWS sees no MFA there.
 */
export const iam7: Rule = {
  id: 'IAM7',
  title: 'People can act without MFA',
  severity: 'error',
  why: 'One phished password or leaked access key is then enough. Many MFA conditions look right and are not: the key is absent for long-term access keys, so that `BoolIfExists` in an Allow lets them in, and a Deny without `IfExists` does not stop them.',
  fix: 'In the trust policy, require `Bool` `aws:MultiFactorAuthPresent` `true` on the Allow, as `HumanRole` does. In a Deny, use `BoolIfExists` `aws:MultiFactorAuthPresent` `false`.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html',
  controls: ['NIST 800-53 r5 IA-2(1)', 'NIST 800-53 r5 IA-2(2)', 'NIST 800-53 r5 AC-3'],
  types: typesWith('identity'),
  check(resource, snapshot) {
    return [...trustWithoutMfa(resource, snapshot), ...wrongDenies(resource)];
  },
  examples: {
    bad: person({ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }),
    good: person({ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }),
  },
};

function trustWithoutMfa(role: Resource, snapshot: Snapshot): readonly Violation[] {
  const trust = trustPolicy(role);
  if (trust === undefined) return [];
  const intent = role.intent?.kind === 'role' ? role.intent : undefined;
  const isDeclared = intent !== undefined && (PEOPLE.includes(intent.roleKind) || intent.mfa !== undefined);
  if (trust.statements.some(deniesWithoutMfa)) return [];
  return trust.statements
    .filter(
      ({ effect, actions }) => effect === 'Allow' && BECOMING.some((each) => coversAction(actions, each) !== 'no'),
    )
    .filter((statement) => !statement.conditions.some(provesMfa))
    .flatMap((statement) => {
      const people = principalsOf(statement).filter(
        (principal) =>
          (isDeclared && principal.kind !== 'Service') ||
          (principal.kind === 'AWS' && isUser(principal, role, snapshot)),
      );
      return people
        .filter(({ kind }) => !(kind === 'Federated' && intent?.mfa === 'identity-provider'))
        .map((principal) => withoutMfa(principal, statement));
    });
}

function withoutMfa({ value }: PrincipalEntry, statement: Statement): Violation {
  const { conditions } = statement;
  const found = conditions.filter(({ key }) => key === PRESENT || key === AGE).map(showCondition);
  const unread = conditions.flatMap(({ operator, values }) => (operator === '' ? values.filter(isUnknown) : []));
  return {
    message: `found ${found.length > 0 ? found.join(' and ') : 'no MFA condition'} on the trust in \`${show(value)}\`; expected \`Bool aws:MultiFactorAuthPresent true\``,
    detail: `Principal::${show(value)}`,
    parts: [statement],
    ...(unread.length > 0 ? { certainty: 'possible' as const, unknowns: unread.map(({ detail }) => detail) } : {}),
  };
}

function isUser(principal: PrincipalEntry, role: Resource, snapshot: Snapshot): boolean {
  if (principalNamed(principal.value, role, snapshot)?.type === 'AWS::IAM::User') return true;
  return /:iam::[^:]*:user\//.test(show(principal.value).replaceAll('${AWS::AccountId}', ''));
}

/** `Bool true` on an Allow; the age is there only where a second factor was used, and so proves it as well. */
function provesMfa({ operator, ifExists, qualifier, key, values }: Condition): boolean {
  if (ifExists || qualifier === 'ForAllValues' || values.length === 0) return false;
  if (key === PRESENT) return operator === 'Bool' && values.every(isText('true'));
  return key === AGE && operator.startsWith('NumericLessThan');
}

/** A Deny for everybody who has not proved MFA does as well as the condition on the Allow. */
function deniesWithoutMfa({ effect, actions, principals, conditions }: Statement): boolean {
  const [condition, ...others] = conditions;
  return (
    effect === 'Deny' &&
    BECOMING.every((each) => coversAction(actions, each) === 'yes') &&
    principals?.negated === false &&
    principals.entries.some(isAnyone) &&
    condition !== undefined &&
    others.length === 0 &&
    condition.key === PRESENT &&
    condition.operator === 'Bool' &&
    condition.ifExists &&
    condition.values.some(isText('false'))
  );
}

/** In identity policies: conditions on MFA that do not do what they seem to. */
function wrongDenies(resource: Resource): readonly Violation[] {
  return identityPolicies(resource).flatMap(({ document }) => {
    const conditions = document.statements.flatMap((statement) =>
      statement.conditions
        .filter(({ key }) => key === PRESENT)
        .map((condition) => ({ effect: statement.effect, condition, statement })),
    );
    // The two halves of `BoolIfExists false`, written as two Denies, are right together.
    const denies = conditions.filter(({ effect }) => effect === 'Deny').map(({ condition }) => condition);
    const isWhole = denies.some(isBool('false')) && denies.some(isNull('true'));
    return conditions
      .filter(({ effect, condition }) => isWrong(effect, condition) && !(isWhole && effect === 'Deny'))
      .map(({ effect, condition, statement }) => ({
        message: `found ${effect} with ${showCondition(condition)}; expected ${effect === 'Deny' ? 'Deny with `BoolIfExists aws:MultiFactorAuthPresent false`' : 'Allow with `Bool aws:MultiFactorAuthPresent true`'}`,
        detail: `${effect}::${showCondition(condition).replaceAll('`', '')}`,
        parts: [statement],
      }));
  });
}

function isWrong(effect: 'Allow' | 'Deny', condition: Condition): boolean {
  if (condition.operator === 'Null') return true;
  if (condition.operator !== 'Bool') return false;
  if (effect === 'Allow') return condition.ifExists && condition.values.some(isText('true'));
  return !condition.ifExists && condition.values.some(isText('false'));
}

function isBool(expected: string): (condition: Condition) => boolean {
  return ({ operator, values }) => operator === 'Bool' && values.some(isText(expected));
}

function isNull(expected: string): (condition: Condition) => boolean {
  return ({ operator, values }) => operator === 'Null' && values.some(isText(expected));
}

function isText(expected: string): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && value.toLowerCase() === expected;
}

function showCondition({ operator, ifExists, key, values }: Condition): string {
  const name = key === PRESENT ? 'aws:MultiFactorAuthPresent' : key === AGE ? 'aws:MultiFactorAuthAge' : key;
  return `\`${operator}${ifExists ? 'IfExists' : ''} ${name} ${values.map(show).join(', ')}\``;
}
