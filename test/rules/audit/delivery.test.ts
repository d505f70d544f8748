import { describe, expect, it } from 'vitest';
import { aud11 } from '../../../lib/rules/audit/aud11-access-log-nowhere';
import { aud12 } from '../../../lib/rules/audit/aud12-delivery-denied';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { findingsOf } from '../rule-runner';

const BUCKET = 'AWS::S3::Bucket';
const details = (rule: Parameters<typeof findingsOf>[0], body: unknown) =>
  findingsOf(rule, body).map(({ detail, certainty }) => `${certainty} ${detail}`);

describe('AUD11', () => {
  const logging = (target: object, LoggingConfiguration: object = { DestinationBucketName: { Ref: 'Logs' } }) => ({
    Parameters: { P: { Type: 'String' } },
    Resources: {
      Uploads: { Type: BUCKET, Properties: { LoggingConfiguration } },
      Logs: { Type: BUCKET, Properties: target },
    },
  });
  const encrypted = (SSEAlgorithm: string) => ({
    BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm } }] },
  });

  it('finds a lock, be its default retention there or not, and encryption with KMS', () => {
    expect(details(aud11, logging({ ObjectLockEnabled: 'true' }))).toEqual(['certain Lock::Logs']);
    expect(details(aud11, logging(encrypted('aws:kms:dsse')))).toEqual(['certain Encryption::Logs']);
  });

  it('finds a bucket that logs into itself', () => {
    const Both = {
      Type: BUCKET,
      Properties: { ObjectLockEnabled: true, LoggingConfiguration: { LogFilePrefix: 'l' } },
    };
    expect(details(aud11, { Resources: { Both } })).toEqual(['certain Lock::Both']);
  });

  it('calls it possible where a parameter decides', () => {
    expect(details(aud11, logging({ ObjectLockEnabled: { Ref: 'P' } }))).toEqual(['possible Lock::Logs']);
  });

  it('leaves alone what is no destination, and a destination that takes logs', () => {
    expect(details(aud11, logging(encrypted('AES256')))).toEqual([]);
    expect(details(aud11, logging({ ObjectLockEnabled: true }, { DestinationBucketName: 'elsewhere' }))).toEqual([]);
    expect(details(aud11, { Resources: { Logs: { Type: BUCKET, Properties: { ObjectLockEnabled: true } } } })).toEqual(
      [],
    );
  });
});

describe('AUD12', () => {
  const SSE = 's3:x-amz-server-side-encryption';
  const denied = (Condition: object, statement: object = {}, trail: Readonly<Record<string, unknown>> = {}) =>
    details(
      aud12,
      trailAndBucket({
        trail,
        others: {
          LogsPolicy: {
            Type: 'AWS::S3::BucketPolicy',
            Properties: {
              Bucket: { Ref: 'Logs' },
              PolicyDocument: {
                Statement: {
                  Effect: 'Deny',
                  Principal: '*',
                  Action: 's3:*',
                  Resource: { 'Fn::Sub': '${Logs.Arn}/*' },
                  Condition,
                  ...statement,
                },
              },
            },
          },
        },
      }),
    ).map((each) => each.split(' ')[0]);

  it.each<[string, object]>([
    ['everything but KMS', { StringNotEquals: { [SSE]: 'aws:kms' } }],
    ['every key but one', { StringNotEquals: { [`${SSE}-aws-kms-key-id`]: 'arn:aws:kms:eu-west-1:1:key/x' } }],
    ['every key but one, where it is there', { StringNotEqualsIfExists: { [`${SSE}-aws-kms-key-id`]: 'x' } }],
    ['everything without a key', { Null: { [`${SSE}-aws-kms-key-id`]: 'true' } }],
    ['every other network', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['every other address', { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } }],
    ['every other service', { StringEquals: { 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } }],
  ])('finds a Deny of %s', (_, Condition) => expect(denied(Condition)).toEqual(['certain']));

  it.each<[string, object]>([
    ['SSE-S3 allowed as well', { StringNotEquals: { [SSE]: ['aws:kms', 'AES256'] } }],
    [
      'CloudTrail left out',
      { StringNotEquals: { [SSE]: 'aws:kms', 'aws:PrincipalServiceName': 'cloudtrail.amazonaws.com' } },
    ],
    ['services left out', { StringNotEquals: { [SSE]: 'aws:kms' }, Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    ['plain HTTP', { Bool: { 'aws:SecureTransport': 'false' } }],
    ['old TLS', { NumericLessThan: { 's3:TlsVersion': '1.2' } }],
    ['one network', { StringEquals: { 'aws:SourceVpce': 'vpce-1' } }],
    ['another algorithm', { StringEquals: { [SSE]: 'aws:kms' } }],
  ])('takes a Deny with %s', (_, Condition) => expect(denied(Condition)).toEqual([]));

  it('calls it possible where it depends on what is not known of the request', () => {
    expect(denied({ StringNotEquals: { 'aws:PrincipalTag/team': 'audit' } })).toEqual(['possible']);
    expect(denied({ StringNotEqualsIfExists: { [SSE]: 'aws:kms' } })).toEqual(['possible']);
  });

  it('takes a Deny that is not for CloudTrail, not of writing, or not of its objects', () => {
    const kms = { StringNotEquals: { [SSE]: 'aws:kms' } };
    expect(denied(kms, { Principal: { AWS: 'arn:aws:iam::111122223333:role/x' } })).toEqual([]);
    expect(denied(kms, { Action: 's3:GetObject' })).toEqual([]);
    expect(denied(kms, { Resource: { 'Fn::Sub': '${Logs.Arn}/reports/*' } })).toEqual([]);
    expect(denied(kms, { Effect: 'Allow' })).toEqual([]);
  });

  it('asks nothing of a trail that writes no digests: AUD2 does', () => {
    expect(denied({ StringNotEquals: { [SSE]: 'aws:kms' } }, {}, { EnableLogFileValidation: false })).toEqual([]);
  });
});
