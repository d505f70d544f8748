import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { DeploymentBoundary } from '../../../lib/constructs/roles/deployment-boundary';
import { MANAGED_POLICY_LIMIT, worstCaseLength } from '../../../lib/private/policy-size';
import { mayDo, newStack, only, worldOfStack } from './support';

const OWN = 'arn:aws:iam::111122223333:policy/cdk-bulkhead-deployment-boundary';
const GENERATED = 'arn:aws:iam::111122223333:policy/cdk-bulkhead/boundary/OrdersReport/x';
const WIDER = 'arn:aws:iam::111122223333:policy/wider';
const ROLE = 'arn:aws:iam::111122223333:role/orders';
const USER = 'arn:aws:iam::111122223333:user/orders';
const BOOTSTRAP = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1';
const TRAIL = 'arn:aws:cloudtrail:eu-west-1:111122223333:trail/t';

/** The execution role of a default bootstrap, with the boundary. */
function deployment() {
  const stack = newStack();
  const boundary = new DeploymentBoundary(stack, 'Boundary');
  const role = new iam.Role(stack, 'Execution', {
    roleName: 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1',
    assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
    permissionsBoundary: boundary.policy,
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
  return { stack, boundary, role };
}

describe('83: the execution role of CDK deployments, administrator, under the boundary', () => {
  const { stack, role } = deployment();
  const world = worldOfStack(stack);
  const may = (action: string, resource: string, context = {}) => mayDo(world, role, action, resource, context);

  it.each([
    ['lambda:CreateFunction', 'arn:aws:lambda:eu-west-1:111122223333:function:f'],
    ['dynamodb:CreateTable', 'arn:aws:dynamodb:eu-west-1:111122223333:table/t'],
    ['cloudtrail:CreateTrail', TRAIL],
    ['iam:PassRole', ROLE],
    ['iam:GetRole', ROLE],
    ['iam:CreatePolicyVersion', GENERATED],
    ['iam:DeleteRole', ROLE],
  ])('deploys: %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe('must');
  });

  it.each([
    ['iam:CreateRole', ROLE],
    ['iam:CreateUser', USER],
    ['iam:AttachRolePolicy', ROLE],
    ['iam:PutRolePolicy', ROLE],
    ['iam:PutUserPolicy', USER],
    ['iam:UpdateAssumeRolePolicy', ROLE],
    ['iam:PutRolePermissionsBoundary', ROLE],
  ])('may %s with this boundary or a generated one, never with another or none', (action, resource) => {
    const under = (boundary: string) => may(action, resource, { 'iam:PermissionsBoundary': boundary });
    expect([under(OWN), under(GENERATED), under(WIDER)]).toEqual(['must', 'must', 'no']);
    const { stack: other, role: without } = deployment();
    const principal = worldOfStack(other);
    expect(mayDo(principal, without, action, resource, {}, true)).toBe('no');
  });

  it.each([
    ['iam:DeleteRolePermissionsBoundary', ROLE],
    ['iam:DeleteUserPermissionsBoundary', USER],
    ['iam:CreatePolicyVersion', OWN],
    ['iam:SetDefaultPolicyVersion', OWN],
    ['iam:DeletePolicyVersion', OWN],
    ['iam:DeletePolicy', OWN],
    ['iam:UpdateAssumeRolePolicy', BOOTSTRAP],
    ['iam:AttachRolePolicy', BOOTSTRAP],
    ['iam:PutRolePermissionsBoundary', BOOTSTRAP],
    ['iam:PutRolePolicy', BOOTSTRAP],
    ['iam:DeleteRole', BOOTSTRAP],
    ['iam:CreateAccessKey', USER],
    ['iam:CreateLoginProfile', USER],
    ['iam:AddUserToGroup', 'arn:aws:iam::111122223333:group/g'],
    ['iam:AttachGroupPolicy', 'arn:aws:iam::111122223333:group/g'],
    ['sts:AssumeRole', ROLE],
    ['cloudtrail:StopLogging', TRAIL],
    ['cloudtrail:DeleteTrail', TRAIL],
    ['cloudtrail:UpdateTrail', TRAIL],
    ['cloudtrail:PutEventSelectors', TRAIL],
    ['kms:ScheduleKeyDeletion', 'arn:aws:kms:eu-west-1:111122223333:key/k'],
    ['kms:PutKeyPolicy', 'arn:aws:kms:eu-west-1:111122223333:key/k'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:a'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::vault'],
    ['s3:BypassGovernanceRetention', 'arn:aws:s3:::vault/a'],
  ])('stops %s on %s, with whatever boundary it names', (action, resource) => {
    expect(may(action, resource)).toBe('no');
    expect(may(action, resource, { 'iam:PermissionsBoundary': OWN })).toBe('no');
  });
});

describe('DeploymentBoundary', () => {
  it('says with which command to bootstrap', () => {
    const { stack, boundary } = deployment();
    expect(boundary.bootstrapCommand).toBe(
      'cdk bootstrap --custom-permissions-boundary cdk-bulkhead-deployment-boundary',
    );
    expect(Object.values(Template.fromStack(stack).findOutputs('*'))).toEqual([
      expect.objectContaining({ Value: boundary.bootstrapCommand }),
    ]);
    const other = new DeploymentBoundary(newStack(), 'Other', { qualifier: 'orders', policyName: 'orders-boundary' });
    expect(other.bootstrapCommand).toBe(
      'cdk bootstrap --qualifier orders --custom-permissions-boundary orders-boundary',
    );
  });

  it('fits into a managed policy', () => {
    const { stack } = deployment();
    const { PolicyDocument } = only(stack, 'AWS::IAM::ManagedPolicy').Properties;
    expect(worstCaseLength(PolicyDocument)).toBeLessThan(MANAGED_POLICY_LIMIT);
  });

  it.each([
    ['BH2060', { policyName: 'a b' }],
    ['BH2060', { policyName: '' }],
    ['BH2061', { qualifier: 'Upper' }],
  ])('refuses, by %s, %j', (code, props) => {
    expect(() => new DeploymentBoundary(newStack(), 'Boundary', props)).toThrow(code);
  });
});
