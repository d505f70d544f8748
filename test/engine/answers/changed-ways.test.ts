import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../lib/engine/answers/target';
import { whoCan } from '../../../lib/engine/answers/who-can';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import type { WorldOptions } from '../../../lib/engine/world/world';
import { parsePolicy } from '../../../lib/engine/parse/policy-document';
import { allow, arn, deny, document, inline, managed, ref, resource, role, user } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';
import { answerFor, brief, worldOfTemplates } from './support';

const SECRET = resource('AWS::SecretsManager::Secret');
const READ = allow('secretsmanager:GetSecretValue', ref('Secret'));
const LAMBDA: Json = { Service: 'lambda.amazonaws.com' };
const LIMIT = (...more: readonly Json[]): Json => managed([allow('s3:ListAllMyBuckets'), ...more]);

describe('a group joined', () => {
  const Readers = (...statements: readonly Json[]): Json =>
    resource('AWS::IAM::Group', { Policies: [inline(...statements)] });
  const join = allow('iam:AddUserToGroup', arn('Readers'));

  it('gives what the group may, told with the step', () => {
    const found = answerFor({ Secret: SECRET, Mallory: user([join]), Readers: Readers(READ) });
    expect(brief(found)).toBe('granted iam-add-user-to-group');
    expect(found.via[0]).toMatchObject({ from: 'Mallory', to: 'the groups of Mallory' });
    expect(found.via[0].because).toContain('iam:AddUserToGroup');
    expect(found.statements.map(({ policy }) => policy)).toEqual(expect.arrayContaining(['Readers', 'Mallory']));
  });

  it('gives a role nothing, nor a user that may join another group', () => {
    expect(brief(answerFor({ Secret: SECRET, Mallory: role([join]), Readers: Readers(READ) }))).toBe('denied');
    const Other = resource('AWS::IAM::Group');
    const elsewhere = user([allow('iam:AddUserToGroup', arn('Other'))]);
    expect(brief(answerFor({ Secret: SECRET, Mallory: elsewhere, Readers: Readers(READ), Other }))).toBe('denied');
  });

  it('gives nothing beyond the boundary of the user', () => {
    const Mallory = user([join], { PermissionsBoundary: ref('Limit') });
    const Limit = LIMIT(allow('iam:AddUserToGroup'));
    expect(brief(answerFor({ Secret: SECRET, Mallory, Limit, Readers: Readers(READ) }))).toBe('denied');
  });

  it('gives nothing that a Deny of the user keeps from it', () => {
    const Mallory = user([join, deny('secretsmanager:*')]);
    expect(brief(answerFor({ Secret: SECRET, Mallory, Readers: Readers(READ) }))).toBe('denied');
  });

  it('is left where another group denies it', () => {
    const Guards = resource('AWS::IAM::Group', { Policies: [inline(deny('secretsmanager:*'))] });
    const Mallory = user([allow('iam:AddUserToGroup')]);
    const found = answerFor({ Secret: SECRET, Mallory, Guards, Readers: Readers(READ) });
    expect(brief(found)).toBe('granted iam-add-user-to-group');
    expect(found.via).toHaveLength(1);
  });
});

describe('a boundary lifted', () => {
  const resources = (lift: Json, ...more: readonly Json[]): Resources => ({
    Secret: SECRET,
    Mallory: role([READ, lift, ...more], undefined, { PermissionsBoundary: ref('Limit') }),
    Limit: LIMIT(lift),
  });

  it('gives what the identity policies then allow', () => {
    expect(brief(answerFor(resources(allow('iam:DeleteRolePermissionsBoundary', arn('Mallory')))))).toBe(
      'granted iam-delete-role-boundary',
    );
  });

  it('gives nothing that they do not allow, and nothing where it is another role', () => {
    const lift = allow('iam:DeleteRolePermissionsBoundary', arn('Mallory'));
    expect(brief(answerFor(resources(lift), { action: 'secretsmanager:PutSecretValue' }))).toBe('denied');
    const other = allow('iam:DeleteRolePermissionsBoundary', 'arn:aws:iam::111122223333:role/other');
    expect(brief(answerFor(resources(other)))).toBe('denied');
    expect(brief(answerFor(resources(lift, deny('iam:DeleteRolePermissionsBoundary'))))).toBe('denied');
  });
});

