import { describe, expect, it } from 'vitest';
import { aud1 } from '../../../lib/rules/audit/aud1-audit-bucket-without-lock';
import { aud2 } from '../../../lib/rules/audit/aud2-trail-that-does-not-log';
import { aud3 } from '../../../lib/rules/audit/aud3-trail-delivery-not-bound';
import { aud4 } from '../../../lib/rules/audit/aud4-audit-bucket-without-denies';
import { aud5 } from '../../../lib/rules/audit/aud5-audit-deleted-with-the-stack';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { findingsOf } from '../rule-runner';

const details = (rule: Parameters<typeof findingsOf>[0], body: unknown) =>
  findingsOf(rule, body).map(({ detail, certainty }) => `${certainty} ${detail}`);
const parameters = {
  Parameters: { P: { Type: 'String' } },
  Conditions: { Strict: { 'Fn::Equals': [{ Ref: 'P' }, 'y'] } },
};

describe('AUD1', () => {
  it('says each thing that is missing', () => {
    const bucket = { ObjectLockEnabled: false, ObjectLockConfiguration: undefined, VersioningConfiguration: undefined };
    expect(details(aud1, trailAndBucket({ bucket }))).toEqual([
      'certain ObjectLockEnabled',
      'certain DefaultRetention.Mode',
      'certain DefaultRetention.Days',
      'certain VersioningConfiguration.Status',
    ]);
  });

  it('takes years for days', () => {
    const bucket = { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Years: 1 } } } };
    expect(details(aud1, trailAndBucket({ bucket }))).toEqual([]);
  });

  it('judges both branches of a condition', () => {
    const Mode = { 'Fn::If': ['Strict', 'COMPLIANCE', 'GOVERNANCE'] };
    const bucket = { ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode, Days: 400 } } } };
    expect(findingsOf(aud1, { ...parameters, ...trailAndBucket({ bucket }) })).toMatchObject([
      { certainty: 'possible', unknowns: [expect.stringContaining('condition')] },
    ]);
  });

  it.each([
    ['development', 'no evidence here', []],
    ['production', 'no evidence here', ['certain DefaultRetention.Mode']],
    [undefined, 'no evidence here', ['certain DefaultRetention.Mode']],
    ['development', ' ', ['certain DefaultRetention.Mode']],
  ])('takes GOVERNANCE in %s with the reason "%s" for %j', (environment, governanceReason, expected) => {
    const lock = { Rule: { DefaultRetention: { Mode: 'GOVERNANCE', Days: 400 } } };
    const template = trailAndBucket({ bucket: { ObjectLockConfiguration: lock } }) as any;
    const intent = { kind: 'audit-bucket', path: 'Vault', retentionDays: 400, governanceReason };
    for (const each of Object.values<any>(template.Resources)) {
      if (each.Type === 'AWS::S3::Bucket') each.Metadata = { 'cdk-bulkhead': intent };
    }
    const Metadata = environment && { 'cdk-bulkhead': { kind: 'template', environment, constraints: [], duties: [] } };
    expect(details(aud1, { ...template, ...(Metadata ? { Metadata } : {}) })).toEqual(expected);
  });

  it('finds the bucket of a trail by its name', () => {
    const bucket = { BucketName: 'logs', VersioningConfiguration: { Status: 'Suspended' } };
    expect(details(aud1, trailAndBucket({ trail: { S3BucketName: 'logs' }, bucket }))).toEqual([
      'certain VersioningConfiguration.Status',
    ]);
  });

  it('says that a bucket elsewhere cannot be seen', () => {
    const findings = findingsOf(aud1, trailAndBucket({ trail: { S3BucketName: 'central-logs' } }));
    expect(findings).toMatchObject([
      { logicalId: 'Trail', certainty: 'possible', unknowns: ['bucket `central-logs`'] },
    ]);
  });

  it('leaves buckets alone that hold no audit log', () => {
    expect(details(aud1, { Resources: { Uploads: { Type: 'AWS::S3::Bucket' } } })).toEqual([]);
  });
});

