import type { Ask, Need, TargetKind, Technique } from './technique';

type Actions = string | readonly string[];
type Extra = Partial<Pick<Technique, 'exists' | 'doubt' | 'shown' | 'profile'>>;

const list = (actions: Actions): readonly string[] => (typeof actions === 'string' ? [actions] : actions);
const on = (actions: Actions, about?: Ask['about']): Ask => ({
  actions: list(actions),
  on: 'target',
  ...(about === undefined ? {} : { about }),
});
const any = (actions: Actions, about?: Ask['about']): Ask => ({ ...on(actions, about), on: 'anything' });

/** Hands the role to a new or changed resource of a service; `calls` in the same call, `then` by whomever. */
function pass(
  id: string,
  references: readonly string[],
  services: Actions,
  calls: readonly Actions[],
  then: readonly Actions[] = [],
  extra: Extra = {},
): Technique {
  const handOver: Need = [on('iam:PassRole', 'pass'), ...calls.map((each) => any(each))];
  return {
    id,
    references,
    target: 'role',
    needs: [handOver, ...then.map((each) => [any(each)])],
    gain: 'become',
    services: list(services),
    ...extra,
  };
}

/** Takes over something that runs with a role already. */
function control(
  id: string,
  references: readonly string[],
  target: TargetKind,
  asks: readonly Ask[],
  extra: Extra = {},
): Technique {
  return { id, references, target, needs: asks.map((each) => [each]), gain: 'become', ...extra };
}

/** One call on the target. */
function call(
  id: string,
  references: readonly string[],
  target: TargetKind,
  gain: Technique['gain'],
  actions: Actions,
  extra: Extra & { readonly about?: Ask['about'] } = {},
): Technique {
  const { about, ...rest } = extra;
  return { id, references, target, needs: [[on(actions, about)]], gain, ...rest };
}

const EC2 = 'ec2.amazonaws.com';
const TASKS = 'ecs-tasks.amazonaws.com';
const LAMBDA = 'lambda.amazonaws.com';
const CODEBUILD = 'codebuild.amazonaws.com';
const GLUE = 'glue.amazonaws.com';
const SAGEMAKER = 'sagemaker.amazonaws.com';
const CLOUDFORMATION = 'cloudformation.amazonaws.com';
const PROFILE: Extra = { profile: true };
const NETWORK = { doubt: 'whether the instance can be reached by network and login' };
const LATER = { doubt: 'when the code is next deployed or pulled' };
const STACK = { doubt: 'whether a stack has the role as its service role' };
const RESTRICTED = { doubt: 'which targets the service can call with the role' };

const ASSUME: readonly Technique[] = [
  call('sts-assume-role', ['sts-001'], 'role', 'become', 'sts:AssumeRole'),
  {
    ...call('cdk-deploy-role', ['cand-cdk-deploy-role'], 'cdk-deploy-role', 'cdk-bootstrap', 'sts:AssumeRole'),
    doubt: 'the policies of the bootstrap stack, which by default make its execution role an administrator',
  },
  {
    id: 'cdk-exec-role',
    references: ['cand-cdk-deploy-role'],
    target: 'cdk-exec-role',
    needs: [
      [
        on('iam:PassRole', 'pass'),
        any(['cloudformation:CreateStack', 'cloudformation:UpdateStack', 'cloudformation:CreateChangeSet']),
      ],
    ],
    gain: 'cdk-bootstrap',
    services: [CLOUDFORMATION],
    doubt: 'the policies of the bootstrap stack, which by default make its execution role an administrator',
  },
];

