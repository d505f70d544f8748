import { describe, expect, it } from 'vitest';
import { principalNamed } from '../../../lib/engine/answers/principal-named';
import { whatCan } from '../../../lib/engine/answers/what-can';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import type { WhatCan } from '../../../lib/model/answers';
import { allow, arn, deny, document, inline, managed, ref, resource, role, user } from '../reach/support/template';
import type { Json, Resources } from '../reach/support/template';
import { worldOfTemplates } from './support';

function can(resources: Resources): WhatCan {
  const world = worldOfTemplates({ T: { Resources: resources } });
  const found = principalNamed('Mallory', world);
  if (!found.ok) throw new Error('no Mallory');
  return whatCan(world, reachOf(world), found.found);
}

const actionsIn = (services: WhatCan['services']): readonly string[] =>
  services.flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions.map(({ action }) => action)));
const gains = (resources: Resources): readonly string[] =>
  can(resources).gains.map(({ to, certainty, steps, services }) =>
    [to, certainty, steps.map(({ technique }) => technique).join('+'), actionsIn(services).join('+')].join(' | '),
  );
const objectsOf = (id: string): Json => ({ 'Fn::Sub': `\${${id}.Arn}/*` });
const SECRET = resource('AWS::SecretsManager::Secret');
const READ = allow('secretsmanager:GetSecretValue', ref('Secret'));

describe('what a principal gains', () => {
  it('is what a group may that it joins', () => {
    const Readers = resource('AWS::IAM::Group', { Policies: [inline(READ)] });
    const join = allow('iam:AddUserToGroup', arn('Readers'));
    expect(gains({ Secret: SECRET, Readers, Mallory: user([join]) })).toEqual([
      'the groups of Mallory | certain | iam-add-user-to-group | secretsmanager:GetSecretValue',
    ]);
    expect(gains({ Secret: SECRET, Readers, Mallory: user([join, READ]) })).toEqual([]);
    expect(gains({ Secret: SECRET, Readers, Mallory: role([join]) })).toEqual([]);
  });

  it('is what its boundary kept from it', () => {
    const lift = allow('iam:DeleteRolePermissionsBoundary', arn('Mallory'));
    const bounded = (...statements: readonly Json[]): Resources => ({
      Secret: SECRET,
      Mallory: role(statements, undefined, { PermissionsBoundary: ref('Limit') }),
      Limit: managed([lift]),
    });
    expect(gains(bounded(lift, READ))).toEqual([
      'the boundary of Mallory | certain | iam-delete-role-boundary | secretsmanager:GetSecretValue',
    ]);
    expect(gains(bounded(READ))).toEqual([]);
  });

  it('is what its boundary allows, where it writes its policies', () => {
    const write = allow('iam:PutRolePolicy', arn('Mallory'));
    const Mallory = role([write], undefined, { PermissionsBoundary: ref('Limit') });
    const own = 'the policies of Mallory | certain | iam-put-role-policy | ';
    expect(gains({ Secret: SECRET, Mallory, Limit: managed([write, READ]) })).toEqual([
      `${own}secretsmanager:GetSecretValue`,
    ]);
    expect(gains({ Secret: SECRET, Mallory, Limit: managed([write]) })).toEqual([]);
  });

  it('is what a resource gives whose policy it writes, and what a policy kept from it that it takes away', () => {
    const key = gains({
      Key: resource('AWS::KMS::Key'),
      Mallory: role([allow('kms:PutKeyPolicy', arn('Key'))]),
    });
    expect(key).toHaveLength(1);
    expect(key[0]).toMatch(/^the policy of Key \| certain \| kms-key-policy \| .*kms:Decrypt\+/);
    const Bucket = resource('AWS::S3::Bucket');
    const Policy = resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: document({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource: '*' }),
    });
    const Mallory = role([allow('s3:GetObject'), allow('s3:DeleteBucketPolicy', arn('Bucket'))]);
    expect(gains({ Bucket, Policy, Mallory })).toEqual([
      'the policy of Bucket | certain | s3-no-bucket-policy | s3:GetObject',
    ]);
  });

  it('is told of every resource of which it writes the policy, also where there are many', () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const buckets = Object.fromEntries(numbers.map((each) => [`Bucket${each}`, resource('AWS::S3::Bucket')]));
    const Mallory = role([allow('s3:PutBucketPolicy', 'arn:aws:s3:::*'), deny('s3:GetObject', objectsOf('Bucket7'))]);
    const found = gains({ ...buckets, Mallory });
    const reads = found.filter((each) => each.includes('s3:GetObject+'));
    expect(found.map((each) => each.split(' | ')[0])).toEqual(numbers.map((each) => `the policy of Bucket${each}`));
    expect(reads).toHaveLength(29);
    expect(reads.some((each) => each.startsWith('the policy of Bucket7 '))).toBe(false);
  });

  it('is what tags open that it may write', () => {
    const when = { StringEquals: { 'aws:PrincipalTag/team': 'orders' } };
    const read = allow('secretsmanager:GetSecretValue', ref('Secret'), when);
    expect(gains({ Secret: SECRET, Mallory: role([read, allow('iam:TagRole', arn('Mallory'))]) })).toEqual([
      'the tag team=orders of Mallory | certain | iam-tag-role | secretsmanager:GetSecretValue',
    ]);
    const other = allow('iam:TagRole', arn('Mallory'), { StringNotEquals: { 'aws:RequestTag/team': 'orders' } });
    expect(gains({ Secret: SECRET, Mallory: role([read, other]) })).toEqual([]);
    expect(gains({ Secret: SECRET, Mallory: role([read]) })).toEqual([]);
  });

  it('comes after a hop', () => {
    const Keeper = role(
      [allow('iam:DeleteRolePolicy', arn('Keeper'))],
      { AWS: arn('Mallory') },
      {
        Policies: [
          inline(READ, allow('iam:DeleteRolePolicy', arn('Keeper'))),
          { PolicyName: 'guard', PolicyDocument: document(deny('secretsmanager:*')) },
        ],
      },
    );
    expect(gains({ Secret: SECRET, Keeper, Mallory: role([allow('sts:AssumeRole', arn('Keeper'))]) })).toEqual([
      'the Denies on Keeper | certain | sts-assume-role+iam-delete-role-policy | secretsmanager:GetSecretValue',
    ]);
  });

  it('is nothing more of an administrator', () => {
    const answer = can({ Secret: SECRET, Mallory: role([allow('iam:PutRolePolicy', arn('Mallory'))]) });
    expect(answer.admin?.certainty).toBe('certain');
    expect(answer.gains).toEqual([]);
  });
});

