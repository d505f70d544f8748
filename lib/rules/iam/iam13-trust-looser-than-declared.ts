import { trustPolicy } from '../../engine/parse/policies-of';
import { INTENT_KEY } from '../../model/intent';
import type { Condition, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { underItsConditions } from '../support/conditional';
import { coversAction } from '../support/coverage';
import { roleTrusting } from '../support/examples';
import { accountPart, homeOf, isAnyone, principalsOf } from '../support/principals';
import type { PrincipalEntry } from '../support/principals';
import { mayBeAnything, unknownsOf } from '../support/property';

const ASSUMING = ['sts:AssumeRole', 'sts:AssumeRoleWithSAML', 'sts:AssumeRoleWithWebIdentity'];
const POSITIVE = /^(?:String(?:Equals|EqualsIgnoreCase|Like)|Arn(?:Equals|Like)|Bool|IpAddress|Numeric\w+)$/;

const clerk = (conditions: Readonly<Record<string, unknown>>) => {
  const template = roleTrusting({
    Principal: { Federated: 'arn:aws:iam::111122223333:saml-provider/employees' },
    Action: 'sts:AssumeRoleWithSAML',
    Condition: { StringEquals: { 'SAML:aud': 'https://signin.aws.amazon.com/saml' }, ...conditions },
  });
  const [[logicalId, role]] = Object.entries(template.Resources);
  const intent = {
    kind: 'role',
    roleKind: 'human',
    path: 'Orders/Clerk',
    owner: 'orders-team',
    purpose: 'order entry',
  };
  const trust = {
    trusts: ['identity provider'],
    requires: ['saml:aud=https://signin.aws.amazon.com/saml', 'sts:sourceidentity=*'],
    mfa: 'identity-provider',
    mfaReason: 'hardware key at every sign-in',
  };
  const Properties = { ...(role as any).Properties, PermissionsBoundary: { Ref: 'Boundary' } };
  return {
    Resources: {
      [logicalId]: { ...(role as object), Properties, Metadata: { [INTENT_KEY]: { ...intent, ...trust } } },
      Boundary: {
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: { PolicyDocument: { Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }] } },
        Metadata: { [INTENT_KEY]: { kind: 'boundary', path: 'Orders/Clerk' } },
      },
    },
  };
};

/** Compares a trust policy with what its construct declared. Everybody, as a principal, is left to IAM5. */
export const iam13: Rule = {
  id: 'IAM13',
  title: 'The trust of a role is looser than it was declared',
  severity: 'error',
  why: 'Who may become a role, and what has to be proved for it, is decided where the role is made: the account and address of a partner, the branch of a pipeline, the source identity of people and the reason of an emergency. An override or an aspect that takes a condition out, or lets somebody else in, undoes it without a word.',
  fix: 'Take the change of the trust policy back, or declare it where the role is made.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AU-10', 'NIST 800-53 r5 IA-2'],
  types: ['AWS::IAM::Role'],
  check(role, snapshot) {
    const { intent } = role;
    if (intent?.kind !== 'role') return [];
    const { trusts, requires = [] } = intent;
    return (trustPolicy(role)?.statements ?? [])
      .filter(
        ({ effect, actions }) =>
          effect === 'Allow' && ASSUMING.some((action) => coversAction(actions, action) !== 'no'),
      )
      .flatMap((statement) =>
        underItsConditions(statement, role, [
          ...(trusts === undefined ? [] : strangers(statement, trusts, role, snapshot)),
          ...dropped(statement, requires),
        ]),
      );
  },
  examples: { bad: clerk({}), good: clerk({ StringLike: { 'sts:SourceIdentity': '*' } }) },
};

