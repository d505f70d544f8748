import { describe, expect, it } from 'vitest';
import { writeOnceOf } from '../../../lib/engine/duties/write-once-of';
import type { TamperingPrincipal } from '../../../lib/model/write-once';
import type { Json, Resources } from '../reach/support/template';
import { GROUNDS, snapshotWith } from './support';

const LAMBDA = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};
const role = (statements: readonly Json[] = [], properties: object = {}): Json => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: LAMBDA,
    ...(statements.length === 0 ? {} : { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] }),
    ...properties,
  } as Json,
});
const allow = (action: string, resource: Json = '*'): Json => ({ Effect: 'Allow', Action: action, Resource: resource });

const trusted = (Service: string, statement: Json): Json =>
  role([statement], {
    AssumeRolePolicyDocument: { Statement: { Effect: 'Allow', Principal: { Service }, Action: 'sts:AssumeRole' } },
  });

/** The grounds of the duties, with alarms: what of them an attack is about. */
const RECORD: Resources = {
  ...GROUNDS,
  Rule: {
    Type: 'AWS::Events::Rule',
    Metadata: { 'cdk-bulkhead': { kind: 'audit-alarm', path: 'Alarms' } },
    Properties: { Targets: [{ Id: 'T', Arn: { Ref: 'Topic' } }] },
  },
  Topic: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: { 'Fn::GetAtt': ['TopicKey', 'Arn'] } } },
  TopicKey: {
    Type: 'AWS::KMS::Key',
    Properties: {
      KeyPolicy: {
        Statement: {
          Effect: 'Allow',
          Principal: { AWS: { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:root' } },
          Action: 'kms:*',
          Resource: '*',
        },
      },
    },
  },
  Watcher: {
    Type: 'AWS::Lambda::Function',
    Metadata: { 'cdk-bulkhead': { kind: 'audit-alarm', path: 'Monitor' } },
    Properties: {},
  },
  Other: { Type: 'AWS::Lambda::Function', Properties: {} },
  Alias: {
    Type: 'AWS::KMS::Alias',
    Properties: { AliasName: 'alias/record', TargetKeyId: { 'Fn::GetAtt': ['RecordKey', 'Arn'] } },
  },
  Delivery: role(),
  Stream: {
    Type: 'AWS::KinesisFirehose::DeliveryStream',
    Properties: {
      ExtendedS3DestinationConfiguration: {
        BucketARN: { 'Fn::GetAtt': ['Landing', 'Arn'] },
        RoleARN: { 'Fn::GetAtt': ['Writer', 'Arn'] },
      },
    },
  },
  Landing: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      ReplicationConfiguration: {
        Role: { 'Fn::GetAtt': ['Copier', 'Arn'] },
        Rules: [{ Status: 'Enabled', Destination: { Bucket: { 'Fn::GetAtt': ['Record', 'Arn'] } } }],
      },
    },
  },
  Writer: trusted('firehose.amazonaws.com', allow('s3:PutObject', { 'Fn::Sub': '${Landing.Arn}/*' })),
  Sender: trusted('logs.amazonaws.com', allow('firehose:PutRecord', { 'Fn::GetAtt': ['Stream', 'Arn'] })),
  Copier: trusted('s3.amazonaws.com', allow('s3:ReplicateObject', { 'Fn::Sub': '${Record.Arn}/*' })),
  SentLog: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Sent: {
    Type: 'AWS::Logs::SubscriptionFilter',
    Properties: {
      LogGroupName: { Ref: 'SentLog' },
      DestinationArn: { 'Fn::GetAtt': ['Stream', 'Arn'] },
      RoleArn: { 'Fn::GetAtt': ['Sender', 'Arn'] },
      FilterPattern: '',
    },
  },
  Trail: {
    Type: 'AWS::CloudTrail::Trail',
    Properties: {
      ...(GROUNDS['Trail'] as { Properties: object }).Properties,
      CloudWatchLogsRoleArn: { 'Fn::GetAtt': ['Delivery', 'Arn'] },
    } as Json,
  },
};

function of(resources: Resources, logicalId = 'P'): TamperingPrincipal {
  const found = writeOnceOf(snapshotWith({ ...RECORD, ...resources })).principals.find(
    (each) => each.logicalId === logicalId,
  );
  if (found === undefined) throw new Error(`no principal ${logicalId}`);
  return found;
}
const kindsOf = (statement: Json): readonly string[] =>
  of({ P: role([statement]) }).ways.flatMap(({ kinds, certainty }) =>
    kinds.map((kind) => (certainty === 'certain' ? kind : `${kind}?`)),
  );

const objects: Json = { 'Fn::Sub': '${Record.Arn}/*' };
const at = (id: string): Json => ({ 'Fn::GetAtt': [id, 'Arn'] });