const IDENTITIES: readonly Technique[] = [
  call('iam-create-access-key', ['iam-002', 'iam-003', 'iam-015', 'iam-018'], 'user', 'become', 'iam:CreateAccessKey'),
  call('iam-create-login', ['iam-004'], 'user', 'become', 'iam:CreateLoginProfile'),
  call('iam-update-login', ['iam-006'], 'user', 'become', 'iam:UpdateLoginProfile', {
    doubt: 'whether the user has a password',
  }),
  call(
    'iam-update-trust',
    ['iam-012', 'iam-019', 'iam-020', 'iam-021'],
    'role',
    'become',
    'iam:UpdateAssumeRolePolicy',
  ),
  call('iam-put-role-policy', ['iam-005', 'iam-017', 'iam-021'], 'role', 'write-policies', 'iam:PutRolePolicy'),
  call('iam-attach-role-policy', ['iam-009', 'iam-014', 'iam-019'], 'role', 'write-policies', 'iam:AttachRolePolicy', {
    about: 'attach-administrator',
  }),
  call('iam-put-user-policy', ['iam-007', 'iam-018'], 'user', 'write-policies', 'iam:PutUserPolicy'),
  call('iam-attach-user-policy', ['iam-008', 'iam-015'], 'user', 'write-policies', 'iam:AttachUserPolicy', {
    about: 'attach-administrator',
  }),
  call('iam-put-group-policy', ['iam-011'], 'AWS::IAM::Group', 'write-policies', 'iam:PutGroupPolicy'),
  call('iam-attach-group-policy', ['iam-010'], 'AWS::IAM::Group', 'write-policies', 'iam:AttachGroupPolicy', {
    about: 'attach-administrator',
  }),
  call('iam-add-user-to-group', ['iam-013'], 'AWS::IAM::Group', 'join-group', 'iam:AddUserToGroup'),
  call(
    'iam-new-policy-version',
    ['iam-001', 'iam-016', 'iam-020'],
    'AWS::IAM::ManagedPolicy',
    'write-policies',
    'iam:CreatePolicyVersion',
  ),
  call(
    'iam-old-policy-version',
    ['rhino-02'],
    'AWS::IAM::ManagedPolicy',
    'write-policies',
    'iam:SetDefaultPolicyVersion',
    { doubt: 'whether the policy has an older, wider version' },
  ),
  call('saml-update-provider', ['cand-saml-update'], 'AWS::IAM::SAMLProvider', 'become', 'iam:UpdateSAMLProvider'),
  call(
    'oidc-update-thumbprint',
    ['cand-oidc-thumb'],
    'AWS::IAM::OIDCProvider',
    'become',
    'iam:UpdateOpenIDConnectProviderThumbprint',
    { doubt: 'whether AWS still asks for the thumbprint of this provider' },
  ),
];

const GUARDS: readonly Technique[] = [
  call(
    'iam-delete-role-boundary',
    ['htc-DeleteRolePermissionsBoundary'],
    'role',
    'lift-boundary',
    'iam:DeleteRolePermissionsBoundary',
  ),
  call(
    'iam-put-role-boundary',
    ['htc-PutRolePermissionsBoundary'],
    'role',
    'lift-boundary',
    'iam:PutRolePermissionsBoundary',
    { about: 'replace-boundary' },
  ),
  call(
    'iam-delete-user-boundary',
    ['htc-DeleteUserPermissionsBoundary'],
    'user',
    'lift-boundary',
    'iam:DeleteUserPermissionsBoundary',
  ),
  call(
    'iam-put-user-boundary',
    ['htc-PutUserPermissionsBoundary'],
    'user',
    'lift-boundary',
    'iam:PutUserPermissionsBoundary',
    { about: 'replace-boundary' },
  ),
  call('iam-delete-role-policy', ['htc-DeleteRolePolicy'], 'role', 'lift-inline-denies', 'iam:DeleteRolePolicy'),
  call('iam-delete-user-policy', ['htc-DeleteUserPolicy'], 'user', 'lift-inline-denies', 'iam:DeleteUserPolicy'),
  call('iam-detach-role-policy', ['htc-DetachRolePolicy'], 'role', 'lift-managed-denies', 'iam:DetachRolePolicy'),
  call('iam-detach-user-policy', ['htc-DetachUserPolicy'], 'user', 'lift-managed-denies', 'iam:DetachUserPolicy'),
];

const CREATE: readonly Technique[] = [
  {
    id: 'iam-new-administrator-user',
    references: ['stratus-create-admin-user'],
    target: 'account',
    needs: [
      [any('iam:CreateUser', 'no-boundary')],
      [any(['iam:AttachUserPolicy', 'iam:PutUserPolicy'], 'attach-administrator')],
      [any(['iam:CreateAccessKey', 'iam:CreateLoginProfile'], 'no-boundary')],
    ],
    gain: 'administer',
  },
  {
    id: 'iam-new-administrator-role',
    references: ['stratus-create-backdoor-role'],
    target: 'account',
    needs: [
      [any('iam:CreateRole', 'no-boundary')],
      [any(['iam:AttachRolePolicy', 'iam:PutRolePolicy'], 'attach-administrator')],
    ],
    gain: 'administer',
  },
];

