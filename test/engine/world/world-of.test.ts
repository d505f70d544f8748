import { describe, expect, it } from 'vitest';
import { show } from '../../../lib/model/read';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import type { Principal } from '../../../lib/engine/world/world';
import { worldOf } from '../../../lib/engine/world/world-of';
import { principal, world } from '../decide/support';

const DOCUMENT = { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] };
const TRUST = { Statement: [] };
const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: TRUST } };
const places = ({ policies }: Principal) => policies.map(({ resource, place }) => resource?.logicalId ?? place);
const unknowns = ({ policies }: Principal) =>
  policies.flatMap(({ document }) => document.unknowns.map(({ detail }) => detail));
const attached = (type: string, property: string, to: unknown) => ({
  Type: type,
  Properties: { PolicyName: 'p', PolicyDocument: DOCUMENT, [property]: to },
});

describe('principals', () => {
  it.each([
    ['AWS::IAM::Policy', 'Roles', [{ Ref: 'Role' }]],
    ['AWS::IAM::ManagedPolicy', 'Roles', [{ Ref: 'Role' }]],
    ['AWS::IAM::RolePolicy', 'RoleName', { Ref: 'Role' }],
  ])('have what %s attaches', (type, property, to) => {
    const of = world({ Role: ROLE, Attached: attached(type, property, to), Other: ROLE });
    expect(places(principal(of))).toEqual(['Attached']);
    expect(places(principal(of, 'Other'))).toEqual([]);
  });

  it('are found by their literal name', () => {
    const role = { ...ROLE, Properties: { ...ROLE.Properties, RoleName: 'reader' } };
    const of = world({ Role: role, Attached: attached('AWS::IAM::Policy', 'Roles', ['reader', 'somebody']) });
    expect(places(principal(of))).toEqual(['Attached']);
  });

  it('have managed policies of the templates, of AWS, and unknown ones', () => {
    const arns = [{ Ref: 'Own' }, 'arn:aws:iam::aws:policy/AdministratorAccess', 'arn:aws:iam::aws:policy/Newest'];
    const of = world({
      Role: { ...ROLE, Properties: { ...ROLE.Properties, ManagedPolicyArns: arns } },
      Own: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: DOCUMENT } },
    });
    expect(places(principal(of))).toEqual(['Own', 'arn:aws:iam::aws:policy/AdministratorAccess', 'Role']);
    expect(unknowns(principal(of))).toEqual(['the managed policy arn:aws:iam::aws:policy/Newest']);
  });

  it('of a condition have the policy under it', () => {
    const arns = [{ 'Fn::If': ['C', { Ref: 'Own' }, { Ref: 'AWS::NoValue' }] }];
    const of = world(
      {
        Role: { ...ROLE, Properties: { ...ROLE.Properties, ManagedPolicyArns: arns } },
        Own: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: DOCUMENT } },
      },
      {},
      {},
      { Conditions: { C: { 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'x'] } } },
    );
    const [statement] = principal(of).policies[0].document.statements;
    expect(statement.guards.map(({ holds }) => holds)).toEqual([true]);
  });

  it('have a boundary that may be missing under a condition', () => {
    const boundary = { 'Fn::If': ['C', { Ref: 'Edge' }, { Ref: 'AWS::NoValue' }] };
    const of = world(
      {
        Role: { ...ROLE, Properties: { ...ROLE.Properties, PermissionsBoundary: boundary } },
        Edge: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: DOCUMENT } },
      },
      {},
      {},
      { Conditions: { C: { 'Fn::Equals': [{ Ref: 'AWS::StackName' }, 'x'] } } },
    );
    const statements = principal(of).boundary?.document.statements ?? [];
    expect(statements.map(({ actions, guards }) => [actions.patterns[0], guards[0].holds])).toEqual([
      ['s3:GetObject', true],
      ['*', false],
    ]);
  });

  it('who are users have what their groups have, and do not know the groups of others', () => {
    const of = world({
      User: { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'Group' }, 'elsewhere'] } },
      Group: { Type: 'AWS::IAM::Group', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: DOCUMENT }] } },
    });
    expect(principal(of, 'User').groups).toEqual(['T#Group']);
    expect(places(principal(of, 'User'))).toEqual(['User', 'Group']);
    expect(unknowns(principal(of, 'User'))).toEqual(['the policies of the group elsewhere']);
  });

  it('who are users have what is written for them, for their groups and by an addition to a group', () => {
    const of = world({
      User: { Type: 'AWS::IAM::User' },
      Group: { Type: 'AWS::IAM::Group' },
      Added: {
        Type: 'AWS::IAM::UserToGroupAddition',
        Properties: { GroupName: { Ref: 'Group' }, Users: [{ Ref: 'User' }] },
      },
      OfUser: attached('AWS::IAM::UserPolicy', 'UserName', { Ref: 'User' }),
      OfGroup: attached('AWS::IAM::GroupPolicy', 'GroupName', { Ref: 'Group' }),
      Other: { Type: 'AWS::IAM::User' },
    });
    expect(principal(of, 'User').groups).toEqual(['T#Group']);
    expect([...places(principal(of, 'User'))].sort()).toEqual(['OfGroup', 'OfUser']);
    expect(places(principal(of, 'Other'))).toEqual([]);
  });

  it('have tags, trust and instance profiles', () => {
    const of = world({
      Role: { ...ROLE, Properties: { ...ROLE.Properties, Tags: [{ Key: 'Team', Value: 'red' }] } },
      Profile: { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [{ Ref: 'Role' }] } },
    });
    const found = principal(of);
    expect([...found.tags]).toEqual([['Team', 'red']]);
    expect(found.trust?.layer).toBe('trust');
    expect(found.instanceProfiles).toEqual(['T#Profile']);
  });

  it('are not taken for empty where a transform writes them', () => {
    const of = world({ Role: { Type: 'AWS::IAM::Role', Properties: { 'Fn::Transform': { Name: 'M' } } } });
    expect(unknowns(principal(of))).not.toEqual([]);
    expect(principal(of).boundary).toBeDefined();
  });
});