describe('a policy written', () => {
  it('gives what the boundary allows, and no more', () => {
    const write = allow('iam:PutRolePolicy', arn('Mallory'));
    const within = (...limit: readonly Json[]): Resources => ({
      Secret: SECRET,
      Mallory: role([write], undefined, { PermissionsBoundary: ref('Limit') }),
      Limit: LIMIT(write, ...limit),
    });
    expect(brief(answerFor(within(READ)))).toBe('granted iam-put-role-policy');
    expect(brief(answerFor(within()))).toBe('denied');
  });

  it('gives nothing that a policy of the organization leaves out', () => {
    const resources = { Secret: SECRET, Mallory: role([allow('iam:PutRolePolicy', arn('Mallory'))]) };
    const scps = (...statements: readonly Json[]): WorldOptions => ({
      scps: [[{ place: 'scp.json', document: parsePolicy({ Statement: statements }) }]],
    });
    const open = { options: scps(allow('*')) };
    expect(brief(answerFor(resources, open))).toBe('granted iam-put-role-policy');
    const closed = { options: scps(allow('*'), deny('secretsmanager:*')) };
    expect(answerFor(resources, closed).decision).not.toBe('granted');
  });
});

describe('a Deny lifted', () => {
  it('gives what other policies allow', () => {
    const found = answerFor({
      Secret: SECRET,
      Mallory: role([], undefined, {
        Policies: [
          inline(READ, allow('iam:DeleteRolePolicy', arn('Mallory'))),
          { PolicyName: 'guard', PolicyDocument: document(deny('secretsmanager:*')) },
        ],
      }),
    });
    expect(brief(found)).toBe('granted iam-delete-role-policy');
  });

  it('gives nothing that the policy allowed which goes with the Deny', () => {
    const Policies: Json = [
      { PolicyName: 'guard', PolicyDocument: document(deny('secretsmanager:*'), READ) },
      { PolicyName: 'lift', PolicyDocument: document(allow('iam:DeleteRolePolicy', arn('Mallory'))) },
    ];
    expect(brief(answerFor({ Secret: SECRET, Mallory: role([], undefined, { Policies }) }))).toBe('denied');
  });
});

describe('a tag written', () => {
  const tagged: Json = { StringEquals: { 'aws:PrincipalTag/team': 'blue' } };
  const read = allow('secretsmanager:GetSecretValue', ref('Secret'), tagged);

  it('gives what the tag opens', () => {
    const found = answerFor({ Secret: SECRET, Mallory: role([read, allow('iam:TagRole', arn('Mallory'))]) });
    // Without it, the tag may come with the stack.
    expect(brief(found)).toBe('granted direct iam-tag-role');
    expect(found.via[0].to).toContain('team=blue');
  });

  it('gives nothing where another tag may be written only', () => {
    const other = allow('iam:TagRole', arn('Mallory'), { StringEquals: { 'aws:RequestTag/team': 'red' } });
    expect(answerFor({ Secret: SECRET, Mallory: role([read, other]) }).decision).not.toBe('granted');
    expect(answerFor({ Secret: SECRET, Mallory: role([read]) }).decision).not.toBe('granted');
  });

  it('may be a tag of the resource', () => {
    const open = allow('secretsmanager:GetSecretValue', '*', { StringEquals: { 'aws:ResourceTag/door': 'open' } });
    const Secret = resource('AWS::SecretsManager::Secret', { Tags: [{ Key: 'door', Value: 'shut' }] });
    const may = role([open, allow('secretsmanager:TagResource', ref('Secret'))]);
    expect(brief(answerFor({ Secret, Mallory: may }))).toBe('granted secret-tag');
    expect(brief(answerFor({ Secret, Mallory: role([open]) }))).toBe('denied');
  });
});