describe('write-once', () => {
  it.each<readonly [string, string, Json]>([
    ['deleting', 's3:DeleteObject', objects],
    ['deleting', 's3:DeleteObjectVersion', objects],
    ['deleting', 's3:BypassGovernanceRetention', objects],
    ['deleting', 'kms:ScheduleKeyDeletion', at('RecordKey')],
    ['deleting', 'logs:DeleteLogGroup', at('TrailLog')],
    ['shortening', 's3:PutObjectRetention', objects],
    ['shortening', 's3:PutObjectLegalHold', objects],
    ['shortening', 's3:PutLifecycleConfiguration', at('Record')],
    ['shortening', 'logs:PutRetentionPolicy', at('TrailLog')],
    ['deleting', 's3:DeleteObject', { 'Fn::Sub': '${Landing.Arn}/*' }],
    ['deleting', 'logs:DeleteLogStream', at('SentLog')],
    ['shortening', 's3:PutLifecycleConfiguration', at('Landing')],
    ['stopping', 'firehose:DeleteDeliveryStream', at('Stream')],
    ['stopping', 'logs:DeleteSubscriptionFilter', at('SentLog')],
    ['stopping', 's3:PutBucketPolicy', at('Landing')],
    ['diverting', 'firehose:UpdateDestination', at('Stream')],
    ['diverting', 'firehose:StopDeliveryStreamEncryption', at('Stream')],
    ['diverting', 'logs:PutSubscriptionFilter', at('SentLog')],
    ['diverting', 's3:PutReplicationConfiguration', at('Landing')],
    ['blinding', 'logs:PutDataProtectionPolicy', at('SentLog')],
    ['blinding', 'iam:PutRolePolicy', at('Writer')],
    ['blinding', 'iam:DeleteRolePolicy', at('Sender')],
    ['blinding', 'iam:DeleteRolePolicy', at('Copier')],
    ['forging', 's3:PutObject', { 'Fn::Sub': '${Landing.Arn}/*' }],
    ['forging', 'firehose:PutRecord', at('Stream')],
    ['forging', 'firehose:PutRecordBatch', at('Stream')],
    ['forging', 'iam:PassRole', at('Writer')],
    ['forging', 'iam:PassRole', at('Sender')],
    ['stopping', 'cloudtrail:StopLogging', at('Trail')],
    ['stopping', 'cloudtrail:DeleteTrail', at('Trail')],
    ['stopping', 'kms:DisableKey', at('RecordKey')],
    ['stopping', 'kms:PutKeyPolicy', at('RecordKey')],
    ['stopping', 's3:PutBucketPolicy', at('Record')],
    ['diverting', 'cloudtrail:UpdateTrail', at('Trail')],
    ['diverting', 's3:PutReplicationConfiguration', at('Record')],
    ['blinding', 'cloudtrail:PutEventSelectors', at('Trail')],
    ['blinding', 'logs:DeleteMetricFilter', at('TrailLog')],
    ['blinding', 'cloudwatch:DisableAlarmActions', at('Alarm')],
    ['blinding', 'events:DisableRule', at('Rule')],
    ['blinding', 'sns:SetTopicAttributes', { Ref: 'Topic' }],
    ['forging', 's3:PutObject', objects],
    ['deleting', 's3:UpdateObjectEncryption', objects],
    ['diverting', 'firehose:StartDeliveryStreamEncryption', at('Stream')],
    ['diverting', 'logs:AssociateKmsKey', at('TrailLog')],
    ['diverting?', 'logs:PutSubscriptionFilter', 'arn:aws:logs:eu-west-1:111122223333:log-group:app-*:*'],
    [
      'diverting?',
      'logs:PutSubscriptionFilter',
      'arn:aws:logs:eu-west-1:111122223333:log-group:app-Log-1a2b3c4d5e6f:*',
    ],
    ['diverting', 'logs:DisassociateKmsKey', at('SentLog')],
    ['diverting', 'logs:PutAccountPolicy', '*'],
    ['diverting', 'kms:UpdateAlias', '*'],
    ['diverting', 'kms:DeleteAlias', at('RecordKey')],
    ['blinding', 'cloudwatch:PutAlarmMuteRule', at('Alarm')],
    ['blinding', 'cloudwatch:DeleteAnomalyDetector', '*'],
    ['blinding', 'sns:SetSubscriptionAttributes', { Ref: 'Topic' }],
    ['blinding', 'sns:Unsubscribe', '*'],
    ['blinding', 'kms:PutKeyPolicy', at('TopicKey')],
    ['blinding', 'kms:DisableKey', at('TopicKey')],
    ['blinding', 'lambda:RemovePermission', at('Watcher')],
    ['blinding', 'cloudwatch:PutAnomalyDetector', '*'],
    ['blinding', 'sns:PutDataProtectionPolicy', { Ref: 'Topic' }],
    ['blinding', 'lambda:UpdateFunctionCode', at('Watcher')],
    ['blinding', 'lambda:UpdateFunctionConfiguration', at('Watcher')],
    ['blinding', 'lambda:PutFunctionConcurrency', at('Watcher')],
    ['blinding', 'lambda:DeleteFunction', '*'],
    ['stopping', 's3:PauseReplication', at('Landing')],
    ['stopping', 's3:PutBucketRequestPayment', at('Landing')],
  ])('is broken by %s: %s', (kind, action, resource) => {
    expect(kindsOf(allow(action, resource))).toContain(kind);
  });

  it.each<readonly [string, Json]>([
    ['cloudtrail:GetTrailStatus', '*'],
    ['s3:DeleteObject', { 'Fn::Sub': '${Data.Arn}/*' }],
    ['s3:GetObject', objects],
    // What lands has no lock to change.
    ['s3:PutObjectRetention', { 'Fn::Sub': '${Landing.Arn}/*' }],
    ['s3:BypassGovernanceRetention', { 'Fn::Sub': '${Landing.Arn}/*' }],
    ['logs:PutRetentionPolicy', at('DataLog')],
    ['kms:DisableKey', at('Key')],
    ['sns:Publish', { Ref: 'Topic' }],
    ['lambda:UpdateFunctionCode', at('Other')],
    ['kms:UpdateAlias', at('Key')],
    ['logs:AssociateKmsKey', at('DataLog')],
    ['logs:PutSubscriptionFilter', 'arn:aws:logs:eu-west-1:111122223333:log-group:mine:*'],
    ['logs:PutSubscriptionFilter', 'arn:aws:logs:eu-west-1:111122223333:log-group:/mine/2'],
    ['events:DescribeRule', at('Rule')],
    ['firehose:DescribeDeliveryStream', at('Stream')],
    ['logs:PutSubscriptionFilter', at('DataLog')],
    ['iam:PassRole', at('CodeRole')],
  ])('is not broken by %s', (action, resource) => {
    expect(kindsOf(allow(action, resource))).toEqual([]);
  });

  it('does not count what services do with the roles of the delivery, and does where somebody else may assume one', () => {
    const { principals } = writeOnceOf(snapshotWith(RECORD));
    expect(principals.filter(({ logicalId }) => ['Writer', 'Sender'].includes(logicalId))).toEqual([]);
    const open = role([allow('s3:PutObject', { 'Fn::Sub': '${Landing.Arn}/*' })]);
    expect(of({ Writer: open }, 'Writer').ways.flatMap(({ kinds }) => kinds)).toEqual(['forging']);
    const idle = trusted('firehose.amazonaws.com', allow('s3:PutObject', { 'Fn::Sub': '${Landing.Arn}/*' }));
    expect(of({ Idle: idle }, 'Idle').ways.flatMap(({ kinds }) => kinds)).toEqual(['forging']);
  });

  it('is blinded by whoever takes the delivery role its policy', () => {
    expect(kindsOf(allow('iam:DeleteRolePolicy', at('Delivery')))).toContain('blinding');
    expect(kindsOf(allow('iam:DeleteRolePolicy', at('Other')))).not.toContain('blinding');
  });

  it('is proved where nobody has a way, and names who was asked', () => {
    const { isProved, principals, records } = writeOnceOf(
      snapshotWith({ ...RECORD, P: role([allow('sqs:SendMessage')]) }),
    );
    expect(isProved).toBe(true);
    expect(principals.map(({ logicalId }) => logicalId)).toContain('P');
    expect(records).toEqual([{ trail: 'Trail', template: 'T', buckets: ['Record'] }]);
  });

  it('is broken by a chain, which is told step by step', () => {
    const { ways } = of({
      P: role([allow('lambda:UpdateFunctionCode', at('Fn'))]),
      Stopper: role([allow('cloudtrail:StopLogging', at('Trail'))]),
      Fn: {
        Type: 'AWS::Lambda::Function',
        Properties: { Role: at('Stopper'), Handler: 'i.h', Runtime: 'nodejs22.x', Code: { ZipFile: 'x' } },
      },
    });
    expect(ways.map(({ kinds }) => kinds)).toEqual([['stopping']]);
    expect(ways[0]?.trace[0]).toMatch(/^P -> Stopper \(lambda-update-code\): /);
    expect(ways[0]?.trace.at(-1)).toContain('may `cloudtrail:StopLogging` on arn:aws:cloudtrail');
  });

  it('is open to an administrator in every way', () => {
    const { ways } = of({ P: role([], { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }) });
    expect(ways).toMatchObject([{ kinds: { length: 6 }, certainty: 'certain' }]);
  });

  it('holds against a boundary that leaves tampering out, and a Deny', () => {
    const bounded = of({
      P: role([allow('cloudtrail:*')], { PermissionsBoundary: { Ref: 'B' } }),
      B: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: { Statement: [allow('cloudtrail:Get*')] } } },
    });
    expect(bounded.ways).toEqual([]);
    expect(
      of({ P: role([allow('cloudtrail:*'), { Effect: 'Deny', Action: 'cloudtrail:*', Resource: '*' }]) }).ways,
    ).toEqual([]);
  });

  it('is not proved where policies cannot be read, nor where there is no record', () => {
    const { ways, unreadable } = of({ P: role([], { ManagedPolicyArns: [{ 'Fn::ImportValue': 'elsewhere' }] }) });
    expect(ways.length + unreadable.length).toBeGreaterThan(0);
    expect(writeOnceOf(snapshotWith({ P: role() }))).toEqual({ records: [], principals: [], isProved: false });
  });
});