const NEW_COMPUTE: readonly Technique[] = [
  pass('lambda-new-invoke', ['lambda-001'], LAMBDA, ['lambda:CreateFunction'], ['lambda:InvokeFunction']),
  pass('lambda-new-trigger', ['lambda-002'], LAMBDA, ['lambda:CreateFunction'], ['lambda:CreateEventSourceMapping']),
  pass('lambda-new-permission', ['lambda-006'], LAMBDA, ['lambda:CreateFunction'], ['lambda:AddPermission']),
  pass('apprunner-new-service', ['apprunner-001'], 'tasks.apprunner.amazonaws.com', ['apprunner:CreateService']),
  pass(
    'bedrock-new-interpreter',
    ['bedrock-001'],
    'bedrock-agentcore.amazonaws.com',
    ['bedrock-agentcore:CreateCodeInterpreter'],
    ['bedrock-agentcore:StartCodeInterpreterSession', 'bedrock-agentcore:InvokeCodeInterpreter'],
  ),
  pass('cloudformation-new-stack', ['cloudformation-001'], CLOUDFORMATION, ['cloudformation:CreateStack']),
  pass(
    'cloudformation-new-stack-set',
    ['cloudformation-003'],
    CLOUDFORMATION,
    ['cloudformation:CreateStackSet'],
    ['cloudformation:CreateStackInstances'],
  ),
  pass(
    'cloudformation-pass-update-set',
    ['cloudformation-004'],
    CLOUDFORMATION,
    ['cloudformation:UpdateStackSet'],
    [],
    {
      exists: 'AWS::CloudFormation::StackSet',
    },
  ),
  pass(
    'cloudformation-pass-change-set',
    ['cloudformation-005'],
    CLOUDFORMATION,
    ['cloudformation:CreateChangeSet'],
    ['cloudformation:ExecuteChangeSet'],
  ),
  pass('cloudformation-pass-update', ['pmapper-cfn-update-pass'], CLOUDFORMATION, ['cloudformation:UpdateStack']),
  pass('codebuild-new-build', ['codebuild-001'], CODEBUILD, ['codebuild:CreateProject'], ['codebuild:StartBuild']),
  pass('codebuild-new-batch', ['codebuild-004'], CODEBUILD, ['codebuild:CreateProject'], ['codebuild:StartBuildBatch']),
  pass(
    'codebuild-pass-update',
    ['pmapper-codebuild-update'],
    CODEBUILD,
    ['codebuild:UpdateProject'],
    [['codebuild:StartBuild', 'codebuild:StartBuildBatch']],
    { exists: 'AWS::CodeBuild::Project' },
  ),
  pass(
    'datapipeline-new-pipeline',
    ['datapipeline-001'],
    ['datapipeline.amazonaws.com', 'elasticmapreduce.amazonaws.com'],
    ['datapipeline:PutPipelineDefinition'],
    ['datapipeline:CreatePipeline', 'datapipeline:ActivatePipeline'],
  ),
  pass('ec2-new-instance', ['ec2-001'], EC2, ['ec2:RunInstances'], [], PROFILE),
  pass('ec2-new-spot-instance', ['ec2-003'], EC2, ['ec2:RequestSpotInstances'], [], PROFILE),
  pass(
    'ec2-associate-profile',
    ['pmapper-ec2-assoc-profile'],
    EC2,
    [['ec2:AssociateIamInstanceProfile', 'ec2:ReplaceIamInstanceProfileAssociation']],
    ['ec2:RunInstances'],
    PROFILE,
  ),
  pass(
    'ec2-new-profile',
    ['pmapper-ec2-new-profile'],
    EC2,
    ['iam:AddRoleToInstanceProfile', 'ec2:RunInstances'],
    ['iam:CreateInstanceProfile'],
  ),
  pass(
    'autoscaling-new-configuration',
    ['htc-asg-lc'],
    EC2,
    ['autoscaling:CreateLaunchConfiguration'],
    [['autoscaling:CreateAutoScalingGroup', 'autoscaling:UpdateAutoScalingGroup']],
    PROFILE,
  ),
  pass(
    'autoscaling-new-template',
    ['htc-asg-lt'],
    EC2,
    [['autoscaling:CreateAutoScalingGroup', 'autoscaling:UpdateAutoScalingGroup']],
    ['ec2:CreateLaunchTemplate'],
    PROFILE,
  ),
  pass(
    'ecs-new-cluster-service',
    ['ecs-001'],
    TASKS,
    ['ecs:RegisterTaskDefinition'],
    ['ecs:CreateCluster', 'ecs:CreateService'],
  ),
  pass(
    'ecs-new-cluster-task',
    ['ecs-002'],
    TASKS,
    ['ecs:RegisterTaskDefinition'],
    ['ecs:CreateCluster', 'ecs:RunTask'],
  ),
  pass('ecs-new-service', ['ecs-003'], TASKS, ['ecs:RegisterTaskDefinition'], ['ecs:CreateService'], {
    exists: 'AWS::ECS::Cluster',
  }),
  pass('ecs-new-task', ['ecs-004'], TASKS, ['ecs:RegisterTaskDefinition'], ['ecs:RunTask'], {
    exists: 'AWS::ECS::Cluster',
  }),
  pass('ecs-start-task', ['ecs-005'], TASKS, ['ecs:RegisterTaskDefinition'], ['ecs:StartTask'], {
    doubt: 'whether the cluster has container instances',
  }),
  pass(
    'ecs-own-container-instance',
    ['ecs-007'],
    TASKS,
    ['ecs:StartTask'],
    ['ecs:RegisterContainerInstance', 'ecs:DeregisterContainerInstance'],
    { exists: 'AWS::ECS::TaskDefinition' },
  ),
  pass('ecs-override-run', ['ecs-008'], TASKS, ['ecs:RunTask'], [], { exists: 'AWS::ECS::TaskDefinition' }),
  pass('ecs-override-start', ['ecs-009'], TASKS, ['ecs:StartTask'], [], {
    doubt: 'whether the cluster has container instances',
  }),
  pass('glue-new-endpoint', ['glue-001'], GLUE, ['glue:CreateDevEndpoint']),
  pass('glue-new-job', ['glue-003'], GLUE, ['glue:CreateJob'], ['glue:StartJobRun']),
  pass('glue-new-job-trigger', ['glue-004'], GLUE, ['glue:CreateJob'], ['glue:CreateTrigger']),
  pass('glue-pass-job', ['glue-005'], GLUE, ['glue:UpdateJob'], ['glue:StartJobRun'], { exists: 'AWS::Glue::Job' }),
  pass('glue-pass-job-trigger', ['glue-006'], GLUE, ['glue:UpdateJob'], ['glue:CreateTrigger'], {
    exists: 'AWS::Glue::Job',
  }),
  pass('glue-new-session', ['glue-007'], GLUE, ['glue:CreateSession'], ['glue:RunStatement']),
  pass('sagemaker-new-notebook', ['sagemaker-001'], SAGEMAKER, ['sagemaker:CreateNotebookInstance']),
  pass('sagemaker-new-training', ['sagemaker-002'], SAGEMAKER, ['sagemaker:CreateTrainingJob']),
  pass('sagemaker-new-processing', ['sagemaker-003'], SAGEMAKER, ['sagemaker:CreateProcessingJob']),
  pass(
    'rolesanywhere-new-profile',
    ['stratus-rolesanywhere'],
    'rolesanywhere.amazonaws.com',
    ['rolesanywhere:CreateProfile'],
    ['rolesanywhere:CreateTrustAnchor'],
  ),
  pass(
    'states-new-machine',
    ['cand-sfn'],
    'states.amazonaws.com',
    ['states:CreateStateMachine'],
    ['states:StartExecution'],
  ),
  pass('scheduler-new-schedule', ['cand-scheduler'], 'scheduler.amazonaws.com', ['scheduler:CreateSchedule']),
  pass(
    'events-new-rule',
    ['cand-events'],
    'events.amazonaws.com',
    ['events:PutTargets'],
    ['events:PutRule'],
    RESTRICTED,
  ),
  pass('pipes-new-pipe', ['cand-pipes'], 'pipes.amazonaws.com', ['pipes:CreatePipe'], [], RESTRICTED),
  pass('ssm-automation', ['cand-ssm-automation'], 'ssm.amazonaws.com', ['ssm:StartAutomationExecution']),
  pass('batch-new-job', ['cand-batch'], TASKS, ['batch:RegisterJobDefinition'], ['batch:SubmitJob']),
  pass('emr-new-cluster', ['cand-emr'], [EC2, 'elasticmapreduce.amazonaws.com'], ['elasticmapreduce:RunJobFlow']),
  pass(
    'cognito-identity-roles',
    ['cand-cognito-idpool'],
    'cognito-identity.amazonaws.com',
    ['cognito-identity:SetIdentityPoolRoles'],
    [],
    { exists: 'AWS::Cognito::IdentityPool' },
  ),
];

