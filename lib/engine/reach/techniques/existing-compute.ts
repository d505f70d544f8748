import type { Ask, Technique } from '../technique';
import { any, besides, control, on, pass } from './make';

const CLOUDFORMATION = 'cloudformation.amazonaws.com';
const NETWORK = { doubt: 'whether the instance can be reached by network and login' };
const LATER = { doubt: 'when the code is next deployed or pulled' };
const STACK = { doubt: 'whether a stack has the role as its service role' };
const FUNCTION = 'AWS::Lambda::Function';
const MACHINE = 'AWS::StepFunctions::StateMachine';

/**
 * Documents that run whatever they are given. What another one does is not said.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html
 */
const COMMANDS = besides(
  'ssm:SendCommand',
  ['ssm:*:*:document/AWS-RunShellScript', 'ssm:*:*:document/AWS-RunPowerShellScript'],
  { on: 'arn:*:ssm:*:*:document/?*', doubt: 'what the documents do that may be sent' },
);
/**
 * Without a document the default one is used. Whether it is looked at depends on settings of the account.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-default-session-document.html
 */
const SESSION = besides('ssm:StartSession', 'ssm:*:*:document/SSM-SessionManagerRunShell', {
  doubt: 'whether the document of the session is looked at',
});
const CLUSTER: Ask = { actions: ['ecs:ExecuteCommand'], on: 'cluster' };

/** All of it is one call. */
function atOnce(technique: Technique): Technique {
  return { ...technique, needs: [technique.needs.flat()] };
}

/** Something that runs with a role already. */
export const EXISTING_COMPUTE: readonly Technique[] = [
  control('lambda-update-code', ['lambda-003'], FUNCTION, [on('lambda:UpdateFunctionCode')], { shown: 'triggered' }),
  control('lambda-update-code-invoke', ['lambda-004'], FUNCTION, [
    on('lambda:UpdateFunctionCode'),
    on('lambda:InvokeFunction'),
  ]),
  control('lambda-update-code-permission', ['lambda-005'], FUNCTION, [
    on('lambda:UpdateFunctionCode'),
    on('lambda:AddPermission'),
  ]),
  control(
    'lambda-update-configuration',
    ['htc-lambda-config'],
    FUNCTION,
    [on('lambda:UpdateFunctionConfiguration', 'layer')],
    {
      shown: 'triggered',
    },
  ),
  control('lambda-update-configuration-invoke', ['htc-lambda-config'], FUNCTION, [
    on('lambda:UpdateFunctionConfiguration', 'layer'),
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
  atOnce(
    control('ssm-session', ['ssm-001'], 'instance', [on('ssm:StartSession'), SESSION], { shown: 'managed-instance' }),
  ),
  atOnce(
    control('ssm-command', ['ssm-002'], 'instance', [on('ssm:SendCommand'), COMMANDS], { shown: 'managed-instance' }),
  ),
  control(
    'autoscaling-existing-configuration',
    ['pmapper-asg-existing-lc'],
    'AWS::AutoScaling::LaunchConfiguration',
    [any('autoscaling:CreateAutoScalingGroup')],
    { doubt: 'whether the new instance can be taken over' },
  ),
  atOnce(
    control('ecs-exec', ['ecs-006'], 'AWS::ECS::Service', [on('ecs:ExecuteCommand'), CLUSTER], {
      shown: 'exec-enabled',
    }),
  ),
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
  control('states-update-machine', ['cand-sfn-update'], MACHINE, [on('states:UpdateStateMachine')], {
    shown: 'triggered',
  }),
  control('states-update-machine-start', ['cand-sfn-update'], MACHINE, [
    on('states:UpdateStateMachine'),
    on(['states:StartExecution', 'states:StartSyncExecution']),
  ]),
  // Who may start a build needs no change of the project: it brings its own commands.
  control('codebuild-update-project', [], 'AWS::CodeBuild::Project', [on('codebuild:UpdateProject')], {
    shown: 'triggered',
  }),
  control('code-object', ['cand-cdk-asset-write'], 'code-object', [on('s3:PutObject')], LATER),
  control(
    'code-image',
    ['cand-ecr-put'],
    'code-image',
    [on('ecr:PutImage'), on('ecr:InitiateLayerUpload'), on('ecr:UploadLayerPart'), on('ecr:CompleteLayerUpload')],
    LATER,
  ),
];
