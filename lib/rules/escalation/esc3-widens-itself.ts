import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import { actionMayMatch } from '../../engine/match/action-pattern';
import type { Step } from '../../engine/reach/reach';
import { TargetIndex } from '../../engine/reach/target-index';
import type { Principal, World } from '../../engine/world/world';
import { nameOf } from '../../engine/world/resource-name';
import type { Rule } from '../rule';
import { isAdministrator, escalation, reachOfResource } from '../support/escalations';
import { LAMBDA_TRUST, policyOnItself } from '../support/examples';

const boundedRoleThatMayOnItself = (action: string) => ({
  Resources: {
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', action], Resource: '*' }],
        },
      },
    },
    Example: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST, PermissionsBoundary: { Ref: 'Boundary' } },
    },
    Policy: policyOnItself(action),
  },
});

/** Where the step leads to administrator, ESC1 reports the whole way instead. */
export const esc3: Rule = {
  id: 'ESC3',
  title: 'A role or user can widen itself',
  severity: 'error',
  why: 'Who writes its own policies, boundary or trust decides itself what it may do and who may become it. Reviews of its policy say nothing any more: it says tomorrow what it did not say today.',
  fix: 'Leave changes of policies, boundaries and trust to a role that is not changed by them, such as the one that deploys, and deny the rest of IAM to it.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-5', 'NIST 800-53 r5 CM-5'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const { world } = analysed(snapshot);
    const principal = world.principal(resource.key);
    const reached = reachOfResource(resource, snapshot);
    if (principal === undefined || reached === undefined || isAdministrator(reached)) return [];
    const changes = reached.changes.filter(({ toKey }) => toKey === resource.key);
    // Of several policies that may be taken off, or on, one tells it.
    const each = [...new Map(changes.map((step) => [step.technique, step])).values()];
    return [...each, ...ownTrust(principal, world)].map((step) =>
      escalation(
        resource,
        {
          message: `changes itself: \`${step.technique}\` gives it ${step.to}; expected that somebody else decides about it`,
          detail: `Step::${step.technique}`,
        },
        [step],
      ),
    );
  },
  examples: {
    bad: boundedRoleThatMayOnItself('iam:PutRolePolicy'),
    good: boundedRoleThatMayOnItself('iam:GetRolePolicy'),
  },
};

const TRUST = 'iam:UpdateAssumeRolePolicy';

/** Nobody gains by becoming itself; but whoever writes its own trust lets others in. */
function ownTrust(principal: Principal, world: World): readonly Step[] {
  if (principal.kind !== 'role' || !namesTrust(principal)) return [];
  const decision = decide({ principal, action: TRUST, resource: principal.arn }, world);
  if (!decision.may) return [];
  const name = nameOf(principal.resource);
  return [
    {
      technique: 'iam-update-trust',
      references: [],
      from: name,
      fromKey: principal.key,
      to: `the trust policy of ${name}`,
      toKey: principal.key,
      because: `\`${TRUST}\` on itself`,
      certainty: decision.must ? 'certain' : 'possible',
      evidence: decision.allows,
      conditions: decision.conditions,
      unknowns: decision.must ? [] : decision.unknowns,
    },
  ];
}

/** Before the question, which costs more: whether any statement is about it. */
function namesTrust({ key, arn, policies }: Principal): boolean {
  const itself = new TargetIndex([{ id: key, name: key, arn, principals: [] }]);
  return policies.some(({ document }) =>
    document.statements.some(
      ({ effect, actions, resources }) =>
        effect === 'Allow' &&
        (actions.negated || actions.patterns.some((each) => actionMayMatch(each, TRUST))) &&
        // A name that CloudFormation makes up is in no policy by chance.
        (resources?.negated === true || resources?.patterns.some((each) => itself.matching(each).length > 0) === true),
    ),
  );
}
