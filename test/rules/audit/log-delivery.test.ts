import { describe, expect, it } from 'vitest';
import { aud1 } from '../../../lib/rules/audit/aud1-audit-bucket-without-lock';
import { aud15 } from '../../../lib/rules/audit/aud15-log-not-write-once';
import { aud4 } from '../../../lib/rules/audit/aud4-audit-bucket-without-denies';
import { aud5 } from '../../../lib/rules/audit/aud5-audit-deleted-with-the-stack';
import { aud9 } from '../../../lib/rules/audit/aud9-audit-log-group-without-end-or-key';
import { trailAndBucket } from '../../../lib/rules/support/audit-example';
import { declaredSecret } from '../../../lib/rules/support/credential-example';
import { findingsOf } from '../rule-runner';

type Resources = Record<string, any>;

const STREAM = {
  Type: 'AWS::KinesisFirehose::DeliveryStream',
  Properties: {
    ExtendedS3DestinationConfiguration: { BucketARN: { 'Fn::GetAtt': ['Landing', 'Arn'] }, Prefix: 'AWSLogs/1/Logs/' },
  },
};
const rule = (more: object = {}) => ({
  Status: 'Enabled',
  Filter: { Prefix: 'AWSLogs/1/' },
  Destination: { Bucket: { 'Fn::GetAtt': ['Logs', 'Arn'] } },
  ...more,
});
const landing = (Rules: object[], more: object = {}) => ({
  Type: 'AWS::S3::Bucket',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: { ReplicationConfiguration: { Role: 'arn:aws:iam::111122223333:role/copying', Rules } },
  Metadata: { 'cdk-bulkhead': { kind: 'audit-landing', path: 'Record/Vault/LogDelivery', retentionDays: 400 } },
  ...more,
});
const withLanding = (Landing: object, others: Resources = {}) =>
  trailAndBucket({ others: { Landing, Stream: STREAM, ...others } });
const said = (found: ReturnType<typeof findingsOf>) => found.map(({ certainty, message }) => `${certainty} ${message}`);

describe('AUD1, of a bucket in which log groups land', () => {
  it('takes one that is copied to a locked bucket', () => {
    expect(findingsOf(aud1, withLanding(landing([rule()])))).toEqual([]);
  });

  it.each<[string, object[]]>([
    ['nothing is copied', []],
    ['copying is switched off', [rule({ Status: 'Disabled' })]],
    ['only something else is copied', [rule({ Filter: { Prefix: 'AWSLogs/2/' } })]],
    ['only what has a tag is copied', [rule({ Filter: { TagFilter: { Key: 'keep', Value: 'yes' } } })]],
    [
      'it is copied to a bucket that is not of the record',
      [rule({ Destination: { Bucket: { 'Fn::GetAtt': ['Other', 'Arn'] } } })],
    ],
  ])('finds where %s', (_, rules) => {
    const Other = { Type: 'AWS::S3::Bucket', Properties: {} };
    expect(said(findingsOf(aud1, withLanding(landing(rules), { Other })))).toEqual([
      expect.stringMatching(/^certain found no copying of what lands here/),
    ]);
  });

  it('finds where what is encrypted is not selected', () => {
    const kms = {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }],
      },
    };
    const found = (more: object) => {
      const bucket = landing([rule(more)]);
      return said(findingsOf(aud1, withLanding({ ...bucket, Properties: { ...bucket.Properties, ...kms } })));
    };
    expect(found({})).toEqual([expect.stringMatching(/^certain found no copying of what lands here/)]);
    expect(found({ SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } })).toEqual([]);
  });

  it('does not know where it is copied to a bucket of another app', () => {
    const elsewhere = rule({ Destination: { Bucket: 'arn:aws:s3:::archive' } });
    expect(said(findingsOf(aud1, withLanding(landing([elsewhere]))))).toEqual([
      expect.stringMatching(/^possible found copying to .*archive.*, which is not among the templates/),
    ]);
  });
});

it('AUD4 asks of such a bucket all Denies but those of retention', () => {
  const [found] = findingsOf(aud4, withLanding(landing([rule()]))).filter(({ logicalId }) => logicalId === 'Landing');
  expect(found?.message).toMatch(/^found no bucket policy/);
  const policy = {
    Type: 'AWS::S3::BucketPolicy',
    Properties: { Bucket: { Ref: 'Landing' }, PolicyDocument: { Statement: [] as object[] } },
  };
  const open = findingsOf(aud4, withLanding(landing([rule()]), { Policy: policy }))
    .filter(({ logicalId }) => logicalId === 'Landing')
    .map(({ message }) => /found no Deny of (.*?) for everybody/.exec(message)?.[1]);
  expect(open.sort()).toEqual([
    'changing the guards of the bucket',
    'deleting objects and versions',
    'plain HTTP',
    'reading by anybody who is not named',
    'writing by anybody but CloudTrail',
  ]);
});