function strangers(
  statement: Statement,
  trusts: readonly string[],
  role: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  return principalsOf(statement).flatMap((principal): readonly Violation[] => {
    if (isAnyone(principal)) return [];
    const named = nameOf(principal, role, snapshot);
    if (trusts.includes(named) || (named === 'not known' && trusts.includes('not known'))) return [];
    const shown = show(principal.value);
    // Where something was declared that is known only at deployment, this may be it.
    const isOpen = named === 'not known' || trusts.includes('not known');
    return [
      {
        message: `found trust in \`${shown}\`; expected ${trusts.join(', ') || 'nobody'} only, as it was declared`,
        detail: `Principal::${shown}`,
        ...(isOpen ? { certainty: 'possible' as const, unknowns: [`the account of \`${shown}\``] } : {}),
      },
    ];
  });
}

/** As the construct writes it. */
function nameOf(principal: PrincipalEntry, role: Resource, snapshot: Snapshot): string {
  const { kind, value } = principal;
  if (kind === 'Federated') return 'identity provider';
  if (kind === 'Service') return mayBeAnything(value) ? 'not known' : `service ${show(value)}`;
  if (kind === 'CanonicalUser') return 'a canonical user';
  const home = homeOf(value, role, snapshot);
  if (home === 'own') return 'own account';
  const account = accountPart(value);
  return account !== undefined && /^\d{12}$/.test(account) ? `account ${account}` : 'not known';
}

/** The required keys that a statement does not ask for, or for which it takes other values. */
function dropped({ conditions }: Statement, requires: readonly string[]): readonly Violation[] {
  // A condition that cannot be read may be any of them.
  if (conditions.some(({ operator }) => operator === '')) return [];
  const wanted = new Map<string, string[]>();
  for (const each of requires) {
    const at = each.indexOf('=');
    const key = at === -1 ? each : each.slice(0, at);
    wanted.set(key, [...(wanted.get(key) ?? []), ...(at === -1 ? [] : [each.slice(at + 1)])]);
  }
  return [...wanted].flatMap(([key, values]): readonly Violation[] => {
    const isThere = conditions.some(
      (each) => each.key === key && each.operator === 'Null' && each.values.every((value) => show(value) === 'false'),
    );
    // Where any value will do, asking that the key is there is enough.
    if (isThere && values.every((each) => each === '*')) return [];
    const asking = conditions.filter(
      ({ operator, ifExists, qualifier, key: own }) =>
        own === key && !ifExists && qualifier !== 'ForAllValues' && POSITIVE.test(operator),
    );
    const answers = asking.map((condition) => isWithin(condition, values));
    if (answers.includes('yes')) return [];
    const [first] = asking;
    const found =
      first === undefined
        ? 'no condition'
        : `\`${first.operator}\` ${first.values.map((each) => `\`${show(each)}\``).join(', ')}`;
    const expected = values.length === 0 ? 'one' : values.map((each) => `\`${each}\``).join(', ');
    return [
      {
        message: `found ${found} on \`${key}\` where the role is assumed; expected ${expected}, as it was declared`,
        detail: `Condition::${key}`,
        ...(answers.includes('open')
          ? { certainty: 'possible' as const, unknowns: asking.flatMap((each) => each.values.flatMap(unknownsOf)) }
          : {}),
      },
    ];
  });
}

function isWithin({ operator, values }: Condition, declared: readonly string[]): 'yes' | 'no' | 'open' {
  if (values.length === 0) return 'no';
  if (declared.length === 0) return 'yes';
  const answers = values.map((value) => {
    if (isUnknown(value) || (isText(value) && mayBeAnything(value))) return 'open';
    const shown = show(value);
    if (operator.startsWith('Numeric')) return declared.some((each) => Number(shown) <= Number(each)) ? 'yes' : 'no';
    return declared.some((each) => each === shown || isMatch(each, shown, operator)) ? 'yes' : 'no';
  });
  if (answers.includes('no')) return 'no';
  return answers.includes('open') ? 'open' : 'yes';
}

/** Whether a text is one of those that a declared pattern takes; a pattern itself is not looked into. */
function isMatch(pattern: string, text: string, operator: string): boolean {
  const isPattern = operator.endsWith('Like') && /[*?]/.test(text);
  if (isPattern || !/[*?]/.test(pattern) || operator === 'IpAddress') return false;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '[^]*')
    .replace(/\?/g, '[^]');
  return new RegExp(`^${source}$`).test(text);
}
