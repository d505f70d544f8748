import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../lib/model/finding';
import { esc1 } from '../../../lib/rules/escalation/esc1-becomes-administrator';
import { esc2 } from '../../../lib/rules/escalation/esc2-reaches-another-role';
import { esc3 } from '../../../lib/rules/escalation/esc3-widens-itself';
import { runRules } from '../../../lib/rules/run-rules';
import { snapshotOfTemplate } from '../rule-runner';

const find = (Resources: object): readonly Finding[] =>
  runRules(snapshotOfTemplate({ Resources }, { account: '111122223333', region: 'eu-west-1' }), [esc1, esc2, esc3]);
const told = (Resources: object): readonly string[] =>
  find(Resources).map(({ ruleId, logicalId, detail }) => `${ruleId.slice(9)} ${logicalId} ${detail}`);

const arn = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
const trusting = (Principal: object) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole' }],
});
const LAMBDA = { Service: 'lambda.amazonaws.com' };
const role = (Principal: object = LAMBDA, more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trusting(Principal), ...more },
});
const policy = (Role: string, ...statements: readonly object[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: Role,
    Roles: [{ Ref: Role }],
    PolicyDocument: { Version: '2012-10-17', Statement: statements.map((each) => ({ Effect: 'Allow', ...each })) },
  },
});
const declared = (resource: object, roleKind: string) => ({
  ...resource,
  Metadata: { 'cdk-bulkhead': { kind: 'role', roleKind, path: 'Orders/It', owner: 'team', purpose: 'job' } },
});
const lambda = (Role: string) => ({
  Type: 'AWS::Lambda::Function',
  Properties: { Handler: 'index.handler', Runtime: 'nodejs22.x', Code: { ZipFile: 'x' }, Role: arn(Role) },
});
const ADMIN = role(LAMBDA, { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] });
const TAKE_OVER = { Action: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'], Resource: arn('Function') };

describe('ESC1', () => {
  it('tells every step of the way to administrator, and who takes it', () => {
    const [finding, ...others] = find({
      Admin: ADMIN,
      Function: lambda('Admin'),
      Ci: role(),
      CiPolicy: policy('Ci', TAKE_OVER),
    });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ ruleId: 'Bulkhead-ESC1', logicalId: 'Ci', principal: 'Ci', certainty: 'certain' });
    expect(finding?.trace?.[0]).toMatch(/^Ci -> Admin \(lambda-update-code.*\): .*CiPolicy/);
    expect(finding?.trace?.at(-1)).toContain('administrator');
    expect(finding?.message).toContain('becomes administrator');
  });

  it('says nothing of those whom their own policies make administrator', () => {
    const wide = policy('Wide', { Action: '*', Resource: '*' });
    expect(told({ Admin: ADMIN, Wide: role(), WidePolicy: wide })).toEqual([]);
  });

  it('says nothing of a policy that is not in the templates', () => {
    const elsewhere = role(LAMBDA, { ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/elsewhere'] });
    expect(told({ Elsewhere: elsewhere })).toEqual([]);
  });

  it('calls it possible where an unknown decides', () => {
    const Ci = role(LAMBDA);
    const body = {
      Parameters: { Target: { Type: 'String' } },
      Resources: { Ci, P: policy('Ci', { Action: 'iam:PutRolePolicy', Resource: { Ref: 'Target' } }) },
    };
    const [finding] = runRules(snapshotOfTemplate(body), [esc1]);
    expect(finding).toMatchObject({ ruleId: 'Bulkhead-ESC1', certainty: 'possible' });
    expect(finding?.unknowns?.length).toBeGreaterThan(0);
  });

  it('finds nothing where a Deny or a boundary stops the first step', () => {
    const self = { Action: 'iam:PutRolePolicy', Resource: arn('Ci') };
    expect(told({ Ci: role(), P: policy('Ci', self) })).toEqual(['ESC1 Ci Admin::iam-put-role-policy>administrator']);
    expect(told({ Ci: role(), P: policy('Ci', self, { ...self, Effect: 'Deny' }) })).toEqual([]);
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
        },
      },
    };
    const bounded = role(LAMBDA, { PermissionsBoundary: { Ref: 'Boundary' } });
    expect(told({ Boundary, Ci: bounded, P: policy('Ci', self) })).toEqual([]);
  });
});

