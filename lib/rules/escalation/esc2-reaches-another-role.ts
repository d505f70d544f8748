import { BOOTSTRAP, BOOTSTRAP_LOOKUP } from '../../engine/reach/bootstrap';
import type { Fact, ReachOfPrincipal, Step } from '../../engine/reach/reach';
import { nameOf, uniqueNameOf } from '../../engine/world/resource-name';
import { show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { dutyOf } from '../support/duty';
import type { Duty } from '../support/duty';
import { isAdministrator, escalation, isByItsPolicies, reachOfResource, wayInWords } from '../support/escalations';
import { LAMBDA_TRUST } from '../support/examples';

const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST } };

const reportThatMay = (actions: readonly string[]) => ({
  Resources: {
    RefundsRole: ROLE,
    Refunds: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Code: { ZipFile: 'exports.handler = async () => {}' },
        Role: { 'Fn::GetAtt': ['RefundsRole', 'Arn'] },
      },
    },
    Report: ROLE,
    Policy: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'work',
        Roles: [{ Ref: 'Report' }],
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions, Resource: { 'Fn::GetAtt': ['Refunds', 'Arn'] } }],
        },
      },
    },
  },
});

/**
 * Of workloads, deployments and partners; a role that declares nothing is judged by whom it trusts. Declared is a step
 * by sts:AssumeRole whose policy names the role in full, and for a deployment the bootstrap of the CDK.
 *
 * The execution role of a default bootstrap is administrator. No template shows it, so that a deployment is not
 * reported for it: bootstrap with `--cloudformation-execution-policies` or a boundary.
 */
export const esc2: Rule = {
  id: 'ESC2',
  title: 'A machine can become a role that it does not declare',
  severity: 'error',
  why: 'A workload, a deployment or a partner has one duty. Where it can take over what runs as another role, or hand that role to something of its own, it has the duties of both, and no policy of it says so.',
  fix: 'Take the permission of the first step away, or narrow it to resources that run as roles of the same duty. Where the role is meant to be assumed, name it in full in a statement for sts:AssumeRole.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html',
  controls: ['NIST 800-53 r5 AC-5', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-6(10)'],
  types: ['AWS::IAM::Role'],
  check(resource, snapshot) {
    const duty = dutyOf(resource);
    const reached = duty === undefined ? undefined : reachOfResource(resource, snapshot);
    // An administrator becomes everybody: ESC1 tells how.
    if (duty === undefined || reached === undefined || isAdministrator(reached)) return [];
    return reached.facts.flatMap((fact) => judge(fact, reached, resource, duty));
  },
  examples: {
    bad: reportThatMay(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction']),
    good: reportThatMay(['lambda:InvokeFunction']),
  },
};

function judge(fact: Fact, reached: ReachOfPrincipal, resource: Resource, duty: Duty): readonly Violation[] {
  const { goal } = fact;
  if (goal.kind !== 'principal' && goal.kind !== 'external') return [];
  // Told with the roles that deploy, which can do more.
  if (fact.id === BOOTSTRAP_LOOKUP && reached.facts.some(({ id }) => id === BOOTSTRAP)) return [];
  const steps = reached.trace(fact);
  if (isByItsPolicies(steps) || steps.every((step) => isDeclared(step, duty))) return [];
  const name = goal.kind === 'principal' ? nameFrom(resource, goal.principal.resource) : goal.name;
  return [
    escalation(
      resource,
      {
        message: `a ${duty} that can become ${name}: ${wayInWords(steps)}; expected only roles that it declares to assume`,
        detail: `Role::${name}`,
      },
      steps,
    ),
  ];
}

/** Roles of other templates can have the same logical id. */
function nameFrom(resource: Resource, other: Resource): string {
  return other.template === resource.template ? nameOf(other) : uniqueNameOf(other);
}

/** A policy that names one role in full, for assuming it, says what it does. */
function isDeclared({ technique, evidence }: Step, duty: Duty): boolean {
  if (technique.startsWith('cdk-')) return duty === 'deployment';
  if (technique !== 'sts-assume-role') return false;
  const own = evidence.filter(({ layer }) => layer === 'identity');
  return own.every(({ statement: { resources } }) => {
    return resources !== undefined && !resources.negated && !resources.patterns.some((each) => /[*?]/.test(show(each)));
  });
}