describe('the policy of the resource rewritten', () => {
  const keyPolicy = (...statements: readonly Json[]): Json =>
    resource('AWS::KMS::Key', { KeyPolicy: document(...statements) });
  const account = { AWS: 'arn:aws:iam::111122223333:root' };
  const handedOn: Json = { Effect: 'Allow', Principal: account, Action: 'kms:*', Resource: '*' };
  const decrypt = { action: 'kms:Decrypt', on: 'Key' };

  it('gives the key to whoever writes its policy', () => {
    const Mallory = role([allow('kms:PutKeyPolicy', arn('Key'))]);
    const found = answerFor({ Key: keyPolicy(handedOn), Mallory }, decrypt);
    expect(brief(found)).toBe('granted kms-key-policy');
    expect(found.statements).toContainEqual(expect.objectContaining({ layer: 'resource', sid: 'LetInByTheAttacker' }));
  });

  it('lifts a Deny of the key policy, and none of the identity policy', () => {
    const shut: Json = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
    const Mallory = (...more: readonly Json[]): Json => role([allow('kms:PutKeyPolicy', arn('Key')), ...more]);
    expect(brief(answerFor({ Key: keyPolicy(handedOn, shut), Mallory: Mallory() }, decrypt))).toBe(
      'granted kms-key-policy',
    );
    expect(brief(answerFor({ Key: keyPolicy(handedOn), Mallory: Mallory(deny('kms:Decrypt')) }, decrypt))).toBe(
      'denied',
    );
  });

  it('gives nothing to whom the key policy does not let write it', () => {
    const named: Json = { ...(handedOn as Record<string, Json>), Action: 'kms:DescribeKey' };
    const Mallory = role([allow('kms:PutKeyPolicy', arn('Key'))]);
    expect(brief(answerFor({ Key: keyPolicy(named), Mallory }, decrypt))).toBe('denied');
  });

  it('makes a grant, for what a grant is for, where no Deny stays', () => {
    const Mallory = role([allow('kms:CreateGrant', arn('Key'))]);
    expect(brief(answerFor({ Key: keyPolicy(handedOn), Mallory }, decrypt))).toBe('granted kms-grant');
    const schedule = { action: 'kms:ScheduleKeyDeletion', on: 'Key' };
    expect(brief(answerFor({ Key: keyPolicy(handedOn), Mallory }, schedule))).toBe('denied');
    const shut: Json = { Effect: 'Deny', Principal: '*', Action: 'kms:Decrypt', Resource: '*' };
    expect(brief(answerFor({ Key: keyPolicy(handedOn, shut), Mallory }, decrypt))).toBe('denied');
  });

  it('makes no grant where only a service may', () => {
    const forService: Json = { Bool: { 'kms:GrantIsForAWSResource': 'true' } };
    const Mallory = role([allow('kms:CreateGrant', arn('Key'), forService)]);
    expect(brief(answerFor({ Key: keyPolicy(handedOn), Mallory }, decrypt))).toBe('denied');
    const narrow: Json = { StringEquals: { 'kms:GranteePrincipal': 'arn:aws:iam::111122223333:role/other' } };
    const Other = role([allow('kms:CreateGrant', arn('Key'), narrow)]);
    expect(answerFor({ Key: keyPolicy(handedOn), Mallory: Other }, decrypt).decision).toBe('possible');
  });

  const shutBucket = (...more: readonly Json[]): Resources => ({
    Bucket: resource('AWS::S3::Bucket'),
    BucketPolicy: resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: document({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' }, ...more),
    }),
  });
  const getObject = { action: 's3:GetObject', on: 'Bucket' };

  it('lifts the Denies of a bucket policy by taking it away, for who is allowed otherwise', () => {
    const read = allow('s3:GetObject');
    const remove = allow('s3:DeleteBucketPolicy', arn('Bucket'));
    expect(brief(answerFor({ ...shutBucket(), Mallory: role([read, remove]) }, getObject))).toBe(
      'granted s3-no-bucket-policy',
    );
    expect(brief(answerFor({ ...shutBucket(), Mallory: role([remove]) }, getObject))).toBe('denied');
    expect(brief(answerFor({ ...shutBucket(), Mallory: role([read]) }, getObject))).toBe('denied');
    const write = allow('s3:PutBucketPolicy', arn('Bucket'));
    expect(brief(answerFor({ ...shutBucket(), Mallory: role([write]) }, getObject))).toBe('granted s3-bucket-policy');
  });

  it('takes a role by its trust', () => {
    const Mallory = role([allow('iam:UpdateAssumeRolePolicy', arn('Victim'))]);
    const assume = { action: 'sts:AssumeRole', on: 'Victim' };
    expect(brief(answerFor({ Mallory, Victim: role([], LAMBDA) }, assume))).toBe('granted iam-update-trust');
    const Deputy = role([allow('iam:UpdateAssumeRolePolicy', arn('Victim')), deny('sts:AssumeRole')]);
    // Somebody else could be let in.
    expect(answerFor({ Mallory: Deputy, Victim: role([], LAMBDA) }, assume).decision).toBe('possible');
  });

  it.each([
    [
      'secret-policy',
      'secretsmanager:PutResourcePolicy',
      'secretsmanager:GetSecretValue',
      'AWS::SecretsManager::Secret',
    ],
    ['sqs-policy', 'sqs:SetQueueAttributes', 'sqs:ReceiveMessage', 'AWS::SQS::Queue'],
    ['sns-policy', 'sns:SetTopicAttributes', 'sns:Subscribe', 'AWS::SNS::Topic'],
    ['lambda-add-permission', 'lambda:AddPermission', 'lambda:InvokeFunction', 'AWS::Lambda::Function'],
    ['ecr-repository-policy', 'ecr:SetRepositoryPolicy', 'ecr:BatchGetImage', 'AWS::ECR::Repository'],
    ['dynamodb-table-policy', 'dynamodb:PutResourcePolicy', 'dynamodb:GetItem', 'AWS::DynamoDB::Table'],
    ['events-bus-policy', 'events:PutPermission', 'events:PutEvents', 'AWS::Events::EventBus'],
  ])('is told as %s', (technique, write, action, type) => {
    const Thing = resource(type, { Name: 'thing' });
    const asked = { action, on: 'Thing' };
    expect(brief(answerFor({ Thing, Mallory: role([allow(write)]) }, asked))).toBe(`granted ${technique}`);
    expect(brief(answerFor({ Thing, Mallory: role([allow(write), deny(action)]) }, asked))).toBe('denied');
    expect(brief(answerFor({ Thing, Mallory: role([allow(write), deny(write)]) }, asked))).toBe('denied');
    const Limit = LIMIT();
    const bounded = role([allow(write)], undefined, { PermissionsBoundary: ref('Limit') });
    expect(brief(answerFor({ Thing, Mallory: bounded, Limit }, asked))).toBe('denied');
  });

  it('is possible where only accounts can be let in', () => {
    const Queue = resource('AWS::SQS::Queue');
    const found = answerFor(
      { Queue, Mallory: role([allow('sqs:AddPermission')]) },
      { action: 'sqs:ReceiveMessage', on: 'Queue' },
    );
    expect(brief(found)).toBe('possible sqs-add-permission');
    expect(found.unknowns.join()).toContain('another account');
  });

  it('takes the Denies with a label out of the policy of a queue', () => {
    const Queue = resource('AWS::SQS::Queue');
    const policy = (label: Json): Json =>
      resource('AWS::SQS::QueuePolicy', {
        Queues: [ref('Queue')],
        PolicyDocument: document({
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:ReceiveMessage',
          Resource: '*',
          ...(label as Record<string, Json>),
        }),
      });
    const Mallory = role([allow(['sqs:ReceiveMessage', 'sqs:RemovePermission'])]);
    const asked = { action: 'sqs:ReceiveMessage', on: 'Queue' };
    expect(brief(answerFor({ Queue, Mallory, Policy: policy({ Sid: 'Shut' }) }, asked))).toBe(
      'granted sqs-remove-permission',
    );
    expect(brief(answerFor({ Queue, Mallory, Policy: policy({}) }, asked))).toBe('denied');
  });

  it('comes after a hop', () => {
    const Mallory = role([allow('sts:AssumeRole', arn('Keeper'))]);
    const Keeper = role([allow('secretsmanager:PutResourcePolicy', ref('Secret'))], { AWS: arn('Mallory') });
    expect(brief(answerFor({ Secret: SECRET, Mallory, Keeper }))).toBe('granted sts-assume-role secret-policy');
  });

  it('is found where a pattern is asked about', () => {
    const Mallory = role([allow('secretsmanager:PutResourcePolicy', ref('Secret'))]);
    expect(brief(answerFor({ Secret: SECRET, Mallory }, { on: '*' }))).toBe('granted secret-policy');
  });
});

