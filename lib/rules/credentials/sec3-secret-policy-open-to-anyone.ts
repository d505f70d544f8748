import { resourcePolicy } from '../../engine/parse/policies-of';
import type { Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Rule, Violation } from '../rule';
import { bond } from '../support/binding';
import { example } from '../support/examples';
import { isAnyone, principalsOf, showPrincipal } from '../support/principals';
import { isTrue, judge, mayBeAnything, unknownsOf, violationOf } from '../support/property';

const policy = (AWS: string) =>
  example('AWS::SecretsManager::ResourcePolicy', {
    SecretId: 'orders/upstream',
    BlockPublicPolicy: true,
    ResourcePolicy: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { AWS }, Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
    },
  });

export const sec3: Rule = {
  id: 'SEC3',
  title: 'The policy of a secret lets anyone in, or can come to',
  severity: 'error',
  why: 'An Allow for `*` gives the secret to every AWS account, as far as its key does not stop them. `BlockPublicPolicy` makes Secrets Manager refuse such a policy, also one that comes in later by another way.',
  fix: 'Name the roles that read the secret, and set `BlockPublicPolicy` to true.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: ['AWS::SecretsManager::ResourcePolicy'],
  check(resource) {
    const block = resource.properties['BlockPublicPolicy'];
    const document = resourcePolicy(resource);
    return [
      ...(document?.statements ?? []).filter(({ effect }) => effect === 'Allow').flatMap(judgeAllow),
      ...(document?.unknowns ?? []).map(
        ({ detail }): Violation => ({
          message: `a part of the policy cannot be read (${detail}), and may let anyone in; expected statements that can be judged in the template`,
          detail: `Unread::${detail}`,
          certainty: 'possible',
          unknowns: [detail],
        }),
      ),
      ...violationOf(
        judge(block, isTrue),
        `found \`BlockPublicPolicy\` ${show(block)}; expected true`,
        'BlockPublicPolicy',
      ),
    ];
  },
  examples: { bad: policy('*'), good: policy('arn:aws:iam::111122223333:role/orders') },
};

function judgeAllow(statement: Statement): readonly Violation[] {
  const { holds, unknowns } = bond(statement.conditions);
  if (holds === 'yes') return [];
  return principalsOf(statement).flatMap((principal): readonly Violation[] => {
    const shown = showPrincipal(principal);
    const open = [...unknowns, ...(isAnyone(principal) ? [] : unknownsOf(principal.value))];
    if (!isAnyone(principal) && (principal.kind === 'Service' || !mayBeAnything(principal.value))) return [];
    return [
      {
        message: `found an Allow for the principal \`${shown}\` without a condition that says who that is; expected named roles`,
        detail: `Principal::${shown}`,
        parts: [statement],
        ...(open.length > 0 ? { certainty: 'possible' as const, unknowns: open } : {}),
      },
    ];
  });
}
