/** What is told at once: calls of APIs by their names in CloudTrail, or a condition of its own. */
export interface TamperSignal {
  /** Stable: the id of the construct, and what `notWatched` names. */
  readonly id: string;
  readonly title: string;
  /** Names of calls by event source. Tried ones count: a refused call is the trace of an attack. */
  readonly calls?: Readonly<Record<string, readonly string[]>>;
  /** Only calls about the buckets of the vault. */
  readonly onVaultBuckets?: boolean;
  /** What is no call, or not told by its name alone. */
  readonly special?: 'root' | 'console-without-mfa' | 'unauthorized';
}

const names = (list: string): readonly string[] => list.split(/\s+/);

/**
 * Tampering with the record as far as CloudTrail sees it, and the changes that the CIS benchmark asks to hear of.
 *
 * @see https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
 */
export const TAMPER_SIGNALS: readonly TamperSignal[] = [
  {
    id: 'Trail',
    title: 'A trail is stopped, deleted or changed',
    calls: {
      'cloudtrail.amazonaws.com': names(
        `CreateTrail DeleteEventDataStore DeleteTrail PutEventSelectors PutInsightSelectors StartLogging
         StopEventDataStoreIngestion StopLogging UpdateEventDataStore UpdateTrail`,
      ),
    },
  },
  {
    id: 'Bucket',
    title: 'The guards of an audit bucket are changed',
    calls: {
      's3.amazonaws.com': names(
        `DeleteBucket DeleteBucketEncryption DeleteBucketLifecycle DeleteBucketPolicy DeleteBucketReplication
         DeletePublicAccessBlock PutBucketAcl PutBucketEncryption PutBucketLifecycle PutBucketLifecycleConfiguration
         PutBucketLogging PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
         PutBucketPublicAccessBlock PutBucketReplication PutBucketVersioning`,
      ),
    },
    onVaultBuckets: true,
  },
  {
    id: 'Objects',
    title: 'Somebody tries to delete audit records, or to change how long they are kept',
    calls: {
      's3.amazonaws.com': names('DeleteObject DeleteObjects PutObjectLegalHold PutObjectRetention'),
    },
    onVaultBuckets: true,
  },
  {
    id: 'Keys',
    title: 'A key is disabled, deleted or given another policy',
    calls: {
      'kms.amazonaws.com': names('DeleteImportedKeyMaterial DisableKey PutKeyPolicy ScheduleKeyDeletion'),
    },
  },
  {
    id: 'LogGroups',
    title: 'Logs are deleted, kept for less time, or no longer counted',
    calls: {
      'logs.amazonaws.com': names(
        `DeleteLogGroup DeleteLogStream DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter
         DisassociateKmsKey PutLogGroupDeletionProtection PutMetricFilter PutRetentionPolicy`,
      ),
    },
  },
  {
    id: 'LogDelivery',
    title: 'Log groups are no longer sent to the record, or sent elsewhere as well',
    calls: {
      'firehose.amazonaws.com': names('DeleteDeliveryStream StopDeliveryStreamEncryption UpdateDestination'),
      'logs.amazonaws.com': names('DeleteAccountPolicy PutAccountPolicy PutDataProtectionPolicy PutSubscriptionFilter'),
    },
  },
  {
    id: 'Alarms',
    title: 'Alarms or what they are told to are switched off or changed',
    calls: {
      'monitoring.amazonaws.com': names('DeleteAlarms DisableAlarmActions PutMetricAlarm SetAlarmState'),
      'events.amazonaws.com': names('DeleteRule DisableRule PutRule PutTargets RemoveTargets'),
      'access-analyzer.amazonaws.com': names('CreateArchiveRule DeleteAnalyzer UpdateFindings'),
      'sns.amazonaws.com': names('AddPermission DeleteTopic RemovePermission SetTopicAttributes Unsubscribe'),
    },
  },
  { id: 'Root', title: 'The root user is used', special: 'root' },
  { id: 'ConsoleWithoutMfa', title: 'Somebody signs in to the console without MFA', special: 'console-without-mfa' },
  { id: 'Unauthorized', title: 'Calls are refused', special: 'unauthorized' },
  {
    id: 'Identities',
    title: 'Roles, users or policies are changed',
    calls: {
      'iam.amazonaws.com': names(
        `AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreateAccessKey CreateLoginProfile
         CreateOpenIDConnectProvider CreatePolicyVersion CreateRole CreateSAMLProvider CreateUser DeactivateMFADevice
         DeleteRolePermissionsBoundary DeleteRolePolicy DeleteUserPermissionsBoundary DetachRolePolicy PutGroupPolicy
         PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy SetDefaultPolicyVersion
         UpdateAssumeRolePolicy UpdateLoginProfile UpdateSAMLProvider`,
      ),
    },
  },
  {
    id: 'ApiPolicies',
    title: 'The policy or the methods of an API are changed',
    calls: {
      'apigateway.amazonaws.com': names(
        'CreateDeployment DeleteMethod DeleteRestApi PutMethod PutRestApi UpdateMethod UpdateRestApi UpdateStage',
      ),
    },
  },
  {
    id: 'Network',
    title: 'Gateways, routes, networks or their rules are changed',
    calls: {
      'ec2.amazonaws.com': names(
        `AttachInternetGateway AuthorizeSecurityGroupEgress AuthorizeSecurityGroupIngress CreateInternetGateway
         CreateNetworkAclEntry CreateRoute CreateSecurityGroup CreateVpcPeeringConnection DeleteFlowLogs
         DeleteNetworkAcl DeleteNetworkAclEntry DeleteRoute DeleteSecurityGroup DeleteVpc ModifyVpcAttribute
         ReplaceNetworkAclEntry ReplaceRoute RevokeSecurityGroupIngress`,
      ),
    },
  },
];
