import type { Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule } from '../rule';
import { INTENT_KEY } from '../../model/intent';
import { declaredSecret, READER } from '../support/credential-example';
import { LAMBDA_TRUST } from '../support/examples';

const shared = (otherOwner: string): ExampleTemplate => {
  const role = (path: string, owner: string) => ({
    Type: 'AWS::IAM::Role',
    Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST },
    Metadata: { [INTENT_KEY]: { kind: 'role', roleKind: 'workload', path, owner, purpose: 'reads it' } },
  });
  const { Example } = declaredSecret({}).Resources as Record<string, { Metadata: Record<string, object> }>;
  const intent = { ...Example?.Metadata[INTENT_KEY], readers: [READER, 'Billing/Job'] };
  return {
    Resources: {
      Example: { ...Example, Metadata: { [INTENT_KEY]: intent } },
      Reader: role(READER, 'orders'),
      Other: role('Billing/Job', otherOwner),
    },
  };
};

/** Readers are related where one team answers for them. Roles that declare no owner are not judged. */
export const sec9: Rule = {
  id: 'SEC9',
  title: 'A credential has readers of several teams',
  severity: 'warning',
  why: 'A credential that several teams share belongs to none of them: nobody knows who used it, nobody dares to revoke it, and a leak at one of them is a leak at all.',
  fix: 'Give each team a credential of its own. They are revoked one by one, and logs tell them apart.',
  page: 'https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_identities_secrets.html',
  controls: ['NIST 800-53 r5 IA-5', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-2'],
  types: ['AWS::SecretsManager::Secret'],
  check({ intent }, snapshot) {
    if (intent?.kind !== 'credential') return [];
    const owners = ownersOf(intent.readers, snapshot);
    if (owners.length < 2) return [];
    return [{ message: `found readers of ${owners.join(', ')}; expected readers of one team` }];
  },
  examples: { bad: shared('billing'), good: shared('orders') },
};

function ownersOf(paths: readonly string[], snapshot: Snapshot): readonly string[] {
  const owners = snapshot
    .ofType('AWS::IAM::Role')
    .flatMap(({ intent }) => (intent?.kind === 'role' && paths.includes(intent.path) ? [intent.owner] : []));
  return [...new Set(owners)].sort();
}
