import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * Under which IAM path every generated boundary lives. Each has a path of its own below, so that a boundary can name
 * itself by pattern: a reference to itself would be a cycle.
 */
export const BOUNDARY_PATH = '/cdk-bulkhead/boundary/';

/** Changes of a boundary, or of the tags that conditions are written on. */
const SHEDDING = ['iam:*PermissionsBoundary', 'iam:TagRole', 'iam:TagUser', 'iam:UntagRole', 'iam:UntagUser'];

const BOUNDARY_EDITS = [
  'iam:CreatePolicy',
  'iam:CreatePolicyVersion',
  'iam:DeletePolicy',
  'iam:DeletePolicyVersion',
  'iam:SetDefaultPolicyVersion',
];

/** What makes a principal or decides what it may do; each of these can be asked for the boundary of the principal. */
export const PRINCIPAL_EDITS = [
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreateRole',
  'iam:CreateUser',
  'iam:DeleteRolePolicy',
  'iam:DeleteUserPolicy',
  'iam:DetachRolePolicy',
  'iam:DetachUserPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:UpdateAssumeRolePolicy',
];

/**
 * What keeps a role from shedding its boundary; nothing where the boundary lets it do nothing in IAM.
 *
 * `iam:PermissionsBoundary` is the boundary of the principal that is changed, and of the one that is created. A negated
 * operator also matches where there is none.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
export function boundaryGuard(
  boundary: iam.ManagedPolicy,
  statements: readonly iam.PolicyStatement[],
): iam.PolicyStatement[] {
  if (!statements.some(mayConcernIam)) return [];
  const own = (boundary.node.defaultChild as iam.CfnManagedPolicy).path as string;
  return [
    deny('BoundaryStays', SHEDDING, '*'),
    deny('BoundariesStay', BOUNDARY_EDITS, boundariesBelow(boundary, BOUNDARY_PATH)),
    deny('OnlyWithThisBoundary', PRINCIPAL_EDITS, '*', {
      StringNotLike: { 'iam:PermissionsBoundary': boundariesBelow(boundary, own) },
    }),
  ];
}

/** Policies of this account below an IAM path. */
function boundariesBelow(boundary: iam.ManagedPolicy, path: string): string {
  return Stack.of(boundary).formatArn({
    service: 'iam',
    region: '',
    resource: 'policy',
    resourceName: `${path.slice(1)}*`,
  });
}

function deny(sid: string, actions: string[], resource: string, conditions?: iam.Conditions): iam.PolicyStatement {
  return new iam.PolicyStatement({ sid, effect: iam.Effect.DENY, actions, resources: [resource], conditions });
}

/** An Allow that names an action of IAM, or may by a wildcard in the service. */
function mayConcernIam({ effect, actions, notActions }: iam.PolicyStatement): boolean {
  if (effect !== iam.Effect.ALLOW) return false;
  return notActions.length > 0 || actions.some((action) => /^(?:iam|[^:]*[*?$][^:]*)(?::|$)/i.test(action));
}
