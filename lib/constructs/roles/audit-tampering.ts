/**
 * What stops, shortens, blinds or silences the record and its alarms: AWS-wide, on every resource, so that a record
 * which nobody named is guarded too.
 */
export const AUDIT_TAMPERING = [
  'cloudtrail:Delete*',
  'cloudtrail:DeregisterOrganizationDelegatedAdmin',
  'cloudtrail:PutEventSelectors',
  'cloudtrail:PutInsightSelectors',
  'cloudtrail:Stop*',
  'cloudtrail:Update*',
  'cloudwatch:DeleteAlarms',
  'cloudwatch:DisableAlarmActions',
  'config:Delete*',
  'config:StopConfigurationRecorder',
  'guardduty:Delete*',
  'guardduty:Disassociate*',
  'guardduty:StopMonitoringMembers',
  'kms:DeleteImportedKeyMaterial',
  'kms:DisableKey*',
  'kms:PutKeyPolicy',
  'kms:ScheduleKeyDeletion',
  'logs:Delete*',
  'logs:DisassociateKmsKey',
  'logs:PutLogGroupDeletionProtection',
  'logs:PutRetentionPolicy',
  's3:BypassGovernanceRetention',
  's3:DeleteBucketPolicy',
  's3:PutBucketLogging',
  's3:PutBucketObjectLockConfiguration',
  's3:PutBucketPolicy',
  's3:PutBucketVersioning',
  's3:PutLifecycleConfiguration',
  's3:PutObjectLegalHold',
  's3:PutObjectRetention',
  's3:PutReplicationConfiguration',
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
  'sns:RemovePermission',
  'sns:SetSubscriptionAttributes',
  'sns:SetTopicAttributes',
  'sns:Unsubscribe',
];
