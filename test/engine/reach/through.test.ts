import { describe, expect, it } from 'vitest';
import { allow, arn, deny, document, fact, managed, reached, ref, resource, role, steps } from './support/template';
import type { Json, Resources } from './support/template';

const Victim = role([allow('s3:*')], { Service: 'lambda.amazonaws.com' });
const fn = (Code: Json): Json => resource('AWS::Lambda::Function', { FunctionName: 'f', Role: arn('Victim'), Code });
const Trigger = resource('AWS::Events::Rule', { Targets: [{ Arn: arn('Fn'), Id: 'a' }] });
const become = (resources: Resources): string | undefined =>
  fact(reached({ Victim, ...resources }), 'Victim')?.certainty;

describe('a policy written anew on the way', () => {
  const Bucket = resource('AWS::S3::Bucket', { BucketName: 'code' });
  const Fn = fn({ S3Bucket: ref('Bucket'), S3Key: 'fn.zip' });
  const write = allow('s3:PutBucketPolicy', arn('Bucket'));

  it('of a bucket lets somebody write the code in it', () => {
    const resources = { Victim, Bucket, Fn, Mallory: role([write]) };
    const reach = reached(resources);
    expect(fact(reach, 'Victim')?.certainty).toBe('possible');
    expect(fact(reach, 'Victim')?.unknowns.map(({ detail }) => detail)).toEqual([
      'when the code is next deployed or pulled',
    ]);
    expect(steps(reach, fact(reach, 'Victim'))).toEqual([
      's3-bucket-policy: Mallory > the policy of Bucket',
      'code-object: Mallory > Victim',
    ]);
  });

  it.each([
    ['the policy of another bucket', [allow('s3:PutBucketPolicy', 'arn:aws:s3:::other')], {}],
    ['a right to read the policy', [allow('s3:GetBucketPolicy', arn('Bucket'))], {}],
    ['a Deny of its own', [write, deny('s3:PutObject')], {}],
    ['a Deny of writing the policy', [write, deny('s3:PutBucketPolicy')], {}],
    ['a boundary without the right to write the policy', [write], { PermissionsBoundary: ref('Limit') }],
  ] as readonly (readonly [string, readonly Json[], Resources])[])('leads nowhere with %s', (_, statements, more) => {
    const Limit = managed([allow('s3:PutObject')]);
    expect(become({ Bucket, Fn, Limit, Mallory: role(statements, undefined, more) })).toBeUndefined();
  });

  it('lifts what the policy denied, for who is allowed otherwise', () => {
    const Policy = resource('AWS::S3::BucketPolicy', {
      Bucket: ref('Bucket'),
      PolicyDocument: document({ ...(deny('s3:PutObject', '*') as object), Principal: '*' }),
    });
    const put = allow('s3:PutObject');
    expect(become({ Bucket, Fn, Policy, Mallory: role([put]) })).toBeUndefined();
    expect(become({ Bucket, Fn, Policy, Mallory: role([put, allow('s3:DeleteBucketPolicy')]) })).toBe('possible');
    expect(become({ Bucket, Fn, Policy, Mallory: role([allow('s3:DeleteBucketPolicy')]) })).toBeUndefined();
  });

  it('of a repository lets somebody push images', () => {
    const Repo = resource('AWS::ECR::Repository', { RepositoryName: 'code' });
    const image = { 'Fn::Sub': '${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/code:latest' };
    const OfImage = fn({ ImageUri: image });
    const set = allow('ecr:SetRepositoryPolicy', arn('Repo'));
    expect(become({ Repo, Fn: OfImage, Mallory: role([set]) })).toBe('possible');
    expect(become({ Repo, Fn: OfImage, Mallory: role([]) })).toBeUndefined();
  });

  it('of a function lets somebody change its code', () => {
    const Own = fn({ ZipFile: 'x' });
    const add = allow('lambda:AddPermission', arn('Fn'));
    expect(become({ Fn: Own, Trigger, Mallory: role([add]) })).toBe('certain');
    expect(become({ Fn: Own, Mallory: role([add]) })).toBe('certain');
    expect(become({ Fn: Own, Trigger, Mallory: role([add, deny('lambda:UpdateFunction*')]) })).toBeUndefined();
    expect(become({ Fn: Own, Trigger, Mallory: role([allow('lambda:RemovePermission', arn('Fn'))]) })).toBeUndefined();
  });

  it('is written by somebody else than who uses it', () => {
    const Helper = role([write], { AWS: 'arn:aws:iam::111122223333:root' });
    const Mallory = role([allow('sts:AssumeRole', arn('Helper')), deny('s3:PutObject')]);
    expect(become({ Bucket, Fn, Helper, Mallory })).toBe('possible');
  });
});

describe('a condition on what a call names', () => {
  const Own = fn({ ZipFile: 'x' });
  const given = (action: string, operator: string, key: string, value: string): Resources => ({
    Fn: Own,
    Trigger,
    Mallory: role([allow(action, arn('Fn'), { [operator]: { [key]: value } })]),
  });

  it('lets somebody in by lambda:AddPermission where it may name itself', () => {
    const principal = (value: string): string | undefined =>
      become(given('lambda:AddPermission', 'StringEquals', 'lambda:Principal', value));
    expect(principal('111122223333')).toBe('certain');
    expect(principal('s3.amazonaws.com')).toBeUndefined();
  });

  it('gives code by a layer where it may be of anybody, else perhaps', () => {
    const layer = (value: string): string | undefined =>
      become(given('lambda:UpdateFunctionConfiguration', 'ForAllValues:StringLike', 'lambda:Layer', value));
    expect(layer('arn:aws:lambda:*:*:layer:*')).toBe('certain');
    expect(layer('arn:aws:lambda:*:111122223333:layer:own:*')).toBe('possible');
  });
});
