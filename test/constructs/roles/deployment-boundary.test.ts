import { App, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CfnResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { Bulkhead } from '../../../lib/checks/bulkhead';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
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

/** What the account keeps as its record. */
const RECORD = [
  'arn:aws:s3:::vault',
  'arn:aws:kms:eu-west-1:111122223333:key/record',
  'arn:aws:logs:*:111122223333:log-group:audit-*',
  'arn:aws:cloudwatch:*:111122223333:alarm:audit-*',
];
const ACCESS_LOG = 'arn:aws:logs:eu-west-1:111122223333:log-group:/cdk-bulkhead/access/Orders/Api';

/** The execution role of a default bootstrap, with the boundary. */
function deployment() {
  const stack = newStack();
  const boundary = new DeploymentBoundary(stack, 'Boundary', { auditRecord: RECORD });
  const role = new iam.Role(stack, 'Execution', {
    roleName: 'cdk-hnb659fds-cfn-exec-role-111122223333-eu-west-1',
    assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
    permissionsBoundary: boundary.policy,
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
  return { stack, boundary, role };
}

/** The same, with a vault beside ordinary resources of the same stack. */
function withVault() {
  const stack = newStack();
  const vault = new AuditVault(stack, 'Audit', { retention: Duration.days(30) });
  const boundary = new DeploymentBoundary(stack, 'Boundary', { auditVaults: [vault] });
  const role = new iam.Role(stack, 'Execution', {
    assumedBy: new iam.ServicePrincipal('cloudformation.amazonaws.com'),
    permissionsBoundary: boundary.policy,
  });
  role.addToPolicy(new iam.PolicyStatement({ actions: ['*'], resources: ['*'] }));
  const own = {
    key: new kms.Key(stack, 'OwnKey'),
    bucket: new s3.Bucket(stack, 'OwnBucket'),
    logGroup: new logs.LogGroup(stack, 'OwnLogGroup'),
  };
  return { stack, role, vault, own };
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
    // A bucket with a policy, lifecycle and versions, and a key and log group with a retention: made, changed, taken away.
    ['s3:PutBucketPolicy', 'arn:aws:s3:::orders'],
    ['s3:DeleteBucketPolicy', 'arn:aws:s3:::orders'],
    ['s3:PutLifecycleConfiguration', 'arn:aws:s3:::orders'],
    ['s3:PutBucketVersioning', 'arn:aws:s3:::orders'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::vault-of-the-orders'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:orders'],
    ['logs:PutRetentionPolicy', 'arn:aws:logs:eu-west-1:111122223333:log-group:orders'],
    ['logs:PutRetentionPolicy', ACCESS_LOG],
    ['cloudwatch:DeleteAlarms', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders'],
  ])('deploys: %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe('must');
  });

  it.each(['kms:PutKeyPolicy', 'kms:ScheduleKeyDeletion'])(
    'deploys keys, as far as their policies let it: %s',
    (action) => {
      expect(may(action, 'arn:aws:kms:eu-west-1:111122223333:key/orders')).toBe('may');
    },
  );

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
    ['cloudwatch:DisableAlarmActions', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:orders'],
    ['kms:ScheduleKeyDeletion', 'arn:aws:kms:eu-west-1:111122223333:key/record'],
    ['kms:PutKeyPolicy', 'arn:aws:kms:eu-west-1:111122223333:key/record'],
    ['logs:DeleteLogGroup', 'arn:aws:logs:eu-west-1:111122223333:log-group:audit-trail'],
    ['logs:PutRetentionPolicy', 'arn:aws:logs:eu-west-1:111122223333:log-group:audit-trail'],
    ['logs:DeleteLogGroup', ACCESS_LOG],
    ['logs:DeleteLogStream', `${ACCESS_LOG}:log-stream:a`],
    ['cloudwatch:DeleteAlarms', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:audit-touched'],
    ['cloudwatch:PutMetricAlarm', 'arn:aws:cloudwatch:eu-west-1:111122223333:alarm:audit-touched'],
    ['s3:PutBucketPolicy', 'arn:aws:s3:::vault'],
    ['s3:DeleteBucketPolicy', 'arn:aws:s3:::vault'],
    ['s3:PutEncryptionConfiguration', 'arn:aws:s3:::vault'],
    ['s3:DeleteObjectVersion', 'arn:aws:s3:::vault/a'],
    ['s3:GetObject', 'arn:aws:s3:::vault/a'],
    ['s3:GetObjectVersion', 'arn:aws:s3:::vault/a'],
    ['logs:FilterLogEvents', 'arn:aws:logs:eu-west-1:111122223333:log-group:audit-trail'],
    ['logs:StartQuery', 'arn:aws:logs:eu-west-1:111122223333:log-group:audit-trail'],
    ['cloudtrail:LookupEvents', '*'],
    ['s3:BypassGovernanceRetention', 'arn:aws:s3:::orders/a'],
  ])('stops %s on %s, with whatever boundary it names', (action, resource) => {
    expect(may(action, resource)).toBe('no');
    expect(may(action, resource, { 'iam:PermissionsBoundary': OWN })).toBe('no');
  });
});

