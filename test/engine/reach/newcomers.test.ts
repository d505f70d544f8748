import { describe, expect, it } from 'vitest';
import { answerFor, brief } from '../answers/support';
import { allow, arn, deny, fact, inline, managed, names, reached, ref, resource, role, user } from './support/template';
import type { Json, Resources } from './support/template';

const BUCKET = resource('AWS::S3::Bucket', { BucketName: 'orders' });
const asked = { action: 's3:GetObject', on: 'arn:aws:s3:::orders/x' };
const decided = (resources: Resources): string => answerFor({ Bucket: BUCKET, ...resources }, asked).decision;
const within: Json = { StringEquals: { 'iam:PermissionsBoundary': ref('Limit') } };
const KEY = allow('iam:CreateAccessKey');

describe('a principal that somebody makes within a boundary', () => {
  const Limit = managed([allow('s3:GetObject')]);
  const create = allow(['iam:CreateUser', 'iam:PutUserPolicy'], '*', within);

  it('is allowed what the boundary allows, in who-can too', () => {
    const found = answerFor({ Bucket: BUCKET, Limit, Mallory: role([create, KEY]) }, asked);
    expect(brief(found)).toBe('granted iam-new-bounded-user');
    expect(decided({ Limit: managed([allow('s3:PutObject')]), Mallory: role([create, KEY]) })).toBe('denied');
    expect(decided({ Limit, Mallory: role([create]) })).toBe('denied');
  });
});

describe('a user that somebody makes and puts into a group', () => {
  const Team = resource('AWS::IAM::Group', { Policies: [inline(allow('s3:GetObject'))] });
  const JOIN = allow('iam:AddUserToGroup', arn('Team'));
  const CREATE = allow('iam:CreateUser');

  it('has what the group has', () => {
    const found = answerFor({ Bucket: BUCKET, Team, Mallory: role([CREATE, JOIN, KEY]) }, asked);
    expect(brief(found)).toBe('granted iam-new-user-in-group');
    expect(names(reached({ Team, Mallory: role([CREATE, JOIN, KEY]) }))).toContain('new user of Team');
    const login = allow('iam:CreateLoginProfile');
    expect(decided({ Team, Mallory: role([CREATE, JOIN, login]) })).toBe('granted');
  });

  it.each([
    ['the right to make one', [JOIN, KEY]],
    ['the right to put it there', [CREATE, KEY]],
    ['the right to a credential', [CREATE, JOIN]],
    ['a Deny out of the way', [CREATE, JOIN, KEY, deny('iam:AddUserToGroup')]],
    [
      'a credential of that user',
      [
        allow('iam:CreateUser', 'arn:aws:iam::111122223333:user/a-*'),
        JOIN,
        allow('iam:CreateAccessKey', 'arn:aws:iam::111122223333:user/b-*'),
      ],
    ],
  ] as readonly (readonly [string, readonly Json[]])[])('gives nothing without %s', (_, statements) => {
    expect(decided({ Team, Mallory: role(statements) })).toBe('denied');
  });

  it('is within the boundary that has to be set', () => {
    const create = allow('iam:CreateUser', '*', within);
    const limited = (action: string): string =>
      decided({ Team, Limit: managed([allow(action)]), Mallory: role([create, JOIN, KEY]) });
    expect(limited('s3:GetObject')).toBe('granted');
    expect(limited('s3:PutObject')).toBe('denied');
  });
});

describe('a principal that somebody makes and gives one managed policy', () => {
  const attach = (kind: string, policy: Json): Json =>
    allow(`iam:Attach${kind}Policy`, `arn:aws:iam::111122223333:${kind.toLowerCase()}/new/*`, {
      ArnEquals: { 'iam:PolicyARN': policy },
    });
  const S3_READ = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';

  it('has what that policy allows', () => {
    const found = answerFor(
      { Bucket: BUCKET, Mallory: role([allow('iam:CreateRole'), attach('Role', S3_READ)]) },
      asked,
    );
    expect(brief(found)).toBe('granted iam-new-role-with-policy');
    expect(decided({ Mallory: role([allow('iam:CreateUser'), attach('User', S3_READ), KEY]) })).toBe('granted');
    const Reading = managed([allow('s3:GetObject')]);
    expect(decided({ Reading, Mallory: role([allow('iam:CreateRole'), attach('Role', ref('Reading'))]) })).toBe(
      'granted',
    );
  });

  it.each([
    ['the right to make one', [attach('Role', S3_READ)]],
    ['the right to attach it', [allow('iam:CreateRole')]],
    ['the policy', [allow('iam:CreateRole'), attach('Role', 'arn:aws:iam::aws:policy/AmazonSQSFullAccess')]],
    ['a credential of the user', [allow('iam:CreateUser'), attach('User', S3_READ)]],
    ['a Deny out of the way', [allow('iam:CreateRole'), attach('Role', S3_READ), deny('iam:CreateRole')]],
  ] as readonly (readonly [string, readonly Json[]])[])('gives nothing without %s', (_, statements) => {
    expect(decided({ Mallory: role(statements) })).toBe('denied');
  });

  it('is within the boundary that has to be set', () => {
    const limited = (action: string): string =>
      decided({
        Limit: managed([allow(action)]),
        Mallory: role([allow('iam:CreateRole', '*', within), attach('Role', S3_READ)]),
      });
    expect(limited('s3:GetObject')).toBe('granted');
    expect(limited('s3:PutObject')).toBe('denied');
  });
});

describe('policies written for those who get them later', () => {
  const version = allow('iam:CreatePolicyVersion', ref('Small'));
  const only = (policy: Json): Json => ({ ArnEquals: { 'iam:PolicyARN': policy } });
  const attach = allow('iam:AttachUserPolicy', arn('Mallory'), only(ref('Small')));
  const Small = managed([allow('s3:ListAllMyBuckets')]);
  const admin = (Mallory: Json, more: Resources = {}): string | undefined =>
    fact(reached({ Small, Mallory, ...more }), 'admin')?.certainty;

  it('are those of a managed policy that is attached', () => {
    expect(admin(user([version, attach]))).toBe('certain');
    expect(admin(user([attach]))).toBeUndefined();
    expect(admin(user([version]))).toBeUndefined();
    const elsewhere = allow(
      'iam:AttachUserPolicy',
      arn('Mallory'),
      only('arn:aws:iam::aws:policy/AmazonSQSFullAccess'),
    );
    expect(admin(user([version, elsewhere]))).toBeUndefined();
  });

  it('are those of a group that is joined', () => {
    const Team = resource('AWS::IAM::Group');
    const [join, write] = ['iam:AddUserToGroup', 'iam:PutGroupPolicy'].map((each) => allow(each, arn('Team')));
    expect(admin(user([join, write]), { Team })).toBe('certain');
    expect(admin(user([write]), { Team })).toBeUndefined();
    expect(admin(role([join, write, allow('iam:CreateUser'), KEY]), { Team })).toBe('certain');
  });
});
