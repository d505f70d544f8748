import { identityPolicies } from '../../engine/parse/policies-of';
import type { Statement } from '../../model/policy';
import { member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isUnknown } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { underItsConditions } from '../support/conditional';
import { resourcesNamed } from '../support/lookup';
import { judge, violationOf } from '../support/property';
import type { Answer } from '../support/property';

const declared = { kind: 'role', roleKind: 'workload', path: 'Orders/Report', owner: 'orders-team', purpose: 'report' };
const role = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::orders/*' }],
        },
      },
      Metadata: { 'cdk-bulkhead': { kind: 'boundary', path: declared.path } },
    },
    Report: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
        ...properties,
      },
      Metadata: { 'cdk-bulkhead': declared },
    },
  },
});

/** Only roles that declare themselves: whether other roles need a boundary is their owners' choice. */
export const iam10: Rule = {
  id: 'IAM10',
  title: 'A declared role has lost its permissions boundary',
  severity: 'error',
  why: 'The boundary is what makes a grant without a declaration ineffective. An aspect or a raw override that takes it away, or puts a template-wide one in its place, opens the role to whatever is granted to it later.',
  fix: 'Leave `PermissionsBoundary` of the roles of cdk-bulkhead alone. Where an aspect puts a boundary of the organisation on every role, keep the generated one by `PermissionsBoundary.of(role).apply(role.boundary)`, and put what the organisation denies into it by `role.extendBoundary(…)`, or into a service control policy.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-6(1)', 'NIST 800-53 r5 CM-5'],
  types: ['AWS::IAM::Role'],
  check(resource, snapshot) {
    if (resource.intent?.kind !== 'role' || resource.intent.existing === true) return [];
    const { path } = resource.intent;
    const found = member(resource.properties, 'PermissionsBoundary');
    return [
      ...violationOf(
        judge(found, (one) => isGenerated(one, path, resource, snapshot)),
        `found \`PermissionsBoundary\` ${show(found)}; expected the boundary that was generated from the declaration of \`${path}\``,
      ),
      ...boundariesOf(found, resource, snapshot).flatMap(unbounded),
    ];
  },
  examples: {
    bad: role({}),
    good: role({ PermissionsBoundary: { Ref: 'Boundary' } }),
  },
};

/** The construct always refers to it; a text may be any policy. */
function isGenerated(value: Value, path: string, at: Resource, snapshot: Snapshot): Answer {
  if (isAbsent(value)) return 'fails';
  if (isUnknown(value)) return 'open';
  const [policy] = boundariesOf(value, at, snapshot);
  return policy?.intent?.kind === 'boundary' && policy.intent.path === path ? 'holds' : 'fails';
}

function boundariesOf(value: Value | undefined, at: Resource, snapshot: Snapshot): readonly Resource[] {
  return value === undefined ? [] : resourcesNamed(value, 'AWS::IAM::ManagedPolicy', at, snapshot);
}

/** A boundary that allows every action on everything bounds nothing but what it denies. */
function unbounded(policy: Resource): readonly Violation[] {
  const statements = identityPolicies(policy).flatMap(({ document }) => document.statements);
  return statements
    .filter((each) => each.effect === 'Allow' && each.conditions.length === 0 && isEverything(each))
    .flatMap((statement) =>
      underItsConditions(statement, policy, [
        {
          message: `found a boundary, \`${policy.logicalId}\`, that allows every action on every resource; expected what the role is for`,
          detail: 'Boundary::*',
        },
      ]),
    );
}

function isEverything({ actions, resources }: Statement): boolean {
  const all = (patterns: readonly unknown[]): boolean => patterns.some((each) => each === '*' || each === '*:*');
  return (actions.negated || all(actions.patterns)) && (resources?.negated === true || all(resources?.patterns ?? []));
}
