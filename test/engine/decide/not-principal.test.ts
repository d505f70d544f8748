import { expect, it } from 'vitest';
import { allow, ask, principal, role, world } from './support';

type Json = Readonly<Record<string, unknown>>;
const ACCOUNT = '111122223333';
const iam = (rest: string, account = ACCOUNT): string => `arn:aws:iam::${account}:${rest}`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/reader/s`;

/** What a Deny with NotPrincipal leaves to a role with a session `s`, and to a user, of those that it lists. */
function left(AWS: readonly string[]): readonly string[] {
  const Bucket = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'docs' } };
  const Statement = [{ Effect: 'Deny', NotPrincipal: { AWS }, Action: '*', Resource: '*' }];
  const Policy = { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: 'docs', PolicyDocument: { Statement } } };
  const Policies = [{ PolicyName: 'p', PolicyDocument: { Statement: [allow('s3:*')] } }];
  const User: Json = { Type: 'AWS::IAM::User', Properties: { UserName: 'ann', Policies } };
  const of = world({ Role: role([allow('s3:*')]), User, Bucket, Policy });
  const get = { action: 's3:GetObject', resource: 'arn:aws:s3:::docs/a' };
  return [ask(of, { ...get, session: { name: 's' } }), ask(of, { ...get, principal: principal(of, 'User') })];
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html */
it.each<[string, readonly string[], readonly [string, string]]>([
  ['session, role and account', [SESSION, iam('role/reader'), iam('root')], ['must', 'no']],
  ['user and account', [iam('user/ann'), iam('root')], ['no', 'must']],
  ['both with their account', [SESSION, iam('role/reader'), iam('user/ann'), ACCOUNT], ['must', 'must']],
  ['somebody else of the account, and the account', [iam('user/bob'), iam('root')], ['no', 'no']],
  ['the account alone', [iam('root')], ['may', 'may']],
  ['the account, and somebody of another one', [iam('root'), iam('user/eve', '999988887777')], ['may', 'may']],
  ['another account alone', [iam('root', '999988887777')], ['no', 'no']],
  ['role and account without the session', [iam('role/reader'), iam('root')], ['may', 'no']],
  ['the user without the account', [iam('user/ann')], ['no', 'may']],
])('a Deny for all but %s', (_, listed, found) => {
  expect(left(listed)).toEqual(found);
});
