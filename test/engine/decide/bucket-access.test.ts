import { describe, expect, it } from 'vitest';
import { decide } from '../../../lib/engine/decide/decide';
import type { ExternalPrincipal } from '../../../lib/engine/decide/decision';
import { allow, principal, role, verdict, world } from './support';

type Json = Readonly<Record<string, unknown>>;

const ANONYMOUS: ExternalPrincipal = { kind: 'anonymous' };
const ABROAD: ExternalPrincipal = { kind: 'arn', arn: 'arn:aws:iam::999988887777:role/x' };
const SERVICE: ExternalPrincipal = { kind: 'service', service: 'cloudtrail.amazonaws.com' };
const BUCKET = 'arn:aws:s3:::thing';

const ask = (resources: Json, who: ExternalPrincipal | string, action: string, resource: string): string => {
  const of = world(resources, {}, {}, { Parameters: { P: { Type: 'String' } }, Conditions: { C: { a: 1 } } });
  const asking = typeof who === 'string' ? principal(of, who) : who;
  return verdict(decide({ principal: asking, action, resource }, of));
};
const get = (resources: Json, who: ExternalPrincipal | string): string =>
  ask(resources, who, 's3:GetObject', `${BUCKET}/x`);

describe('a bucket that blocks public access', () => {
  const ALL = { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true };
  const grant = (Principal: unknown = '*', more: Json = {}): Json => ({
    Effect: 'Allow',
    Principal,
    Action: 's3:GetObject',
    Resource: `${BUCKET}/*`,
    ...more,
  });
  const deny = (Condition: Json): Json => ({ ...grant('*', { Effect: 'Deny' }), Action: 's3:PutObject', Condition });
  const bucket = (block: unknown, ...Statement: readonly Json[]): Json => ({
    Role: role([]),
    Thing: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'thing',
        ...(block === undefined ? {} : { PublicAccessBlockConfiguration: block }),
      },
    },
    Policy: {
      Type: 'AWS::S3::BucketPolicy',
      Properties: { Bucket: { Ref: 'Thing' }, PolicyDocument: { Version: '2012-10-17', Statement } },
    },
  });
  const TLS = deny({ Bool: { 'aws:SecureTransport': 'false' } });
  const ORGANIZATION = { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1234567890' } } };
  const ENDPOINT = { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } };
  const OTHER = grant({ AWS: '999988887777' });

  it.each<[string, Json, string, string]>([
    ['all settings on and a public policy', bucket(ALL, grant()), 'no', 'no'],
    ['buckets restricted alone', bucket({ RestrictPublicBuckets: true }, grant()), 'no', 'no'],
    ['… as text, and everyone by `AWS`', bucket({ RestrictPublicBuckets: 'true' }, grant({ AWS: '*' })), 'no', 'no'],
    ['a Deny of requests without TLS beside it', bucket(ALL, grant(), TLS), 'no', 'no'],
    [
      'a Deny that may make it less than public',
      bucket(ALL, grant(), deny({ Null: { 'aws:b': 'true' } })),
      'may',
      'may',
    ],
    ['a grant to another account in a public policy', bucket(ALL, grant(), OTHER), 'no', 'no'],
    ['a grant to another account alone', bucket(ALL, OTHER), 'no', 'must'],
    ['everyone of one organization, which nobody chooses', bucket(ALL, grant('*', ORGANIZATION)), 'no', 'may'],
    ['everyone from one endpoint', bucket(ALL, grant('*', ENDPOINT)), 'must', 'must'],
    [
      'a condition of which S3 does not say so',
      bucket(ALL, grant('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })),
      'may',
      'may',
    ],
    ['the policy blocked, which may be an old one', bucket({ BlockPublicPolicy: true }, grant()), 'may', 'may'],
    ['buckets restricted or not', bucket({ RestrictPublicBuckets: { Ref: 'P' } }, grant()), 'may', 'may'],
    ['a block that is not known', bucket({ 'Fn::If': ['C', ALL, { Ref: 'AWS::NoValue' }] }, grant()), 'may', 'may'],
    ['nothing blocked', bucket({ RestrictPublicBuckets: false }, grant()), 'must', 'must'],
    ['only ACLs blocked', bucket({ BlockPublicAcls: true, IgnorePublicAcls: true }, grant()), 'must', 'must'],
  ])('with %s', (_, resources, anonymous, abroad) => {
    expect(get(resources, ANONYMOUS)).toBe(anonymous);
    expect(get(resources, ABROAD)).toBe(abroad);
  });

  it('says the same of a pattern', () => {
    expect(ask(bucket(ALL, grant()), ANONYMOUS, 's3:Get*', `${BUCKET}/*`)).toBe('no');
    expect(ask(bucket({}, grant()), ANONYMOUS, 's3:Get*', `${BUCKET}/*`)).toBe('must');
  });

  it('leaves the own account and services their access', () => {
    expect(get(bucket(ALL, grant()), 'Role')).toBe('must');
    const resources = bucket(ALL, grant(), grant({ Service: 'cloudtrail.amazonaws.com' }));
    expect(get(resources, SERVICE)).toBe('must');
  });

  it('keeps out roles of the templates in another account', () => {
    const resources = bucket(ALL, grant({ AWS: '999988887777' }), grant());
    expect(get(resources, { kind: 'arn', arn: 'arn:aws:iam::999988887777:user/u' })).toBe('no');
  });
});

