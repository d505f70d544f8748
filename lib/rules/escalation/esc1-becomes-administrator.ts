import type { Rule } from '../rule';
import { escalation, isByItsPolicies, reachOfResource, wayInWords } from '../support/escalations';
import { LAMBDA_TRUST, policyOnItself } from '../support/examples';

const roleThatMayOnItself = (action: string) => ({
  Resources: {
    Example: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST } },
    Policy: policyOnItself(action),
  },
});

/** Whom its own policies make an administrator takes no step: IAM1, IAM2 and IAM4 report those. */
export const esc1: Rule = {
  id: 'ESC1',
  title: 'A role or user can become administrator',
  severity: 'error',
  why: 'No policy of it says so, but it can get there in the steps of the trace: write itself a policy, take over something that runs as another role, hand a role to a service. Whoever gets hold of it has the account.',
  fix: 'Break the shortest step of the trace: take the permission of its first step away, or narrow it to resources that do not lead on. `bulkhead escalations --from` shows what is left.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-6(10)', 'NIST 800-53 r5 AC-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const reached = reachOfResource(resource, snapshot);
    const admin = reached?.admin;
    if (reached === undefined || admin === undefined) return [];
    const steps = reached.trace(admin);
    if (isByItsPolicies(steps)) return [];
    const detail = `Admin::${steps.map(({ technique }) => technique).join('>')}`;
    return [
      escalation(
        resource,
        { message: `becomes administrator: ${wayInWords(steps)}; expected no way there`, detail },
        steps,
      ),
    ];
  },
  examples: { bad: roleThatMayOnItself('iam:PutRolePolicy'), good: roleThatMayOnItself('iam:GetRolePolicy') },
};
