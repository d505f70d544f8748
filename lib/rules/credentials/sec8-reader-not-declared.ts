import { isDeclaredReader, readingsOf } from '../../engine/declared/readings-of';
import type { Reading } from '../../engine/declared/readings-of';
import { nameOf } from '../../engine/world/resource-name';
import { INTENT_KEY } from '../../model/intent';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { declaredSecret, READER } from '../support/credential-example';
import { isAdministrator, isByItsPolicies, reachOfResource, wayInWords } from '../support/escalations';
import { LAMBDA_TRUST } from '../support/examples';

const reading = (path: string): ExampleTemplate => ({
  Resources: {
    Token: declaredSecret({}).Resources['Example'],
    Example: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: LAMBDA_TRUST,
        Policies: [
          {
            PolicyName: 'read',
            PolicyDocument: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: { Ref: 'Token' } }],
            },
          },
        ],
      },
      Metadata: { 'aws:cdk:path': `${path}/Resource` },
    },
  },
});

/**
 * By the policies of the principal, of the secret and of its key, and its boundary; by becoming a reader, or by changing
 * what is in the way, the policy of the secret included. An
 * administrator may read everything that no Deny keeps from him: ESC1 and the rules on policies tell.
 */
export const sec8: Rule = {
  id: 'SEC8',
  title: 'A role can read a credential that it was not declared for',
  severity: 'error',
  limits:
    'Whoever is or becomes administrator reads everything, and is told by ESC1, IAM1, IAM2 and IAM4; the inventory marks him. Of a secret that is in no template, only identity policies are seen.',
  why: 'The readers of a credential are what people review when they ask who has the keys. Here somebody else gets the value: by a permission that neither the policy of the secret nor its key stops, by becoming one of the readers, or by rewriting the policies that keep it out.',
  fix: 'Take the permission away, or declare the role with `grants.read`. Where it becomes a reader, break a step of the trace.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/determine-acccess_examine-iam-policies.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const found = readingsOf(snapshot)
      .of(resource.key)
      .filter(
        ({ credential, steps }) =>
          !isDeclaredReader(resource, credential) && !(steps.length > 0 && isByItsPolicies(steps)),
      );
    if (found.length === 0) return [];
    const reached = reachOfResource(resource, snapshot);
    if (reached !== undefined && isAdministrator(reached)) return [];
    return found.map((each) => violation(nameOf(resource), each));
  },
  examples: { bad: reading('Orders/Other'), good: reading(READER) },
};

function violation(principal: string, { credential, steps, certainty, unknowns }: Reading): Violation {
  const { intent } = credential;
  if (intent?.kind !== 'credential') throw new Error(`${INTENT_KEY} is missing`);
  const way = steps.length === 0 ? 'by its own permissions' : wayInWords(steps);
  return {
    message: `may read ${intent.path}, ${way}; expected its declared readers only (${intent.readers.join(', ')})`,
    detail: `Credential::${intent.path}${steps.length === 0 ? '' : `::${steps.map(({ technique }) => technique).join('>')}`}`,
    principal,
    ...(steps.length === 0
      ? {}
      : { trace: steps.map(({ technique, from, to, because }) => `${from} -> ${to} (${technique}): ${because}`) }),
    ...(certainty === 'certain' ? {} : { certainty, unknowns }),
  };
}
