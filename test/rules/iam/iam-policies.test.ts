import { describe, expect, it } from 'vitest';
import { iam1 } from '../../../lib/rules/iam/iam1-wildcard-action';
import { iam3 } from '../../../lib/rules/iam/iam3-allow-by-exclusion';
import { iam4 } from '../../../lib/rules/iam/iam4-administrator-like-managed-policy';
import type { ExampleTemplate } from '../../../lib/rules/rule';
import { LAMBDA_TRUST, example, roleThatMay } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

const details = (rule: Parameters<typeof findingsOf>[0], body: unknown) =>
  findingsOf(rule, body).map(({ detail, certainty }) => `${certainty} ${detail}`);

describe('IAM1', () => {
  it('finds `*` and `?`, each action once, in an acknowledgement id that can be read', () => {
    const role = roleThatMay({
      Effect: 'Allow',
      Action: ['s3:Get*', 's3:?etObject', 's3:Get*'],
      Resource: 'arn:aws:s3:::a/b',
    });
    expect(details(iam1, role)).toEqual(['certain Action::s3:Get*', 'certain Action::s3:?etObject']);
  });

  it('leaves Deny alone', () => {
    expect(details(iam1, roleThatMay({ Effect: 'Deny', Action: '*', Resource: '*' }))).toEqual([]);
  });

  it('calls an action from a parameter possible, and names the parameter', () => {
    const { Resources } = roleThatMay({ Effect: 'Allow', Action: { Ref: 'Verb' }, Resource: 'arn:aws:s3:::a/b' });
    const [finding, ...others] = findingsOf(iam1, { Parameters: { Verb: { Type: 'String' } }, Resources });
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ certainty: 'possible', unknowns: [expect.stringContaining('Verb')] });
  });

  it('calls a policy that cannot be read possible, never empty', () => {
    const policy = example('AWS::IAM::ManagedPolicy', { PolicyDocument: { 'Fn::ImportValue': 'policy' } });
    expect(findingsOf(iam1, policy)).toMatchObject([{ certainty: 'possible' }]);
  });

  it('judges both branches of a condition', () => {
    const { Resources } = roleThatMay({
      Effect: 'Allow',
      Action: { 'Fn::If': ['Wide', 's3:*', 's3:GetObject'] },
      Resource: 'arn:aws:s3:::a/b',
    });
    const body = {
      Parameters: { P: { Type: 'String' } },
      Conditions: { Wide: { 'Fn::Equals': [{ Ref: 'P' }, 'yes'] } },
      Resources,
    };
    expect(details(iam1, body)).toEqual([expect.stringContaining('Action::s3:*')]);
  });

  it.each([
    'AWS::IAM::Policy',
    'AWS::IAM::ManagedPolicy',
    'AWS::IAM::RolePolicy',
    'AWS::IAM::UserPolicy',
    'AWS::IAM::GroupPolicy',
  ])('looks into %s', (type) => {
    const body = example(type, {
      PolicyName: 'p',
      PolicyDocument: { Statement: { Effect: 'Allow', Action: '*', Resource: 'arn:aws:s3:::a/b' } },
    });
    expect(details(iam1, body)).toEqual(['certain Action::*']);
  });
});

const boundary = (
  attached: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>> = {},
): ExampleTemplate => ({
  Resources: {
    Boundary: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::payroll/*' }] },
        ...own,
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: { AssumeRolePolicyDocument: LAMBDA_TRUST, PermissionsBoundary: { Ref: 'Boundary' }, ...attached },
    },
  },
});

describe('a permissions boundary', () => {
  it('grants nothing, so its wildcards are no findings', () => {
    expect([...findingsOf(iam1, boundary({})), ...findingsOf(iam3, boundary({}))]).toEqual([]);
  });

  it('is a grant like any other where it is attached as a policy, too', () => {
    const attached = boundary({ ManagedPolicyArns: [{ Ref: 'Boundary' }] });
    expect(details(iam1, attached)).toEqual(['certain Action::s3:*']);
    expect(details(iam3, attached)).toEqual(['certain NotResource::arn:aws:s3:::payroll/*']);
  });

  it('is a grant where it attaches itself to a group', () => {
    expect(details(iam1, boundary({}, { Groups: ['admins'] }))).toHaveLength(1);
  });

  it('is a grant where nobody has it as a boundary', () => {
    const { Resources } = boundary({});
    expect(details(iam1, { Resources: { Boundary: Resources['Boundary'] } })).toHaveLength(1);
  });
});

describe('IAM3', () => {
  it('finds NotAction, which makes other checkers crash', () => {
    const role = roleThatMay({ Effect: 'Allow', NotAction: ['iam:*', 'sts:*'], Resource: 'arn:aws:s3:::a/b' });
    expect(details(iam3, role)).toEqual(['certain NotAction::iam:*,sts:*']);
  });

  it('finds NotPrincipal in a resource policy', () => {
    const body = example('AWS::S3::BucketPolicy', {
      Bucket: 'b',
      PolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            NotPrincipal: { AWS: 'arn:aws:iam::111122223333:root' },
            Action: 's3:GetObject',
            Resource: '*',
          },
        ],
      },
    });
    expect(details(iam3, body)).toEqual(['certain NotPrincipal::arn:aws:iam::111122223333:root']);
  });

  it('leaves NotAction with Deny alone', () => {
    expect(details(iam3, roleThatMay({ Effect: 'Deny', NotAction: 's3:GetObject', Resource: '*' }))).toEqual([]);
  });
});

describe('IAM4', () => {
  const role = (...ManagedPolicyArns: readonly unknown[]) =>
    example('AWS::IAM::Role', { AssumeRolePolicyDocument: LAMBDA_TRUST, ManagedPolicyArns });

  it.each([
    'AdministratorAccess',
    'PowerUserAccess',
    'IAMFullAccess',
    'AWSLambda_FullAccess',
    'job-function/AdministratorAccess-Amplify',
    'SecretsManagerReadWrite',
    'CloudWatchLogsReadOnlyAccess',
    'ReadOnlyAccess',
  ])('finds %s behind the partition of the stack', (name) => {
    const arn = { 'Fn::Sub': `arn:\${AWS::Partition}:iam::aws:policy/${name}` };
    expect(details(iam4, role(arn))).toEqual([`certain Policy::${name.split('/').at(-1)}`]);
  });

  it('leaves policies of reviewers and services alone, and policies of the template', () => {
    const { Resources } = role(
      'arn:aws:iam::aws:policy/SecurityAudit',
      'arn:aws:iam::aws:policy/job-function/ViewOnlyAccess',
      'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
      { Ref: 'Own' },
    );
    const Own = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::a/b' }] },
      },
    };
    expect(details(iam4, { Resources: { ...Resources, Own } })).toEqual([]);
  });

  it('calls a parameter possible', () => {
    const { Resources } = role({ Ref: 'Arn' });
    expect(findingsOf(iam4, { Parameters: { Arn: { Type: 'String', Default: 'x' } }, Resources })).toMatchObject([
      { certainty: 'possible' },
    ]);
  });
});
