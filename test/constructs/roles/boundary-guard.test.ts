import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { boundaryOf, mayDo, newStack, words, worldOfStack } from './support';

const anything = new iam.PolicyStatement({ actions: ['*'], resources: ['*'] });
const OTHER = 'arn:aws:iam::111122223333:role/other';

function provisioner(...statements: iam.PolicyStatement[]) {
  const stack = newStack();
  const role = new WorkloadRole(stack, 'Provisioner', { ...words, assumedBy: new iam.AccountRootPrincipal() });
  role.allow(...(statements.length > 0 ? statements : [anything]));
  const path = stack.resolve((role.boundary.node.defaultChild as iam.CfnManagedPolicy).path) as string;
  const own = `arn:aws:iam::111122223333:policy${path}Boundary`;
  return { stack, role, own, world: worldOfStack(stack) };
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate */
describe('48: a role that may do anything in IAM', () => {
  const { role, own, world } = provisioner();
  const may = (action: string, resource = OTHER, context = {}) => mayDo(world, role, action, resource, context);

  it('may do what is none of this', () => {
    expect(may('iam:GetRole')).toBe('must');
    expect(may('s3:GetObject', 'arn:aws:s3:::data/a')).toBe('must');
  });

  it.each(['iam:DeleteRolePermissionsBoundary', 'iam:PutRolePermissionsBoundary', 'iam:PutUserPermissionsBoundary'])(
    'cannot shed a boundary by %s',
    (action) => {
      expect(may(action)).toBe('no');
      expect(may(action, OTHER, { 'iam:PermissionsBoundary': own })).toBe('no');
    },
  );

  it.each(['iam:CreatePolicyVersion', 'iam:SetDefaultPolicyVersion', 'iam:DeletePolicyVersion', 'iam:DeletePolicy'])(
    'cannot rewrite its boundary, or that of another role, by %s',
    (action) => {
      expect(may(action, own)).toBe('no');
      expect(may(action, 'arn:aws:iam::111122223333:policy/cdk-bulkhead/boundary/OrdersClerk/x')).toBe('no');
      expect(may(action, 'arn:aws:iam::111122223333:policy/mine')).toBe('must');
    },
  );

  it('cannot put a policy of its own where boundaries are', () => {
    expect(may('iam:CreatePolicy', own)).toBe('no');
  });

  it.each([
    'iam:CreateRole',
    'iam:CreateUser',
    'iam:PutRolePolicy',
    'iam:AttachRolePolicy',
    'iam:UpdateAssumeRolePolicy',
  ])('may %s only with this very boundary', (action) => {
    const resource = action.endsWith('User') ? 'arn:aws:iam::111122223333:user/new' : OTHER;
    const wider = 'arn:aws:iam::111122223333:policy/cdk-bulkhead/boundary/Wider/Boundary';
    expect(mayDo(world, role, action, resource, { 'iam:PermissionsBoundary': wider })).toBe('no');
    expect(mayDo(world, role, action, resource, { 'iam:PermissionsBoundary': own })).toBe('must');
  });

  it.each(['iam:TagRole', 'iam:UntagRole'])('cannot change its tags by %s', (action) => {
    expect(may(action)).toBe('no');
  });
});

describe('the guard of the boundary', () => {
  it('takes no room where nothing of IAM is permitted', () => {
    const { stack } = provisioner(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    expect(JSON.stringify(boundaryOf(stack))).not.toContain('iam:');
  });

  it.each(['iam:*', 'iam:CreateRole', '*'])('is there for %s', (action) => {
    const { role, world } = provisioner(new iam.PolicyStatement({ actions: [action], resources: ['*'] }));
    expect(mayDo(world, role, 'iam:CreateRole', OTHER, { 'iam:PermissionsBoundary': OTHER })).toBe('no');
    expect(mayDo(world, role, 'iam:DeleteRolePermissionsBoundary', OTHER)).toBe('no');
  });

  it('is there for what is added to the managed policy itself', () => {
    const stack = newStack();
    const role = new WorkloadRole(stack, 'Role', { ...words, assumedBy: new iam.AccountRootPrincipal() });
    role.boundary.addStatements(anything);
    new iam.Policy(stack, 'All', { roles: [role], statements: [anything.copy()] });
    expect(mayDo(worldOfStack(stack), role, 'iam:DeleteRolePermissionsBoundary', OTHER)).toBe('no');
  });

  it('is there for everything but what is excluded', () => {
    const { role, world } = provisioner(new iam.PolicyStatement({ notActions: ['s3:*'], resources: ['*'] }));
    expect(mayDo(world, role, 'iam:PutRolePermissionsBoundary', OTHER)).toBe('no');
  });
});
