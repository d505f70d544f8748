import type { DutyDefinition } from '../../model/separation';

const of = (service: string, names: string): readonly string[] =>
  names.split(/\s+/).map((name) => `${service}:${name}`);

/**
 * The ways to keep an audit record from telling the truth. Each action stands where its first effect is: a changed
 * bucket policy stops the delivery, and opens the way to the others.
 */
export const TAMPERING_KINDS: readonly DutyDefinition[] = [
  {
    id: 'deleting',
    title: 'Deleting',
    description: 'What is recorded goes, or hides behind a delete marker, or can never be read again.',
    permissions: [
      { actions: of('cloudtrail', 'DeleteEventDataStore') },
      {
        actions: of('s3', 'DeleteObject DeleteObjectVersion UpdateObjectEncryption'),
        on: ['audit-object'],
      },
      { actions: of('s3', 'BypassGovernanceRetention'), on: ['audit-locked-object'] },
      { actions: of('s3', 'DeleteBucket'), on: ['audit-bucket'] },
      { actions: of('kms', 'DeleteImportedKeyMaterial ScheduleKeyDeletion'), on: ['audit-key'] },
      { actions: of('logs', 'DeleteLogGroup DeleteLogStream'), on: ['audit-log-group'] },
    ],
  },
  {
    id: 'shortening',
    title: 'Shortening',
    description: 'What is recorded is kept for less time, or without a lock.',
    permissions: [
      { actions: of('s3', 'PutObjectLegalHold PutObjectRetention'), on: ['audit-locked-object'] },
      {
        actions: of('s3', 'PutBucketObjectLockConfiguration PutBucketVersioning PutLifecycleConfiguration'),
        on: ['audit-bucket'],
      },
      { actions: of('logs', 'PutLogGroupDeletionProtection PutRetentionPolicy'), on: ['audit-log-group'] },
    ],
  },
  {
    id: 'stopping',
    title: 'Stopping',
    description: 'Nothing more is recorded, or what is recorded is not delivered.',
    permissions: [
      { actions: of('cloudtrail', 'DeleteTrail StopEventDataStoreIngestion StopLogging') },
      { actions: of('firehose', 'DeleteDeliveryStream'), on: ['audit-stream'] },
      { actions: of('logs', 'DeleteSubscriptionFilter'), on: ['audit-log-group'] },
      {
        actions: of('s3', 'DeleteBucketPolicy PauseReplication PutBucketPolicy PutBucketRequestPayment'),
        on: ['audit-bucket'],
      },
      { actions: of('kms', 'DisableKey PutKeyPolicy'), on: ['audit-key'] },
    ],
  },
  {
    id: 'diverting',
    title: 'Diverting',
    description: 'What is recorded goes elsewhere, under another key, or to others as well.',
    permissions: [
      { actions: of('cloudtrail', 'UpdateEventDataStore UpdateTrail') },
      {
        actions: of('firehose', 'StartDeliveryStreamEncryption StopDeliveryStreamEncryption UpdateDestination'),
        on: ['audit-stream'],
      },
      { actions: of('kms', 'DeleteAlias UpdateAlias'), on: ['audit-alias'] },
      {
        actions: of('logs', 'AssociateKmsKey DisassociateKmsKey PutAccountPolicy PutSubscriptionFilter'),
        on: ['audit-log-group'],
      },
      {
        actions: of('s3', 'PutBucketLogging PutEncryptionConfiguration PutReplicationConfiguration'),
        on: ['audit-bucket'],
      },
    ],
  },
  {
    id: 'blinding',
    title: 'Blinding',
    description: 'Less is recorded, or nobody is told of it.',
    permissions: [
      { actions: of('cloudtrail', 'PutEventSelectors PutInsightSelectors') },
      { actions: of('logs', 'DeleteMetricFilter PutDataProtectionPolicy PutMetricFilter'), on: ['audit-log-group'] },
      {
        actions: of(
          'cloudwatch',
          `DeleteAlarms DeleteAnomalyDetector DisableAlarmActions PutAlarmMuteRule PutAnomalyDetector PutMetricAlarm
           SetAlarmState`,
        ),
        on: ['audit-alarm'],
      },
      { actions: of('events', 'DeleteRule DisableRule PutRule PutTargets RemoveTargets'), on: ['audit-rule'] },
      {
        actions: of(
          'lambda',
          'DeleteFunction PutFunctionConcurrency RemovePermission UpdateFunctionCode UpdateFunctionConfiguration',
        ),
        on: ['audit-function'],
      },
      {
        actions: of(
          'sns',
          'AddPermission DeleteTopic PutDataProtectionPolicy RemovePermission SetSubscriptionAttributes SetTopicAttributes Unsubscribe',
        ),
        on: ['audit-topic'],
      },
      { actions: of('kms', 'DisableKey PutKeyPolicy ScheduleKeyDeletion'), on: ['audit-topic-key'] },
      {
        actions: of(
          'iam',
          `DeleteRole DeleteRolePolicy DetachRolePolicy PutRolePermissionsBoundary PutRolePolicy
           UpdateAssumeRolePolicy`,
        ),
        on: ['audit-delivery-role'],
      },
    ],
  },
  {
    id: 'forging',
    title: 'Forging',
    description: 'What nobody did is recorded, or covers what was recorded.',
    permissions: [
      { actions: of('s3', 'PutObject'), on: ['audit-object'] },
      { actions: of('firehose', 'PutRecord PutRecordBatch'), on: ['audit-stream'] },
      // A stream of one's own that writes with the role of the record's.
      { actions: of('iam', 'PassRole'), on: ['audit-writer-role'] },
    ],
  },
];
