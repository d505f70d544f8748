import { describe, expect, it } from 'vitest';
import { aud6 } from '../../../lib/rules/audit/aud6-vault-can-be-lost';
import { findingsOf } from '../rule-runner';

type Json = Record<string, any>;
const LOSS = ['kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:DeleteImportedKeyMaterial'];
const KEY_ARN = { 'Fn::GetAtt': ['Key', 'Arn'] };
const deny = (more: Json = {}): Json => ({ Effect: 'Deny', Principal: '*', Action: LOSS, Resource: '*', ...more });

/** A declared vault that keeps for 400 days, its key and a log group under it. */
function vault(change: (resources: Json) => void = () => {}): Json {
  const Resources: Json = {
    Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [deny()] } } },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            { ServerSideEncryptionByDefault: { KMSMasterKeyID: KEY_ARN, SSEAlgorithm: 'aws:kms' } },
          ],
        },
      },
      Metadata: { 'cdk-bulkhead': { kind: 'audit-bucket', path: 'Record/Vault', retentionDays: 400 } },
    },
    Log: { Type: 'AWS::Logs::LogGroup', Properties: { KmsKeyId: KEY_ARN, RetentionInDays: 400 } },
  };
  change(Resources);
  return { Parameters: { Days: { Type: 'Number' } }, Resources };
}

const statements = (all: Json, ...list: Json[]) => (all['Key'].Properties.KeyPolicy.Statement = list);
const log = (all: Json): Json => all['Log'].Properties;

describe('AUD6', () => {
  it.each<[string, (resources: Json) => void, string]>([
    ['a key policy without the Deny', (all) => statements(all), 'no Deny of `kms:DisableKey`'],
    ['a key without a policy', (all) => (all['Key'].Properties = {}), 'no Deny of'],
    ['a Deny of less', (all) => statements(all, deny({ Action: LOSS.slice(0, 2) })), '`kms:DeleteImportedKeyMaterial`'],
    ['a Deny for one principal', (all) => statements(all, deny({ Principal: { AWS: '111122223333' } })), 'no Deny of'],
    [
      'a Deny with a way out',
      (all) => statements(all, deny({ Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } })),
      'no Deny of',
    ],
    ['an Allow in its place', (all) => statements(all, deny({ Effect: 'Allow' })), 'no Deny of'],
    [
      'a log group that forgets earlier',
      (all) => (log(all)['RetentionInDays'] = 365),
      '`RetentionInDays` 365; expected at least 400',
    ],
  ])('finds %s', (_, change, expected) => {
    expect(findingsOf(aud6, vault(change)).map(({ message }) => message)).toEqual([expect.stringContaining(expected)]);
  });

  it.each<[string, (resources: Json) => void]>([
    ['the vault as it is made', () => {}],
    ['a Deny of everything', (all) => statements(all, deny({ Action: 'kms:*' }))],
    [
      'the Deny in two statements',
      (all) => statements(all, deny({ Action: LOSS.slice(0, 1) }), deny({ Action: LOSS.slice(1) })),
    ],
    ['a log group that forgets nothing', (all) => void delete log(all)['RetentionInDays']],
    ['a log group that keeps longer', (all) => (log(all)['RetentionInDays'] = 731)],
    [
      'a log group under another key',
      (all) => Object.assign(log(all), { KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/k', RetentionInDays: 7 }),
    ],
    ['a log group under no key', (all) => (all['Log'].Properties = { RetentionInDays: 7 })],
    [
      'a key of a bucket that is no vault',
      (all) => {
        delete all['Bucket'].Metadata;
        statements(all);
      },
    ],
    ['a second key of no vault', (all) => (all['Other'] = { Type: 'AWS::KMS::Key', Properties: {} })],
  ])('leaves alone %s', (_, change) => expect(findingsOf(aud6, vault(change))).toEqual([]));

  it('says nothing of a retention that a parameter decides', () => {
    expect(
      findingsOf(
        aud6,
        vault((all) => (log(all)['RetentionInDays'] = { Ref: 'Days' })),
      ),
    ).toEqual([]);
  });
});
