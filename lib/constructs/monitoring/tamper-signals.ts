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
         DeleteBucketOwnershipControls DeleteBucketPublicAccessBlock PutBucketAcl PutBucketEncryption PutBucketRequestPayment
         PutBucketLifecycle PutBucketLifecycleConfiguration
         PutBucketLogging PutBucketObjectLockConfiguration PutBucketOwnershipControls PutBucketPolicy
         PutBucketPublicAccessBlock PutBucketReplication PutBucketVersioning`,
      ),
    },
    onVaultBuckets: true,
  },
  {
    id: 'Objects',
    title: 'Somebody tries to delete audit records, or to change how long or under which key they are kept',
    calls: {
      's3.amazonaws.com': names(
        'DeleteObject DeleteObjects PutObjectLegalHold PutObjectRetention UpdateObjectEncryption',
      ),
    },
    onVaultBuckets: true,
  },
  {
    id: 'Keys',
    title: 'A key is disabled, deleted, or given another policy or alias, or loses tags',
    calls: {
      'kms.amazonaws.com': names(
        'DeleteAlias DeleteImportedKeyMaterial DisableKey PutKeyPolicy ScheduleKeyDeletion UntagResource UpdateAlias',
      ),
    },
  },
  {
    id: 'LogGroups',
    title: 'Logs are deleted, kept for less time, or no longer counted',
    calls: {
      'logs.amazonaws.com': names(
        `AssociateKmsKey DeleteLogGroup DeleteLogStream DeleteMetricFilter DeleteRetentionPolicy DeleteSubscriptionFilter
         DisassociateKmsKey PutLogGroupDeletionProtection PutMetricFilter PutRetentionPolicy`,
      ),
    },
  },
  {
    id: 'LogDelivery',
    title: 'Log groups are no longer sent to the record, or sent elsewhere as well',
    calls: {
      'firehose.amazonaws.com': names(
        'DeleteDeliveryStream StartDeliveryStreamEncryption StopDeliveryStreamEncryption UpdateDestination',
      ),
      'logs.amazonaws.com': names('DeleteAccountPolicy PutAccountPolicy PutDataProtectionPolicy PutSubscriptionFilter'),
    },
  },
  {
    id: 'Alarms',
    title: 'Alarms or what they are told to are switched off or changed',
    calls: {
      'monitoring.amazonaws.com': names(
        `DeleteAlarms DeleteAnomalyDetector DisableAlarmActions PutAlarmMuteRule PutAnomalyDetector PutCompositeAlarm
         PutMetricAlarm SetAlarmState`,
      ),
      'events.amazonaws.com': names('DeleteRule DisableRule PutRule PutTargets RemoveTargets'),
      'access-analyzer.amazonaws.com': names(
        'ApplyArchiveRule CreateArchiveRule DeleteAnalyzer UpdateAnalyzer UpdateArchiveRule UpdateFindings',
      ),
      'securityhub.amazonaws.com': names(
        `BatchUpdateAutomationRules CreateAutomationRule CreateAutomationRuleV2 DisableImportFindingsForProduct
         DisableSecurityHub DisableSecurityHubV2 UpdateAutomationRuleV2`,
      ),
      'sns.amazonaws.com': names(
        `AddPermission DeleteTopic PutDataProtectionPolicy RemovePermission SetSubscriptionAttributes SetTopicAttributes
         Subscribe Unsubscribe`,
      ),
    },
  },
  {
    id: 'Functions',
    title: 'A function is deleted, stopped, no longer invoked, or given other code or settings',
    calls: {
      // CloudTrail ends these names with the version of the API.
      'lambda.amazonaws.com': names(
        `DeleteFunction20150331 PutFunctionConcurrency20171031 RemovePermission20150331v2 UpdateFunctionCode20150331v2
         UpdateFunctionConfiguration20150331v2`,
      ),
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
        `AddClientIDToOpenIDConnectProvider AddRoleToInstanceProfile AddUserToGroup AttachGroupPolicy AttachRolePolicy
         AttachUserPolicy CreateAccessKey CreateLoginProfile CreateOpenIDConnectProvider CreatePolicy CreatePolicyVersion
         CreateRole CreateSAMLProvider CreateServiceSpecificCredential CreateUser DeactivateMFADevice
         DeleteAccountPasswordPolicy DeleteGroupPolicy DeleteOpenIDConnectProvider DeletePolicy DeletePolicyVersion DeleteRole
         DeleteRolePermissionsBoundary DeleteRolePolicy DeleteSAMLProvider DeleteUserPermissionsBoundary DeleteUserPolicy
         DeleteVirtualMFADevice DetachGroupPolicy DetachRolePolicy DetachUserPolicy EnableMFADevice PutGroupPolicy
         PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary PutUserPolicy ResetServiceSpecificCredential
         ResyncMFADevice SetDefaultPolicyVersion TagRole TagUser UntagRole UntagUser UpdateAccessKey
         UpdateAccountPasswordPolicy UpdateAssumeRolePolicy UpdateLoginProfile UpdateOpenIDConnectProviderThumbprint
         UpdateRole UpdateSAMLProvider UpdateServiceSpecificCredential UpdateUser UploadSSHPublicKey UploadSigningCertificate`,
      ),
      'rolesanywhere.amazonaws.com': names(
        'CreateProfile CreateTrustAnchor EnableProfile EnableTrustAnchor UpdateProfile UpdateTrustAnchor',
      ),
    },
  },
  {
    id: 'ApiPolicies',
    title: 'An API, its policy, methods, routes, authorizers, integrations or stages are changed',
    calls: {
      'apigateway.amazonaws.com': names(
        // Those of REST APIs, and those of HTTP and WebSocket APIs, which have one event source and names in common.
        `CreateApi CreateApiMapping CreateAuthorizer CreateBasePathMapping CreateDeployment CreateIntegration CreateRoute
         CreateStage DeleteApi DeleteAuthorizer DeleteIntegration DeleteMethod DeleteRestApi DeleteRoute DeleteStage
         ImportApi PutIntegration PutMethod PutRestApi ReimportApi UpdateApi UpdateAuthorizer UpdateDeployment
         UpdateIntegration UpdateMethod UpdateRestApi UpdateRoute UpdateStage`,
      ),
    },
  },
  {
    id: 'Network',
    title: 'Gateways, routes, networks or their rules are changed',
    calls: {
      'ec2.amazonaws.com': names(
        `AcceptVpcPeeringConnection AssociateRouteTable AttachInternetGateway AuthorizeSecurityGroupEgress
         AuthorizeSecurityGroupIngress CreateCustomerGateway CreateInternetGateway CreateNetworkAcl CreateNetworkAclEntry
         CreateRoute CreateRouteTable CreateSecurityGroup CreateVpc CreateVpcPeeringConnection DeleteCustomerGateway
         DeleteFlowLogs DeleteInternetGateway DeleteNetworkAcl DeleteNetworkAclEntry DeleteRoute DeleteRouteTable
         DeleteSecurityGroup DeleteVpc DeleteVpcPeeringConnection DetachInternetGateway DisassociateRouteTable
         ModifyVpcAttribute RejectVpcPeeringConnection ReplaceNetworkAclAssociation ReplaceNetworkAclEntry ReplaceRoute
         ReplaceRouteTableAssociation RevokeSecurityGroupEgress RevokeSecurityGroupIngress`,
      ),
    },
  },
];