describe('AUD2', () => {
  it('takes an absent setting for off, but for global events, which are on', () => {
    const trail = {
      IsLogging: undefined,
      EnableLogFileValidation: undefined,
      IsMultiRegionTrail: undefined,
      IncludeGlobalServiceEvents: undefined,
    };
    expect(details(aud2, trailAndBucket({ trail }))).toEqual([
      'certain IsLogging',
      'certain EnableLogFileValidation',
      'certain IsMultiRegionTrail',
    ]);
    expect(details(aud2, trailAndBucket({ trail: { IncludeGlobalServiceEvents: 'false' } }))).toEqual([
      'certain IncludeGlobalServiceEvents',
    ]);
  });

  it('calls a parameter possible', () => {
    const body = { ...parameters, ...trailAndBucket({ trail: { IsLogging: { Ref: 'P' } } }) };
    expect(findingsOf(aud2, body)).toMatchObject([{ certainty: 'possible', unknowns: [expect.stringContaining('P')] }]);
  });
});

const CLOUDTRAIL = { Service: 'cloudtrail.amazonaws.com' };
const arnOfTrail = (name: string, account = '${AWS::AccountId}', partition = '${AWS::Partition}') => ({
  'Fn::Sub': `arn:${partition}:cloudtrail:\${AWS::Region}:${account}:trail/${name}`,
});
const bucketPolicy = (Statement: unknown) => ({
  LogsPolicy: { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Logs' }, PolicyDocument: { Statement } } },
});

describe('AUD3', () => {
  const delivering = (Condition: unknown, trail = {}) =>
    trailAndBucket({
      trail,
      others: bucketPolicy([
        {
          Effect: 'Allow',
          Principal: CLOUDTRAIL,
          Action: ['s3:GetBucketAcl', 's3:PutObject'],
          Resource: '*',
          Condition,
        },
      ]),
    });
  const both = ['certain Logs::s3:GetBucketAcl', 'certain Logs::s3:PutObject'];

  it('finds a bucket without a policy', () => expect(details(aud3, trailAndBucket({}))).toEqual(both));

  it.each([
    ['no condition', undefined],
    [
      'another trail of the same partition',
      { StringEquals: { 'aws:SourceArn': arnOfTrail('other', undefined, 'aws') } },
    ],
    ['another trail', { StringEquals: { 'aws:SourceArn': arnOfTrail('other') } }],
    ['the trail of that name in any account', { ArnLike: { 'aws:SourceArn': arnOfTrail('audit', '*') } }],
    ['a source if there is one', { StringEqualsIfExists: { 'aws:SourceArn': arnOfTrail('audit') } }],
    ['another key', { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }],
  ])('does not take %s', (_, Condition) => expect(details(aud3, delivering(Condition))).toEqual(both));

  it.each([
    ['the trail', { StringEquals: { 'aws:SourceArn': arnOfTrail('audit') } }],
    ['the trail among others', { ArnEquals: { 'AWS:SourceArn': [arnOfTrail('other'), arnOfTrail('audit')] } }],
    [
      'the trail with its partition in full',
      { StringEquals: { 'aws:SourceArn': arnOfTrail('audit', undefined, 'aws') } },
    ],
    ['the trails of the account', { ArnLike: { 'aws:SourceArn': arnOfTrail('*') } }],
  ])('takes %s', (_, Condition) => expect(details(aud3, delivering(Condition))).toEqual([]));

  it('calls a trail from a parameter possible', () => {
    const body = { ...parameters, ...delivering({ StringEquals: { 'aws:SourceArn': { Ref: 'P' } } }) };
    expect(findingsOf(aud3, body).map(({ certainty }) => certainty)).toEqual(['possible', 'possible']);
  });

  it('asks for the statements of the key as well', () => {
    const Condition = { StringEquals: { 'aws:SourceArn': arnOfTrail('audit') } };
    const { Resources } = delivering(Condition, { KMSKeyId: { 'Fn::GetAtt': ['Key', 'Arn'] } });
    const key = (Action: readonly string[]) => ({
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: { Statement: [{ Effect: 'Allow', Principal: CLOUDTRAIL, Action, Resource: '*', Condition }] },
      },
    });
    expect(details(aud3, { Resources: { ...Resources, Key: key(['kms:GenerateDataKey*']) } })).toEqual([
      'certain Key::kms:DescribeKey',
    ]);
    expect(
      details(aud3, { Resources: { ...Resources, Key: key(['kms:GenerateDataKey*', 'kms:DescribeKey']) } }),
    ).toEqual([]);
  });

  it('is only possible where the policy is there under a condition of the template', () => {
    const body = { ...parameters, ...delivering({ StringEquals: { 'aws:SourceArn': arnOfTrail('audit') } }) };
    const conditional = structuredClone(body) as any;
    conditional.Resources.LogsPolicy.Condition = 'Strict';
    expect(findingsOf(aud3, conditional).map(({ certainty }) => certainty)).toEqual(['possible', 'possible']);
  });
});

