/** What no deployment ever has to do: it stops, blinds or silences a record, or takes its locks away, whichever it is. */
export const AUDIT_STOPPING = [
  'cloudtrail:Delete*',
  'cloudtrail:DeregisterOrganizationDelegatedAdmin',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:PutInsightSelectors',
  'cloudtrail:Stop*',
  'cloudtrail:Update*',
  'cloudwatch:DisableAlarmActions',
  'config:Delete*',
  'config:StopConfigurationRecorder',
  'guardduty:Delete*',
  'guardduty:Disassociate*',
  'guardduty:StopMonitoringMembers',
  'kms:DeleteImportedKeyMaterial',
  's3:BypassGovernanceRetention',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
];

/** What deployments do to buckets, keys, log groups and alarms of their own every day, and must not do to a record. */
const AUDIT_CHANGES = [
  'cloudwatch:DeleteAlarms',
  'cloudwatch:PutAlarmMuteRule',
  'firehose:DeleteDeliveryStream',
  'firehose:StartDeliveryStreamEncryption',
  'firehose:StopDeliveryStreamEncryption',
  'firehose:UpdateDestination',
  'kms:DisableKey*',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'logs:AssociateKmsKey',
  'logs:Delete*',
  'logs:DisassociateKmsKey',
  'logs:PutLogGroupDeletionProtection',
  'logs:PutRetentionPolicy',
  's3:DeleteBucketPolicy',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutReplicationConfiguration',
];

/**
 * What stops, shortens, blinds or silences the record and its alarms: AWS-wide, on every resource, so that a record
 * which nobody named is guarded too.
 */
export const AUDIT_TAMPERING = [...AUDIT_STOPPING, ...AUDIT_CHANGES].sort();

/** Every change of what is known to be the record's: its buckets and objects, key, log group, alarms, and delivery. */
export const RECORD_CHANGES = [
  'cloudwatch:DeleteAlarms',
  'cloudwatch:PutAlarmMuteRule',
  'cloudwatch:PutMetricAlarm',
  'cloudwatch:SetAlarmState',
  'firehose:*',
  'iam:*RolePermissionsBoundary',
  'iam:*RolePolicy',
  'iam:DeleteRole',
  'iam:UpdateAssumeRolePolicy',
  'kms:DisableKey*',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'logs:AssociateKmsKey',
  'logs:Delete*',
  'logs:DisassociateKmsKey',
  'logs:Put*',
  's3:Delete*',
  's3:Put*',
  's3:UpdateObjectEncryption',
];

/** Reading what is recorded: no deployment has to. */
export const RECORD_READING = [
  'logs:FilterLogEvents',
  'logs:GetLogEvents',
  'logs:GetLogRecord',
  'logs:StartLiveTail',
  'logs:StartQuery',
  's3:GetObject*',
];

/** What takes the sound out of an alarm by events. */
export const SILENCING = [
  'events:DeleteRule',
  'events:DisableRule',
  'events:PutRule',
  'events:PutTargets',
  'events:RemoveTargets',
  'sns:AddPermission',
  'sns:DeleteTopic',
  'sns:PutDataProtectionPolicy',
  'sns:RemovePermission',
  'sns:SetSubscriptionAttributes',
  'sns:SetTopicAttributes',
  'sns:Unsubscribe',
];
