import { member, show } from '../../model/read';
import { isAbsent } from '../../model/value';
import type { Rule } from '../rule';
import { judge, violationOf } from '../support/property';

const declared = { kind: 'role', roleKind: 'workload', path: 'Orders/Report', owner: 'orders-team', purpose: 'report' };
const role = (properties: Readonly<Record<string, unknown>>) => ({
  Resources: {
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
  fix: 'Leave `PermissionsBoundary` of the roles of cdk-bulkhead alone. Where the organisation demands a boundary of its own, deny what it denies by a service control policy.',
  page: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-6(1)', 'NIST 800-53 r5 CM-5'],
  types: ['AWS::IAM::Role'],
  check(resource) {
    if (resource.intent?.kind !== 'role') return [];
    const found = member(resource.properties, 'PermissionsBoundary');
    return violationOf(
      judge(found, (one) => (isAbsent(one) ? 'fails' : 'holds')),
      `found \`PermissionsBoundary\` ${show(found)}; expected the boundary that was generated from the declaration of \`${resource.intent.path}\``,
    );
  },
  examples: {
    bad: role({}),
    good: role({ PermissionsBoundary: { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/report' } }),
  },
};