const FUNCTION: TargetKind = 'AWS::Lambda::Function';
const EXISTING_COMPUTE: readonly Technique[] = [
  control('lambda-update-code', ['lambda-003'], FUNCTION, [on('lambda:UpdateFunctionCode')], { shown: 'triggered' }),
  control('lambda-update-code-invoke', ['lambda-004'], FUNCTION, [
    on('lambda:UpdateFunctionCode'),
    on('lambda:InvokeFunction'),
  ]),
  control('lambda-update-code-permission', ['lambda-005'], FUNCTION, [
    on('lambda:UpdateFunctionCode'),
    on('lambda:AddPermission'),
  ]),
  control('lambda-update-configuration', ['htc-lambda-config'], FUNCTION, [on('lambda:UpdateFunctionConfiguration')], {
    shown: 'triggered',
  }),
  control('lambda-update-configuration-invoke', ['htc-lambda-config'], FUNCTION, [
    on('lambda:UpdateFunctionConfiguration'),
    on('lambda:InvokeFunction'),
  ]),
  control('apprunner-update-service', ['apprunner-002'], 'AWS::AppRunner::Service', [on('apprunner:UpdateService')]),
  control('bedrock-use-interpreter', ['bedrock-002'], 'AWS::BedrockAgentCore::CodeInterpreterCustom', [
    on('bedrock-agentcore:StartCodeInterpreterSession'),
    on('bedrock-agentcore:InvokeCodeInterpreter'),
  ]),
  {
    ...pass('cloudformation-update-stack', ['cloudformation-002'], CLOUDFORMATION, [], [], STACK),
    needs: [[any('cloudformation:UpdateStack')]],
  },
  {
    ...pass('cloudformation-change-set', ['cloudformation-005'], CLOUDFORMATION, [], [], STACK),
    needs: [[any('cloudformation:CreateChangeSet')], [any('cloudformation:ExecuteChangeSet')]],
  },
  control('codebuild-start-build', ['codebuild-002'], 'AWS::CodeBuild::Project', [on('codebuild:StartBuild')]),
  control('codebuild-start-batch', ['codebuild-003'], 'AWS::CodeBuild::Project', [on('codebuild:StartBuildBatch')], {
    shown: 'batch',
  }),
  control('ec2-user-data', ['ec2-002'], 'instance', [
    on('ec2:ModifyInstanceAttribute'),
    on('ec2:StopInstances'),
    on('ec2:StartInstances'),
  ]),
  control(
    'ec2-launch-template',
    ['ec2-004'],
    'AWS::EC2::LaunchTemplate',
    [on('ec2:CreateLaunchTemplateVersion'), on('ec2:ModifyLaunchTemplate')],
    { doubt: 'when the launch template is next used' },
  ),
  control(
    'ec2-instance-connect',
    ['ec2instanceconnect-003'],
    'instance',
    [on('ec2-instance-connect:SendSSHPublicKey')],
    NETWORK,
  ),
  control(
    'ec2-serial-console',
    ['stratus-serial-console'],
    'instance',
    [on('ec2-instance-connect:SendSerialConsoleSSHPublicKey'), any('ec2:EnableSerialConsoleAccess')],
    NETWORK,
  ),
  control('ssm-session', ['ssm-001'], 'instance', [on('ssm:StartSession')], { shown: 'managed-instance' }),
  control('ssm-command', ['ssm-002'], 'instance', [on('ssm:SendCommand')], { shown: 'managed-instance' }),
  control(
    'autoscaling-existing-configuration',
    ['pmapper-asg-existing-lc'],
    'AWS::AutoScaling::LaunchConfiguration',
    [any('autoscaling:CreateAutoScalingGroup')],
    { doubt: 'whether the new instance can be taken over' },
  ),
  control('ecs-exec', ['ecs-006'], 'AWS::ECS::Service', [on('ecs:ExecuteCommand')], { shown: 'exec-enabled' }),
  control('glue-update-endpoint', ['glue-002'], 'AWS::Glue::DevEndpoint', [on('glue:UpdateDevEndpoint')]),
  control('sagemaker-notebook-url', ['sagemaker-004'], 'AWS::SageMaker::NotebookInstance', [
    on('sagemaker:CreatePresignedNotebookInstanceUrl'),
  ]),
  control('sagemaker-notebook-lifecycle', ['sagemaker-005'], 'AWS::SageMaker::NotebookInstance', [
    any('sagemaker:CreateNotebookInstanceLifecycleConfig'),
    on('sagemaker:StopNotebookInstance'),
    on('sagemaker:UpdateNotebookInstance'),
    on('sagemaker:StartNotebookInstance'),
  ]),
  control('states-update-machine', ['cand-sfn-update'], 'AWS::StepFunctions::StateMachine', [
    on('states:UpdateStateMachine'),
  ]),
  control('code-object', ['cand-cdk-asset-write'], 'code-object', [on('s3:PutObject')], LATER),
  control(
    'code-image',
    ['cand-ecr-put'],
    'code-image',
    [on('ecr:PutImage'), on('ecr:InitiateLayerUpload'), on('ecr:UploadLayerPart'), on('ecr:CompleteLayerUpload')],
    LATER,
  ),
];

