import { describe, expect, it } from 'vitest';
import { answerFor, brief } from '../answers/support';
import { allow, arn, deny, fact, managed, reached, ref, resource, role, steps, user } from './support/template';
import type { Json, Resources } from './support/template';

const AWS = 'arn:aws:iam::aws:policy/';
const BUCKET = resource('AWS::S3::Bucket', { BucketName: 'orders' });
const asked = { action: 's3:GetObject', on: 'arn:aws:s3:::orders/x' };
const only = (policy: Json, operator = 'ArnEquals'): Json => ({ [operator]: { 'iam:PolicyARN': policy } });
const S3_READ = `${AWS}AmazonS3ReadOnlyAccess`;
const attach = (kind: string, on: Json, policy: Json, operator?: string): Json =>
  allow(`iam:Attach${kind}Policy`, on, only(policy, operator));
const decided = (resources: Resources): string => answerFor({ Bucket: BUCKET, ...resources }, asked).decision;

describe('one managed policy attached', () => {
  it('gives what a policy of AWS allows, told with its name', () => {
    const found = answerFor({ Bucket: BUCKET, Mallory: role([attach('Role', arn('Mallory'), S3_READ)]) }, asked);
    expect(brief(found)).toBe('granted iam-attach-one-role-policy');
    expect(found.via[0].because).toContain('`iam:AttachRolePolicy` of `AmazonS3ReadOnlyAccess`');
  });

  it.each([
    ['StringEquals', S3_READ],
    ['ArnLike', S3_READ],
    ['ArnLike', 'arn:*:iam::aws:policy/AmazonS3Read*'],
    ['StringLike', '*/AmazonS3ReadOnlyAccess'],
    ['ArnEquals', { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3ReadOnlyAccess' }],
    ['ArnEquals', [`${AWS}AmazonSQSFullAccess`, S3_READ]],
    ['ArnNotEquals', [`${AWS}AdministratorAccess`, `${AWS}IAMFullAccess`]],
  ] as readonly (readonly [string, Json])[])('is found by %s %j', (operator, policy) => {
    expect(decided({ Mallory: role([attach('Role', arn('Mallory'), policy, operator)]) })).toBe('granted');
  });

  it('gives what a policy of the templates allows, by reference or by name', () => {
    const Reading = managed([allow('s3:GetObject')]);
    const Named = managed([allow('s3:GetObject')], { ManagedPolicyName: 'reading' });
    expect(decided({ Reading, Mallory: role([attach('Role', arn('Mallory'), ref('Reading'))]) })).toBe('granted');
    const byName = attach('Role', arn('Mallory'), 'arn:aws:iam::111122223333:policy/reading');
    expect(decided({ Named, Mallory: role([byName]) })).toBe('granted');
    const byAccount = attach('Role', arn('Mallory'), 'arn:aws:iam::${aws:PrincipalAccount}:policy/reading', 'ArnLike');
    expect(decided({ Named, Mallory: role([byAccount]) })).toBe('granted');
  });

  it('is for users and groups too', () => {
    expect(decided({ Mallory: user([attach('User', arn('Mallory'), S3_READ)]) })).toBe('granted');
    const Team = resource('AWS::IAM::Group');
    const toGroup = attach('Group', arn('Team'), S3_READ);
    expect(decided({ Team, Mallory: user([toGroup], { Groups: [ref('Team')] }) })).toBe('granted');
    expect(decided({ Team, Mallory: user([toGroup]) })).toBe('denied');
    expect(decided({ Team, Mallory: user([toGroup, allow('iam:AddUserToGroup', arn('Team'))]) })).toBe('granted');
  });

  it.each([
    ['another policy', attach('Role', arn('Mallory'), `${AWS}AmazonSQSFullAccess`), {}],
    ['another role', attach('Role', 'arn:aws:iam::111122223333:role/other', S3_READ), {}],
    ['the call for users', attach('User', '*', S3_READ), {}],
    ['no right to attach', allow('iam:ListPolicies'), {}],
    ['a boundary in the way of attaching', attach('Role', arn('Mallory'), S3_READ), { PermissionsBoundary: ref('S3') }],
    ['a boundary in the way of reading', attach('Role', arn('Mallory'), S3_READ), { PermissionsBoundary: ref('Iam') }],
    [
      'a Deny of attaching',
      attach('Role', arn('Mallory'), S3_READ),
      { Tags: [], ManagedPolicyArns: [ref('NoAttach')] },
    ],
    ['a Deny of reading', attach('Role', arn('Mallory'), S3_READ), { ManagedPolicyArns: [ref('NoRead')] }],
  ])('gives nothing with %s', (_, statement, more) => {
    const others = {
      S3: managed([allow('s3:*')]),
      Iam: managed([allow('iam:*')]),
      NoAttach: managed([deny('iam:AttachRolePolicy')]),
      NoRead: managed([deny('s3:GetObject')]),
    };
    expect(decided({ ...others, Mallory: role([statement], undefined, more) })).toBe('denied');
  });

  it('is possible where it is not known what the policy says', () => {
    expect(decided({ Mallory: role([attach('Role', arn('Mallory'), `${AWS}NoSuchPolicyOfOurs`)]) })).toBe('possible');
    const elsewhere = 'arn:aws:iam::111122223333:policy/elsewhere';
    expect(decided({ Mallory: role([attach('Role', arn('Mallory'), elsewhere)]) })).toBe('possible');
  });

  it('is none of another account, of another partition, or that no template shows by a pattern', () => {
    for (const policy of ['arn:aws:iam::444455556666:policy/x', 'arn:aws-cn:iam::aws:policy/AmazonS3ReadOnlyAccess']) {
      const reach = reached({ Mallory: role([attach('Role', arn('Mallory'), policy)]) });
      expect(reach.changes).toEqual([]);
    }
    const pattern = 'arn:aws:iam::111122223333:policy/team-*';
    expect(decided({ Mallory: role([attach('Role', arn('Mallory'), pattern, 'ArnLike')]) })).toBe('denied');
  });

  it('brings what the policy denies', () => {
    const Both = managed([allow('s3:GetObject'), deny('s3:GetObject')]);
    expect(decided({ Both, Mallory: role([attach('Role', arn('Mallory'), ref('Both'))]) })).toBe('denied');
  });
});

describe('one managed policy attached on the way', () => {
  const Victim = role([], { AWS: 'arn:aws:iam::111122223333:root' });
  const Assuming = managed([allow('sts:AssumeRole', arn('Victim'))]);
  const mine = attach('Role', arn('Mallory'), ref('Assuming'));
  const become = (Mallory: Json, more: Resources = {}): string | undefined =>
    fact(reached({ Victim, Assuming, Mallory, ...more }), 'Victim')?.certainty;

  it('leads on', () => {
    expect(become(role([mine]))).toBe('certain');
    const reach = reached({ Victim, Assuming, Mallory: role([mine]) });
    expect(steps(reach, fact(reach, 'Victim'))).toEqual([
      'iam-attach-one-role-policy: Mallory > the policies of Mallory',
      'sts-assume-role: Mallory > Victim',
    ]);
  });

  it('leads on where somebody else attaches it', () => {
    const Helper = role([mine], { AWS: 'arn:aws:iam::111122223333:root' });
    expect(become(role([allow('sts:AssumeRole', arn('Helper'))]), { Helper })).toBe('certain');
    expect(become(role([]), { Helper })).toBeUndefined();
  });

  it('stops at a boundary, a Deny and another policy', () => {
    const Limit = managed([allow('iam:*')]);
    expect(become(role([mine], undefined, { PermissionsBoundary: ref('Limit') }), { Limit })).toBeUndefined();
    expect(become(role([mine, deny('sts:*')]))).toBeUndefined();
    expect(become(role([attach('Role', arn('Mallory'), S3_READ)]))).toBeUndefined();
  });

  it('makes an administrator where the policy does', () => {
    const Admin = managed([allow('*')]);
    const reach = reached({ Admin, Mallory: role([attach('Role', arn('Mallory'), ref('Admin'))]) });
    expect(fact(reach, 'admin')?.certainty).toBe('certain');
  });

  it('is possible by a policy that is not known, and certain all the same by one that is', () => {
    const both = attach('Role', arn('Mallory'), [ref('Assuming'), `${AWS}NoSuchPolicyOfOurs`]);
    const reach = reached({ Victim, Assuming, Mallory: role([both]) });
    expect(fact(reach, 'Victim')?.certainty).toBe('certain');
    expect(fact(reach, 'admin')?.certainty).toBe('possible');
  });
});