describe('resource policies', () => {
  const policy = { Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }] };
  it.each([
    ['a bucket', 'AWS::S3::Bucket', {}, 'AWS::S3::BucketPolicy', { Bucket: { Ref: 'On' }, PolicyDocument: policy }],
    [
      'a secret',
      'AWS::SecretsManager::Secret',
      {},
      'AWS::SecretsManager::ResourcePolicy',
      { SecretId: { Ref: 'On' }, ResourcePolicy: policy },
    ],
    ['a queue', 'AWS::SQS::Queue', {}, 'AWS::SQS::QueuePolicy', { Queues: [{ Ref: 'On' }], PolicyDocument: policy }],
    ['a topic', 'AWS::SNS::Topic', {}, 'AWS::SNS::TopicPolicy', { Topics: [{ Ref: 'On' }], PolicyDocument: policy }],
    [
      'a function',
      'AWS::Lambda::Function',
      {},
      'AWS::Lambda::Permission',
      { FunctionName: { 'Fn::GetAtt': ['On', 'Arn'] }, Action: 'lambda:InvokeFunction', Principal: '*' },
    ],
    [
      'an event bus',
      'AWS::Events::EventBus',
      { Name: 'bus' },
      'AWS::Events::EventBusPolicy',
      { EventBusName: 'bus', StatementId: 's', Action: 'events:PutEvents', Principal: '444455556666' },
    ],
    ['a key', 'AWS::KMS::Key', { KeyPolicy: policy }, undefined, {}],
    ['a repository', 'AWS::ECR::Repository', { RepositoryPolicyText: policy }, undefined, {}],
    ['a table', 'AWS::DynamoDB::Table', { ResourcePolicy: { PolicyDocument: policy } }, undefined, {}],
  ])('are found on %s', (_name, type, properties, attaching, more) => {
    const of = world({
      On: { Type: type, Properties: properties },
      ...(attaching === undefined ? {} : { By: { Type: attaching, Properties: more } }),
    });
    const found = of.resourcePolicies.get('T#On');
    expect(found?.policies.map(({ document }) => document.statements.length)).toEqual([1]);
    expect(found?.account).toBe('111122223333');
  });

  it('of a key without one leave it to the account', () => {
    const of = world({ Key: { Type: 'AWS::KMS::Key', Properties: {} } });
    const [statement] = of.resourcePolicies.get('T#Key')?.policies[0].document.statements ?? [];
    expect(statement.principals?.entries.map(({ value }) => show(value))).toEqual(['arn:aws:iam::111122223333:root']);
  });

  it('on a bucket that is not among the templates are known by its ARN', () => {
    const of = world({
      By: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'theirs', PolicyDocument: policy } },
    });
    expect([...of.resourcePolicies.keys()]).toEqual(['arn:aws:s3:::theirs']);
  });
});

describe('names that two accounts have', () => {
  const role = (policyOn: string, account: string) => ({
    name: `Of${account}`,
    file: `Of${account}`,
    account,
    region: 'eu-west-1',
    body: {
      Resources: {
        Role: {
          Type: 'AWS::IAM::Role',
          Properties: { RoleName: 'admin', AssumeRolePolicyDocument: { Statement: [] } },
        },
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            PolicyName: 'work',
            Roles: ['admin'],
            PolicyDocument: { Statement: [{ Effect: 'Allow', Action: policyOn, Resource: '*' }] },
          },
        },
      },
    },
  });

  it('are those of their own: a policy is attached to the role of its account', () => {
    const world = worldOf(snapshotOf([role('s3:GetObject', '111122223333'), role('sqs:SendMessage', '444455556666')]));
    expect(
      world.principals.map(({ resource, policies }) => [
        resource.template.name,
        policies.map(({ resource: policy }) => policy?.template.name),
      ]),
    ).toEqual([
      ['Of111122223333', ['Of111122223333']],
      ['Of444455556666', ['Of444455556666']],
    ]);
  });
});
