import type { DutyDefinition } from '../../model/separation';
import { TAMPERING_KINDS } from './tampering-kinds';

/** Actions of one service: `of('iam', 'CreateRole PutRolePolicy')`. */
const of = (service: string, names: string): readonly string[] =>
  names.split(/\s+/).map((name) => `${service}:${name}`);

/** Secrets of other stacks, by what a policy says of them. */
const ANY_SECRET = 'arn:*:secretsmanager:*:*:secret:*';

/**
 * The built-in duties. What is not in a list is not the duty, and on purpose: describing and listing are none; passing a
 * role is deployment's tool and no provisioning; reading metrics' settings is not watching; deleting single records is
 * an application's work and no destruction of data; reading a secret in order to rotate it is not using it.
 */
export const BUILT_IN_DUTIES: readonly DutyDefinition[] = [
  {
    id: 'access-provisioning',
    title: 'Access provisioning',
    description:
      'Decides who may do what: writes policies, trust and boundaries of identities, makes identities and credentials for others, and changes who may call an API.',
    permissions: [
      {
        actions: [
          ...of(
            'iam',
            `AddUserToGroup AttachGroupPolicy AttachRolePolicy AttachUserPolicy CreateOpenIDConnectProvider
             CreatePolicyVersion CreateRole CreateSAMLProvider CreateUser DeleteRolePermissionsBoundary
             DeleteRolePolicy DeleteUserPermissionsBoundary DeleteUserPolicy DetachGroupPolicy DetachRolePolicy
             DetachUserPolicy PutGroupPolicy PutRolePermissionsBoundary PutRolePolicy PutUserPermissionsBoundary
             PutUserPolicy SetDefaultPolicyVersion UpdateAssumeRolePolicy UpdateSAMLProvider`,
          ),
          ...of('sso', 'AttachManagedPolicyToPermissionSet CreateAccountAssignment PutInlinePolicyToPermissionSet'),
          ...of('organizations', 'AttachPolicy DetachPolicy UpdatePolicy'),
          'apigateway:UpdateRestApiPolicy',
        ],
      },
      // One's own password and access keys are everybody's own business.
      { actions: of('iam', 'CreateAccessKey CreateLoginProfile UpdateLoginProfile'), on: ['other-identity'] },
    ],
  },
  {
    id: 'deployment',
    title: 'Deployment',
    description: 'Changes what runs: code, its configuration, stacks, stages and releases.',
    permissions: [
      {
        actions: [
          ...of('cloudformation', 'CreateStack CreateStackInstances ExecuteChangeSet UpdateStack UpdateStackInstances'),
          ...of('lambda', 'CreateFunction UpdateAlias UpdateFunctionCode UpdateFunctionConfiguration'),
          ...of('ecs', 'CreateService UpdateService'),
          ...of('codedeploy', 'CreateDeployment'),
          ...of('codepipeline', 'StartPipelineExecution UpdatePipeline'),
          ...of('states', 'UpdateStateMachine'),
          ...of('apprunner', 'StartDeployment UpdateService'),
          ...of('elasticbeanstalk', 'UpdateEnvironment'),
          ...of('amplify', 'StartDeployment'),
        ],
      },
      {
        actions: of('apigateway', 'PATCH POST PUT'),
        on: ['arn:*:apigateway:*::/apis/*', 'arn:*:apigateway:*::/restapis/*'],
      },
      { actions: ['sts:AssumeRole'], on: ['arn:*:iam::*:role/cdk-*-deploy-role-*'] },
    ],
  },
  {
    id: 'monitoring',
    title: 'Monitoring',
    description: 'Watches the system run: reads metrics, dashboards and traces, follows logs live.',
    permissions: [
      {
        actions: [
          ...of(
            'cloudwatch',
            'GetDashboard GetInsightRuleReport GetMetricData GetMetricStatistics GetMetricWidgetImage',
          ),
          ...of('logs', 'StartLiveTail'),
          ...of('xray', 'BatchGetTraces GetTraceSummaries'),
        ],
      },
    ],
  },
  {
    id: 'audit-reading',
    title: 'Audit reading',
    description: 'Reads the audit record: its bucket, the log groups of trails and of API access, the event history.',
    permissions: [
      { actions: of('cloudtrail', 'GetQueryResults LookupEvents StartQuery') },
      { actions: of('s3', 'GetObject GetObjectVersion'), on: ['audit-object'] },
      { actions: of('logs', 'FilterLogEvents GetLogEvents StartLiveTail StartQuery'), on: ['audit-log-group'] },
    ],
  },
  {
    id: 'audit-tampering',
    title: 'Audit tampering',
    description:
      'Deletes, shortens, stops, diverts, blinds or forges the audit record: its trails, bucket, objects, key, log groups, delivery, alarms and their topics.',
    permissions: TAMPERING_KINDS.flatMap(({ permissions }) => permissions),
  },
  {
    id: 'api-reading',
    title: 'API reading',
    description: 'Calls GET or HEAD of an endpoint that asks for IAM credentials.',
    permissions: [{ actions: ['execute-api:Invoke'], on: ['read-endpoint'] }],
  },
  {
    id: 'api-writing',
    title: 'API writing',
    description: 'Calls any other verb of an endpoint that asks for IAM credentials.',
    permissions: [{ actions: ['execute-api:Invoke'], on: ['write-endpoint'] }],
  },
  {
    id: 'high-value-api-reading',
    title: 'API reading of high value',
    description: 'Calls GET or HEAD of an endpoint that was declared to be of high value.',
    permissions: [{ actions: ['execute-api:Invoke'], on: ['high-value-read-endpoint'] }],
  },
  {
    id: 'high-value-api-writing',
    title: 'API writing of high value',
    description: 'Calls any other verb of an endpoint that was declared to be of high value.',
    permissions: [{ actions: ['execute-api:Invoke'], on: ['high-value-write-endpoint'] }],
  },
  {
    id: 'credential-use',
    title: 'Credential use',
    description: 'Reads the value of a secret, unless to rotate it.',
    permissions: [{ actions: ['secretsmanager:GetSecretValue'], on: ['secret', ANY_SECRET] }],
  },
  {
    id: 'credential-rotation',
    title: 'Credential rotation',
    description: 'Decides what the value of a secret is and when it changes.',
    permissions: [
      {
        actions: of(
          'secretsmanager',
          'CancelRotateSecret PutSecretValue RotateSecret UpdateSecret UpdateSecretVersionStage',
        ),
        on: ['secret', ANY_SECRET],
      },
    ],
  },
  {
    id: 'key-administration',
    title: 'Key administration',
    description: 'Decides who may use a key, and whether it is there at all.',
    permissions: [
      {
        actions: of(
          'kms',
          'DeleteImportedKeyMaterial DisableKey DisableKeyRotation ImportKeyMaterial PutKeyPolicy ScheduleKeyDeletion',
        ),
        on: ['key'],
      },
    ],
  },
  {
    id: 'key-use',
    title: 'Key use',
    description: 'Encrypts, decrypts, signs or makes data keys with a key.',
    permissions: [
      {
        actions: of(
          'kms',
          'Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext GenerateMac ReEncryptFrom ReEncryptTo Sign',
        ),
        on: ['key'],
      },
    ],
  },
  {
    id: 'approval',
    title: 'Approval',
    description: 'Says yes to what somebody else wants to do: a release, a merge, a run that waits for it.',
    permissions: [
      {
        actions: [
          ...of('codecommit', 'OverridePullRequestApprovalRules UpdatePullRequestApprovalState'),
          ...of('codepipeline', 'OverrideStageCondition PutApprovalResult'),
          ...of('ssm', 'SendAutomationSignal'),
        ],
      },
    ],
  },
  {
    id: 'data-destruction',
    title: 'Data destruction',
    description: 'Deletes whole stores of data, their backups, or the keys that make them readable.',
    permissions: [
      {
        actions: [
          ...of('backup', 'DeleteBackupVault DeleteRecoveryPoint'),
          ...of('cognito-idp', 'DeleteUserPool'),
          ...of('dynamodb', 'DeleteBackup DeleteTable'),
          ...of('ec2', 'DeleteSnapshot DeleteVolume'),
          ...of('elasticfilesystem', 'DeleteFileSystem'),
          ...of('kms', 'DeleteImportedKeyMaterial ScheduleKeyDeletion'),
          ...of('rds', 'DeleteDBCluster DeleteDBClusterSnapshot DeleteDBInstance DeleteDBSnapshot'),
          ...of('s3', 'DeleteBucket DeleteObjectVersion'),
          ...of('secretsmanager', 'DeleteSecret'),
          ...of('sqs', 'DeleteQueue PurgeQueue'),
        ],
      },
    ],
  },
];