it('tells of the bootstrap of the CDK that by default it is administrator, or reads', () => {
  const assume = (name: string): Json =>
    role([allow('sts:AssumeRole', `arn:aws:iam::111122223333:role/cdk-hnb659fds-${name}-111122223333-eu-west-1`)]);
  const deploy = can({ Mallory: assume('deploy-role') });
  expect(deploy.admin).toMatchObject({ certainty: 'possible', steps: [{ technique: 'cdk-deploy-role' }] });
  expect(deploy.becomes).toMatchObject([{ principal: 'cdk-bootstrap', certainty: 'possible' }]);
  const lookup = can({ Mallory: assume('lookup-role') });
  expect(lookup.admin).toBeUndefined();
  expect(lookup.becomes).toMatchObject([{ principal: 'cdk-bootstrap-lookup', certainty: 'possible' }]);
});

it('names the statements that decide about own permissions', () => {
  const { services } = can({
    Secret: SECRET,
    Guard: resource('AWS::SecretsManager::ResourcePolicy', {
      SecretId: ref('Secret'),
      ResourcePolicy: document({
        Effect: 'Allow',
        Principal: { AWS: arn('Mallory') },
        Action: 'secretsmanager:DescribeSecret',
        Resource: '*',
      }),
    }),
    Mallory: role([READ, allow('secretsmanager:PutSecretValue', ref('Secret'))]),
  });
  const told = services.flatMap(({ permissions }) =>
    permissions.map(
      ({ actions, statements }) =>
        `${actions.map(({ action }) => action).join()} ${statements.map(({ policy, index }) => `${policy} ${index}`).join()}`,
    ),
  );
  expect(told).toEqual([
    'secretsmanager:GetSecretValue Mallory 0',
    'secretsmanager:PutSecretValue Mallory 1',
    'secretsmanager:DescribeSecret Guard 0',
  ]);
});