describe('a vault that the boundary names', () => {
  const { stack, role, vault, own: beside } = withVault();
  const world = worldOfStack(stack);
  const arn = (logicalId: string) => {
    const found = world.snapshot.byKey(`Orders#${logicalId}`)?.arn;
    if (found === undefined) throw new Error(`no resource ${logicalId}`);
    return found as string;
  };
  const id = (construct: { node: { defaultChild?: unknown } }) =>
    stack.resolve((construct.node.defaultChild as CfnResource).logicalId) as string;

  it.each([
    ['s3:PutBucketPolicy', () => vault.bucket, () => beside.bucket],
    ['s3:PutBucketPolicy', () => vault.accessLogBucket, () => beside.bucket],
    ['kms:PutKeyPolicy', () => vault.encryptionKey, () => beside.key],
    ['logs:DeleteLogGroup', () => vault.logGroup, () => beside.logGroup],
    ['logs:GetLogEvents', () => vault.logGroup, () => beside.logGroup],
  ] as const)('is left alone by %s, and what stands beside it is deployed', (action, record, own) => {
    expect(mayDo(world, role, action, arn(id(record())))).toBe('no');
    expect(mayDo(world, role, action, arn(id(own())))).toBe('must');
  });

  it('fits into a managed policy', () => {
    const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::ManagedPolicy'));
    for (const { Properties } of policies) {
      expect(worstCaseLength(Properties.PolicyDocument)).toBeLessThan(MANAGED_POLICY_LIMIT);
    }
  });
});

describe('DeploymentBoundary', () => {
  it('stands in a protected app once IAM1 and IAM2 are acknowledged at its policy', () => {
    const synth = (...acknowledged: string[]) => {
      const app = new App({ analyticsReporting: false });
      const { policy } = new DeploymentBoundary(new Stack(app, 'Admin'), 'Boundary', { auditRecord: RECORD });
      for (const id of acknowledged) Validations.of(policy).acknowledge({ id, reason: 'a boundary grants nothing' });
      Bulkhead.protect(app);
      return () => app.synth();
    };
    expect(synth('Bulkhead-IAM1[Action::*]')).toThrow(/validation/i);
    expect(synth('Bulkhead-IAM1[Action::*]', 'Bulkhead-IAM2[Resource::*]')).not.toThrow();
  });

  it('says with which command to bootstrap', () => {
    const { stack, boundary } = deployment();
    expect(boundary.bootstrapCommand).toBe(
      'cdk bootstrap --custom-permissions-boundary cdk-bulkhead-deployment-boundary',
    );
    expect(Object.values(Template.fromStack(stack).findOutputs('*'))).toEqual([
      expect.objectContaining({ Value: boundary.bootstrapCommand }),
    ]);
    const other = new DeploymentBoundary(newStack(), 'Other', {
      qualifier: 'orders',
      policyName: 'orders-boundary',
      auditRecord: [],
    });
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
    ['BH2062', { auditRecord: undefined }],
    ['BH2062', { auditRecord: ['vault'] }],
    ['BH2062', { auditRecord: ['*'] }],
    ['BH2062', { auditRecord: ['arn:aws:*:*:*:*'] }],
  ])('refuses, by %s, %j', (code, props) => {
    expect(() => new DeploymentBoundary(newStack(), 'Boundary', { auditRecord: [], ...props })).toThrow(code);
  });
});
