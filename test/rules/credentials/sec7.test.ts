import { expect, it } from 'vitest';
import { sec7 } from '../../../lib/rules/credentials/sec7-key-open-to-the-account';
import { findingsOf } from '../rule-runner';

/** A key of an audit bucket, whose policy lets an account decrypt under a condition. */
const keyOf = (Condition: object) => ({
  Resources: {
    Key: {
      Type: 'AWS::KMS::Key',
      Properties: {
        KeyPolicy: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::111122223333:root' },
              Action: 'kms:Decrypt',
              Resource: '*',
              Condition,
            },
          ],
        },
      },
    },
    Bucket: {
      Type: 'AWS::S3::Bucket',
      Properties: {
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [
            {
              ServerSideEncryptionByDefault: {
                KMSMasterKeyID: { 'Fn::GetAtt': ['Key', 'Arn'] },
                SSEAlgorithm: 'aws:kms',
              },
            },
          ],
        },
      },
      Metadata: { 'cdk-bulkhead': { kind: 'audit-bucket', path: 'Record/Vault', retentionDays: 400 } },
    },
    Reader: { Type: 'AWS::IAM::Role', Properties: {} },
  },
});
const READER = 'arn:aws:iam::111122223333:role/auditor';

it.each<[string, object, number]>([
  ['one role', { ArnEquals: { 'aws:PrincipalArn': READER } }, 0],
  ['a role of the template', { ArnEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Reader', 'Arn'] } } }, 0],
  ['roles', { StringEquals: { 'aws:PrincipalArn': [READER, `${READER}-2`] } }, 0],
  ['roles by a pattern', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/a*' } }, 1],
  ['roles, and all', { ArnLike: { 'aws:PrincipalArn': [READER, '*'] } }, 1],
  ['the account', { ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:root' } }, 1],
  ['who is there, and then a role', { ArnEqualsIfExists: { 'aws:PrincipalArn': READER } }, 1],
  ['all but a role', { ArnNotEquals: { 'aws:PrincipalArn': READER } }, 1],
  ['all through S3', { StringEquals: { 'kms:ViaService': 's3.eu-west-1.amazonaws.com' } }, 1],
])('an account that a condition narrows to %s', (_, condition, found) => {
  expect(findingsOf(sec7, keyOf(condition), { account: '111122223333', region: 'eu-west-1' })).toHaveLength(found);
});