it('AUD5 keeps such a bucket when the stack goes', () => {
  const gone = landing([rule()], { DeletionPolicy: 'Delete' });
  expect(findingsOf(aud5, withLanding(gone)).map(({ logicalId }) => logicalId)).toEqual(['Landing']);
});

/** A declared credential with a function that rotates it, and the log of that function. */
const rotation = (log: object): Resources => ({
  ...(declaredSecret({}).Resources as Resources),
  Schedule: {
    Type: 'AWS::SecretsManager::RotationSchedule',
    Properties: { SecretId: { Ref: 'Example' }, RotationLambdaARN: { 'Fn::GetAtt': ['Rotation', 'Arn'] } },
  },
  Rotation: { Type: 'AWS::Lambda::Function', Properties: { LoggingConfig: { LogGroup: { Ref: 'RotationLog' } } } },
  RotationLog: { Type: 'AWS::Logs::LogGroup', Properties: log },
});

describe('the log of a rotation', () => {
  it('has a retention and a key (AUD9)', () => {
    const found = (log: object) =>
      findingsOf(aud9, { Resources: rotation(log) }).map(({ message }) => message.slice(0, 24));
    expect(found({})).toEqual(
      ['found no `RetentionInDays', 'found no `KmsKeyId`; exp'].map((each) => each.slice(0, 24)),
    );
    expect(found({ RetentionInDays: 400, KmsKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/1' })).toEqual([]);
  });

  it('is sent to the record, where log groups are (AUD15)', () => {
    const sent = {
      Type: 'AWS::Logs::SubscriptionFilter',
      Properties: {
        LogGroupName: { Ref: 'RotationLog' },
        DestinationArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
        FilterPattern: '',
      },
    };
    const found = (others: Resources) => said(findingsOf(aud15, withLanding(landing([rule()]), others)));
    expect(found(rotation({}))).toEqual([expect.stringMatching(/^certain found no subscription to the record/)]);
    expect(found({ ...rotation({}), Sent: sent })).toEqual([]);
    const processed = (Type: string, Enabled: unknown = true) => ({
      ...STREAM,
      Properties: {
        ExtendedS3DestinationConfiguration: {
          ...STREAM.Properties.ExtendedS3DestinationConfiguration,
          ProcessingConfiguration: { Enabled, Processors: [{ Type }] },
        },
      },
    });
    expect(found({ ...rotation({}), Sent: sent, Stream: processed('Lambda') })).toEqual([
      expect.stringMatching(/^certain found a function that may change or drop its lines/),
    ]);
    expect(found({ ...rotation({}), Sent: sent, Stream: processed('Lambda', false) })).toEqual([]);
    expect(found({ ...rotation({}), Sent: sent, Stream: processed('Decompression') })).toEqual([]);
    const away = (account: string) => ({
      ...rotation({}),
      Sent: sent,
      Away: {
        ...sent,
        Properties: { ...sent.Properties, DestinationArn: `arn:aws:logs:eu-west-1:${account}:destination:x` },
      },
    });
    const own = { account: '111122223333', region: 'eu-west-1' };
    const copied = (account: string) => said(findingsOf(aud15, withLanding(landing([rule()]), away(account)), own));
    expect(copied('999988887777')).toEqual([
      expect.stringMatching(/^certain found Away sending it to account 999988887777/),
    ]);
    expect(copied('111122223333')).toEqual([]);
    const elsewhere = { ...sent, Properties: { ...sent.Properties, DestinationArn: 'arn:aws:lambda:x:1:function:f' } };
    expect(found({ ...rotation({}), Sent: elsewhere })).toHaveLength(1);
    const Plain = { Type: 'AWS::Logs::LogGroup', Properties: {} };
    expect(found({ Plain })).toEqual([]);
    expect(said(findingsOf(aud15, { Resources: rotation({}) }))).toEqual([]);
  });

  it('of a trail goes to no other account (AUD15)', () => {
    const trail = { CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': ['TrailLog', 'Arn'] } };
    const away = (account: string, group: string) => {
      const others = {
        TrailLog: { Type: 'AWS::Logs::LogGroup', Properties: {} },
        Plain: { Type: 'AWS::Logs::LogGroup', Properties: {} },
        Away: {
          Type: 'AWS::Logs::SubscriptionFilter',
          Properties: {
            LogGroupName: { Ref: group },
            DestinationArn: `arn:aws:logs:eu-west-1:${account}:destination:x`,
            FilterPattern: '',
          },
        },
      };
      return findingsOf(aud15, trailAndBucket({ trail, others }), { account: '111122223333', region: 'eu-west-1' });
    };
    expect(away('999988887777', 'TrailLog').map(({ detail }) => detail)).toEqual(['Elsewhere::999988887777']);
    expect(away('111122223333', 'TrailLog')).toEqual([]);
    expect(away('999988887777', 'Plain')).toEqual([]);
  });
});