describe('the bootstrap of the CDK', () => {
  const assume = (name: string): Json =>
    role([allow('sts:AssumeRole', `arn:aws:iam::111122223333:role/cdk-hnb659fds-${name}-111122223333-eu-west-1`)]);
  const Bucket = resource('AWS::S3::Bucket');
  const ask = (name: string, action: string): string =>
    brief(answerFor({ Secret: SECRET, Bucket, Mallory: assume(name) }, { action, on: 'Bucket' }));

  it('may do anything through its deploy role, which by default makes an administrator', () => {
    expect(ask('deploy-role', 's3:DeleteBucket')).toBe('possible cdk-deploy-role');
    expect(brief(answerFor({ Secret: SECRET, Mallory: assume('deploy-role') }))).toBe('possible cdk-deploy-role');
  });

  it('may read through its lookup role, but no secrets', () => {
    expect(ask('lookup-role', 's3:GetObject')).toBe('possible cdk-lookup-role');
    expect(ask('lookup-role', 's3:Get*')).toBe('possible cdk-lookup-role');
    expect(ask('lookup-role', 's3:DeleteBucket')).toBe('denied');
    expect(brief(answerFor({ Secret: SECRET, Mallory: assume('lookup-role') }))).toBe('denied');
  });

  it('may do anything that a later deployment does, through the roles that publish what it deploys', () => {
    expect(ask('image-publishing-role', 's3:GetObject')).toBe('possible cdk-publishing-role');
    expect(ask('file-publishing-role', 's3:DeleteBucket')).toBe('possible cdk-publishing-role');
    expect(ask('file-publishing', 's3:GetObject')).toBe('denied');
  });
});

it('takes no account for that of an administrator elsewhere', () => {
  const world = worldOfTemplates({ T: { Resources: { Mallory: role([allow('iam:PutRolePolicy')]) } } });
  const target = targetOf('arn:aws:sqs:eu-west-1:444455556666:queue', 'sqs:SendMessage', world);
  if (!target.ok) throw new Error('no target');
  const [found] = whoCan(world, reachOf(world), 'sqs:SendMessage', target.found).principals;
  expect(found.decision).not.toBe('granted');
});