describe('a bucket with a canned ACL', () => {
  const OPEN = { Rules: [{ ObjectOwnership: 'ObjectWriter' }] };
  const UNBLOCKED = { BlockPublicAcls: false, IgnorePublicAcls: false };
  const bucket = (AccessControl: unknown, more: Json = {}): Json => ({
    Role: role([]),
    Reader: role([allow('s3:ListBucket')], { RoleName: 'other' }),
    Thing: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketName: 'thing',
        AccessControl,
        OwnershipControls: OPEN,
        PublicAccessBlockConfiguration: UNBLOCKED,
        ...more,
      },
    },
  });
  const list = (resources: Json, who: ExternalPrincipal | string = ANONYMOUS): string =>
    ask(resources, who, 's3:ListBucket', BUCKET);
  const put = (resources: Json, who: ExternalPrincipal | string = ANONYMOUS): string =>
    ask(resources, who, 's3:PutObject', `${BUCKET}/x`);

  it.each<[unknown, string, string, string, string]>([
    ['PublicRead', 'must', 'no', 'must', 'no'],
    ['PublicReadWrite', 'must', 'must', 'must', 'must'],
    ['AuthenticatedRead', 'no', 'no', 'must', 'no'],
    ['Private', 'no', 'no', 'no', 'no'],
    ['LogDeliveryWrite', 'no', 'no', 'no', 'no'],
    [{ Ref: 'P' }, 'may', 'may', 'may', 'may'],
    [{ 'Fn::If': ['C', 'PublicRead', 'Private'] }, 'may', 'no', 'may', 'no'],
  ])(
    '%j: lists and writes without credentials, and from another account',
    (acl, lists, puts, listsAbroad, putsAbroad) => {
      const resources = bucket(acl);
      expect([list(resources), put(resources)]).toEqual([lists, puts]);
      expect([list(resources, ABROAD), put(resources, ABROAD)]).toEqual([listsAbroad, putsAbroad]);
      // The ACL of a bucket is none of its objects.
      expect(get(resources, ANONYMOUS)).toBe('no');
    },
  );

  it.each<[string, Json, string]>([
    ['ACLs off', { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] } }, 'no'],
    [
      'the preference of the owner',
      { OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerPreferred' }] } },
      'must',
    ],
    ['ownership not stated', { OwnershipControls: undefined }, 'may'],
    ['public ACLs ignored', { PublicAccessBlockConfiguration: { IgnorePublicAcls: true } }, 'no'],
    [
      'public ACLs blocked, which may be an old one',
      { PublicAccessBlockConfiguration: { BlockPublicAcls: true } },
      'may',
    ],
    ['no block stated', { PublicAccessBlockConfiguration: undefined }, 'may'],
    ['a block that is not known', { PublicAccessBlockConfiguration: { IgnorePublicAcls: { Ref: 'P' } } }, 'may'],
  ])('with %s', (_, more, expected) => {
    expect(list(bucket('PublicRead', more))).toBe(expected);
  });

  it('may be enough for a principal of the own account, which has its identity policy besides', () => {
    expect(list(bucket('PublicRead'), 'Role')).toBe('may');
    expect(list(bucket('PublicRead'), 'Reader')).toBe('must');
    expect(list(bucket('Private'), 'Role')).toBe('no');
  });

  it('is open where a policy that restricts is not public', () => {
    const block = { PublicAccessBlockConfiguration: { RestrictPublicBuckets: true } };
    expect(list(bucket('PublicRead', block))).toBe('must');
  });
});
