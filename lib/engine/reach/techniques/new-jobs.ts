import type { Technique } from '../technique';
import { pass } from './make';

const CODEBUILD = 'codebuild.amazonaws.com';
const GLUE = 'glue.amazonaws.com';
const SAGEMAKER = 'sagemaker.amazonaws.com';
const STATES = 'states.amazonaws.com';
const MACHINE = 'AWS::StepFunctions::StateMachine';
const CLOUDFORMATION = 'cloudformation.amazonaws.com';
/** Code that runs when somebody starts it, whom no template shows. */
const STARTED = { doubt: 'whether somebody starts what was changed' };
const RESTRICTED = { doubt: 'which targets the service can call with the role' };

/** A role handed to what works for somebody: deployments, builds, jobs, schedules. */
export const NEW_JOBS: readonly Technique[] = [
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
  pass('codebuild-pass-update-alone', ['pmapper-codebuild-update'], CODEBUILD, ['codebuild:UpdateProject'], [], {
    exists: 'AWS::CodeBuild::Project',
    ...STARTED,
  }),
  pass(
    'datapipeline-new-pipeline',
    ['datapipeline-001'],
    ['datapipeline.amazonaws.com', 'elasticmapreduce.amazonaws.com'],
    ['datapipeline:PutPipelineDefinition'],
    ['datapipeline:CreatePipeline', 'datapipeline:ActivatePipeline'],
  ),
  pass('glue-new-endpoint', ['glue-001'], GLUE, ['glue:CreateDevEndpoint']),
  pass('glue-new-job', ['glue-003'], GLUE, ['glue:CreateJob'], ['glue:StartJobRun']),
  pass('glue-new-job-trigger', ['glue-004'], GLUE, ['glue:CreateJob'], ['glue:CreateTrigger']),
  pass('glue-pass-job', ['glue-005'], GLUE, ['glue:UpdateJob'], ['glue:StartJobRun'], { exists: 'AWS::Glue::Job' }),
  pass('glue-pass-job-trigger', ['glue-006'], GLUE, ['glue:UpdateJob'], ['glue:CreateTrigger'], {
    exists: 'AWS::Glue::Job',
  }),
  pass('glue-pass-job-alone', ['glue-005'], GLUE, ['glue:UpdateJob'], [], { exists: 'AWS::Glue::Job', ...STARTED }),
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
  pass('states-new-machine', ['cand-sfn'], STATES, ['states:CreateStateMachine'], ['states:StartExecution']),
  pass('states-pass-update', [], STATES, ['states:UpdateStateMachine'], ['states:StartExecution'], { exists: MACHINE }),
  pass('states-pass-update-alone', [], STATES, ['states:UpdateStateMachine'], [], { exists: MACHINE, ...STARTED }),
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
  pass(
    'cognito-identity-roles',
    ['cand-cognito-idpool'],
    'cognito-identity.amazonaws.com',
    ['cognito-identity:SetIdentityPoolRoles'],
    [],
    { exists: 'AWS::Cognito::IdentityPool' },
  ),
];