describe('ESC2', () => {
  const other = { Other: role(), Function: lambda('Other') };

  it.each([
    ['workload', LAMBDA],
    ['pipeline', LAMBDA],
    ['partner', { AWS: '444455556666' }],
  ])('finds a %s that takes another role over', (kind, principal) => {
    const found = told({ ...other, It: declared(role(principal), kind), P: policy('It', TAKE_OVER) });
    expect(found).toEqual(['ESC2 It Role::Other']);
  });

  it('leaves people alone: their duties are told apart elsewhere', () => {
    const person = declared(role({ AWS: '111122223333' }), 'human');
    expect(told({ ...other, It: person, P: policy('It', TAKE_OVER) })).toEqual([]);
  });

  it('takes a role that declares nothing for what its trust policy tells', () => {
    expect(told({ ...other, It: role(), P: policy('It', TAKE_OVER) })).toEqual(['ESC2 It Role::Other']);
    const people = role({ Federated: 'arn:aws:iam::111122223333:saml-provider/employees' });
    expect(told({ ...other, It: people, P: policy('It', TAKE_OVER) })).toEqual([]);
  });

  it('accepts a role that a statement for sts:AssumeRole names in full, and no pattern of them', () => {
    const target = { Target: role({ AWS: arn('It') }, { RoleName: 'target' }) };
    const exact = policy('It', { Action: 'sts:AssumeRole', Resource: arn('Target') });
    const wide = policy('It', { Action: 'sts:AssumeRole', Resource: 'arn:aws:iam::111122223333:role/t*' });
    expect(told({ ...target, It: role(), P: exact })).toEqual([]);
    const byPattern = role({ AWS: 'arn:aws:iam::111122223333:root' }, { RoleName: 'target' });
    expect(told({ Target: byPattern, It: role(), P: wide })).toEqual(['ESC2 It Role::Target']);
  });

  it('accepts the bootstrap of the CDK for a deployment, and for nobody else', () => {
    const deploy = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1';
    const P = policy('It', { Action: 'sts:AssumeRole', Resource: deploy });
    expect(told({ It: declared(role(), 'pipeline'), P })).toEqual([]);
    expect(told({ It: role({ Service: 'codebuild.amazonaws.com' }), P })).toEqual([]);
    expect(told({ It: declared(role(), 'workload'), P })).toEqual(['ESC2 It Role::cdk-bootstrap']);
  });
});

describe('ESC3', () => {
  const boundary = (action: string) => ({
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
      },
    },
    It: role(LAMBDA, { PermissionsBoundary: { Ref: 'Boundary' } }),
  });

  it('finds who writes its own policies within a boundary', () => {
    const P = policy('It', { Action: 'iam:PutRolePolicy', Resource: arn('It') });
    expect(told({ ...boundary('iam:PutRolePolicy'), P })).toEqual(['ESC3 It Step::iam-put-role-policy']);
  });

  it('finds who takes its own boundary away', () => {
    const P = policy('It', { Action: 'iam:DeleteRolePermissionsBoundary', Resource: arn('It') });
    expect(told({ ...boundary('iam:DeleteRolePermissionsBoundary'), P })).toEqual([
      'ESC3 It Step::iam-delete-role-boundary',
    ]);
  });

  it('finds who lets others become it', () => {
    const own = policy('It', { Action: 'iam:UpdateAssumeRolePolicy', Resource: arn('It') });
    const [finding] = find({ It: role(), P: own });
    expect(finding).toMatchObject({ ruleId: 'Bulkhead-ESC3', detail: 'Step::iam-update-trust', certainty: 'certain' });
    expect(finding?.trace).toEqual([expect.stringContaining('It -> the trust policy of It')]);
    const others = policy('It', { Action: 'iam:UpdateAssumeRolePolicy', Resource: 'arn:aws:iam::111122223333:role/x' });
    expect(told({ It: role(), P: others })).toEqual([]);
  });

  it('leaves it to ESC1 where the step leads to administrator', () => {
    const P = policy('It', { Action: ['iam:PutRolePolicy', 'iam:UpdateAssumeRolePolicy'], Resource: arn('It') });
    expect(told({ It: role(), P }).map((each) => each.slice(0, 4))).toEqual(['ESC1']);
  });
});