const RESOURCES: readonly Technique[] = [
  call('s3-bucket-policy', ['cand-s3-bucketpolicy'], 'AWS::S3::Bucket', 'use', 's3:PutBucketPolicy'),
  {
    id: 's3-replication',
    references: ['htc-s3-replication'],
    target: 'AWS::S3::Bucket',
    needs: [[on('s3:PutReplicationConfiguration'), { actions: ['iam:PassRole'], on: 'some-role', about: 'pass' }]],
    gain: 'read',
    services: ['s3.amazonaws.com'],
    doubt: 'whether the replication role reads this bucket',
  },
  call('kms-key-policy', ['cand-kms-keypolicy'], 'AWS::KMS::Key', 'use', 'kms:PutKeyPolicy'),
  call('kms-grant', ['cand-kms-grant'], 'AWS::KMS::Key', 'use', 'kms:CreateGrant'),
  call(
    'secret-policy',
    ['cand-secret-policy'],
    'AWS::SecretsManager::Secret',
    'use',
    'secretsmanager:PutResourcePolicy',
  ),
  call('sqs-policy', ['cand-sqs-policy'], 'AWS::SQS::Queue', 'use', ['sqs:SetQueueAttributes', 'sqs:AddPermission']),
  call('sns-policy', ['cand-sns-policy'], 'AWS::SNS::Topic', 'use', ['sns:SetTopicAttributes', 'sns:AddPermission']),
  call('lambda-add-permission', ['cand-lambda-addperm'], FUNCTION, 'use', 'lambda:AddPermission'),
  {
    ...call('lambda-function-url', ['cand-lambda-url'], FUNCTION, 'use', []),
    needs: [[on(['lambda:UpdateFunctionUrlConfig', 'lambda:CreateFunctionUrlConfig'])], [on('lambda:AddPermission')]],
  },
  call(
    'lambda-event-source',
    ['cand-lambda-esm'],
    'AWS::Lambda::EventSourceMapping',
    'use',
    'lambda:UpdateEventSourceMapping',
  ),
  call('apigateway-authorization', ['cand-apigw-auth-removal'], 'api-method', 'use', 'apigateway:PATCH'),
  {
    ...call('apigateway-policy', ['cand-apigw-policy'], 'AWS::ApiGateway::RestApi', 'use', []),
    needs: [[on('apigateway:UpdateRestApiPolicy'), on('apigateway:PATCH')]],
  },
  call('cognito-group', ['cand-cognito-group'], 'AWS::Cognito::UserPool', 'use', 'cognito-idp:AdminAddUserToGroup'),
  call('cognito-password', ['cand-cognito-pw'], 'AWS::Cognito::UserPool', 'use', 'cognito-idp:AdminSetUserPassword'),
  {
    ...call('sso-permission-set', ['cand-sso-permset'], 'AWS::SSO::PermissionSet', 'use', []),
    needs: [[on('sso:PutInlinePolicyToPermissionSet')], [on('sso:ProvisionPermissionSet')]],
  },
  call('sso-assignment', ['cand-sso-assign'], 'AWS::SSO::PermissionSet', 'use', 'sso:CreateAccountAssignment'),
  call(
    'organizations-detach',
    ['cand-scp-detach'],
    'AWS::Organizations::Policy',
    'disable',
    'organizations:DetachPolicy',
  ),
  call('cloudtrail-stop', ['cand-trail-stop'], 'AWS::CloudTrail::Trail', 'disable', 'cloudtrail:StopLogging'),
];

/**
 * Known ways by which one principal becomes another or widens itself, by the permissions that they need. Facts from
 * public catalogues: see NOTICE. Combinations are not listed: they follow from these.
 */
export const TECHNIQUES: readonly Technique[] = [
  ...ASSUME,
  ...IDENTITIES,
  ...GUARDS,
  ...CREATE,
  ...EXISTING_COMPUTE,
  ...NEW_COMPUTE,
  ...RESOURCES,
];
