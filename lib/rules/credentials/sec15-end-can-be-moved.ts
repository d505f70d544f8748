import type { Resource, Snapshot } from '../../model/snapshot';
import type { ExampleTemplate, Rule, Violation } from '../rule';
import { arnsOf } from '../support/arns-of';
import { declaredSecretAndRole } from '../support/credential-example';
import { declaredSecrets } from '../support/declared-secrets';
import type { DeclaredSecret } from '../support/declared-secrets';
import { dutyOf } from '../support/duty';
import { accessViolation, undeclaredAccess } from '../support/undeclared-access';

const TAGGING = ['secretsmanager:TagResource', 'secretsmanager:UntagResource'];

const tagging = (action: string): ExampleTemplate => declaredSecretAndRole(action, { Ref: 'Secret' });

/** By its own permissions; whom it becomes is told by ESC2. Deployments write the tags: that is their duty. */
export const sec15: Rule = {
  id: 'SEC15',
  title: 'The tags of a declared credential can be changed by somebody beside the deployment',
  severity: 'error',
  why: 'Owner, purpose and end of a credential stand in its tags, boundaries let readers in by one of them, and the sweeper leaves alone what does not carry them. Whoever writes or removes tags moves the end, hides the credential, or takes it into another compartment.',
  fix: 'Take `secretsmanager:TagResource` and `secretsmanager:UntagResource` on this secret away: the tags come from the template.',
  page: 'https://docs.aws.amazon.com/secretsmanager/latest/userguide/managing-secrets_tagging.html',
  controls: ['NIST 800-53 r5 AC-16', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    if (dutyOf(resource) === 'deployment') return [];
    return declaredSecrets(snapshot).flatMap((declared) => byTagging(resource, declared, snapshot));
  },
  examples: { bad: tagging('secretsmanager:UntagResource'), good: tagging('secretsmanager:DescribeSecret') },
};

/** Told once, by the first of the actions that it may. */
function byTagging(resource: Resource, { secret, intent }: DeclaredSecret, snapshot: Snapshot): readonly Violation[] {
  const arns = arnsOf(secret);
  const declared = intent.deployment === undefined ? [] : [intent.deployment];
  for (const action of TAGGING) {
    const guarded = { resource: secret, arns, action, declared };
    const found = undeclaredAccess(resource, guarded, snapshot, 'itself');
    if (found === undefined) continue;
    const told = {
      what: `change the tags of ${intent.path} (${action})`,
      expected: 'that of deployments only',
      detail: `Credential::${intent.path}`,
    };
    return [accessViolation(resource, guarded, found, told, snapshot)];
  }
  return [];
}