describe('AUD4', () => {
  const deny = (Action: unknown, Resource: unknown, Condition?: unknown) => ({
    Effect: 'Deny',
    Principal: { AWS: '*' },
    Action,
    Resource,
    ...(Condition === undefined ? {} : { Condition }),
  });
  const BUCKET = { 'Fn::GetAtt': ['Logs', 'Arn'] };
  const OBJECTS = { 'Fn::Sub': '${Logs.Arn}/*' };
  const statements = {
    deletion: deny(['s3:DeleteObject*'], OBJECTS),
    retention: deny(['s3:BypassGovernanceRetention', 's3:PutObjectRetention', 's3:PutObjectLegalHold'], OBJECTS),
    guards: deny(['s3:*BucketPolicy', 's3:PutBucketObjectLockConfiguration', 's3:PutLifecycleConfiguration'], BUCKET, {
      ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/audit-deployment' },
    }),
    http: deny('s3:*', [BUCKET, OBJECTS], { Bool: { 'aws:SecureTransport': 'false' } }),
  };
  const withPolicy = (changes: Partial<Record<keyof typeof statements, unknown>>) =>
    trailAndBucket({ others: bucketPolicy(Object.values({ ...statements, ...changes })) });

  it('takes a policy with all four', () => expect(details(aud4, withPolicy({}))).toEqual([]));

  it('finds a bucket without a policy, once', () =>
    expect(details(aud4, trailAndBucket({}))).toEqual(['certain undefined']));

  it.each([
    [
      'a Deny of one prefix',
      { deletion: deny('s3:DeleteObject*', { 'Fn::Sub': '${Logs.Arn}/AWSLogs/*' }) },
      'deleting objects and versions',
    ],
    [
      'a Deny with an exception',
      { deletion: { ...statements.guards, Action: 's3:DeleteObject*', Resource: OBJECTS } },
      'deleting objects and versions',
    ],
    [
      'a Deny on the bucket',
      { retention: { ...statements.retention, Resource: BUCKET } },
      'changing the retention of objects',
    ],
    [
      'a Deny for some',
      { guards: deny('s3:*', BUCKET, { StringEquals: { 'aws:PrincipalAccount': '1' } }) },
      'changing the guards of the bucket',
    ],
    ['an Allow', { http: { ...statements.http, Effect: 'Allow' } }, 'plain HTTP'],
    [
      'a Deny if the key is true',
      { http: deny('s3:*', OBJECTS, { Bool: { 'aws:SecureTransport': 'true' } }) },
      'plain HTTP',
    ],
  ])('does not take %s', (_, changes, name) =>
    expect(details(aud4, withPolicy(changes))).toEqual([`certain Deny::${name}`]),
  );
});

describe('AUD5', () => {
  it('takes RetainExceptOnCreate, and finds an absent policy', () => {
    expect(details(aud5, trailAndBucket({ deletionPolicy: 'RetainExceptOnCreate' }))).toEqual([]);
    const { Resources } = trailAndBucket({}) as any;
    delete Resources.Logs.UpdateReplacePolicy;
    expect(details(aud5, { Resources })).toEqual(['certain UpdateReplacePolicy']);
  });

  it('finds autoDeleteObjects by its tag and by its custom resource', () => {
    const Tags = [{ Key: 'aws-cdk:auto-delete-objects', Value: 'true' }];
    const Emptied = { Type: 'Custom::S3AutoDeleteObjects', Properties: { BucketName: { Ref: 'Logs' } } };
    expect(details(aud5, trailAndBucket({ bucket: { Tags } }))).toEqual(['certain AutoDelete']);
    expect(details(aud5, trailAndBucket({ others: { Emptied } }))).toEqual(['certain AutoDelete']);
  });

  it('finds the key of the trail, deleted or disabled, and leaves other keys alone', () => {
    const key = (more: object) => ({ Type: 'AWS::KMS::Key', Properties: { KeyPolicy: {} }, ...more });
    const kept = { DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' };
    const body = (Key: object) =>
      trailAndBucket({ trail: { KMSKeyId: { Ref: 'Key' } }, others: { Key, Other: key({}) } });
    expect(details(aud5, body(key({ UpdateReplacePolicy: 'Retain' })))).toEqual(['certain DeletionPolicy']);
    expect(details(aud5, body(key({ ...kept, Properties: { Enabled: false } })))).toEqual(['certain Enabled']);
    expect(details(aud5, body(key(kept)))).toEqual([]);
  });
});
