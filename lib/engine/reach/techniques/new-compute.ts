import type { Technique } from '../technique';
import { any, on, pass } from './make';
import type { Extra } from './make';

const EC2 = 'ec2.amazonaws.com';
const TASKS = 'ecs-tasks.amazonaws.com';
const LAMBDA = 'lambda.amazonaws.com';
const PROFILE: Extra = { profile: true };

/**
 * Its code runs when somebody calls the new function. Who makes it chooses its name, and by that name a schedule, an
 * event source, an API or a script may call it that is there already: consistent with code that is put into a function
 * of which no template shows a trigger.
 */
const CALLED: Extra = { doubt: 'whether something that is there already calls a function by the name of the new one' };

/** A role handed to new compute: functions, containers, instances. */
export const NEW_COMPUTE: readonly Technique[] = [
  pass('lambda-new-invoke', ['lambda-001'], LAMBDA, ['lambda:CreateFunction'], ['lambda:InvokeFunction']),
  pass('lambda-new-trigger', ['lambda-002'], LAMBDA, ['lambda:CreateFunction'], ['lambda:CreateEventSourceMapping'], {
    shown: 'polls',
  }),
  pass('lambda-new-permission', ['lambda-006'], LAMBDA, ['lambda:CreateFunction'], ['lambda:AddPermission']),
  pass('lambda-new-function', ['lambda-001'], LAMBDA, ['lambda:CreateFunction'], [], CALLED),
  pass('apprunner-new-service', ['apprunner-001'], 'tasks.apprunner.amazonaws.com', ['apprunner:CreateService']),
  pass(
    'bedrock-new-interpreter',
    ['bedrock-001'],
    'bedrock-agentcore.amazonaws.com',
    ['bedrock-agentcore:CreateCodeInterpreter'],
    ['bedrock-agentcore:StartCodeInterpreterSession', 'bedrock-agentcore:InvokeCodeInterpreter'],
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
  {
    ...pass('ecs-update-service', [], TASKS, ['ecs:RegisterTaskDefinition']),
    needs: [
      [on('iam:PassRole', 'pass'), any('ecs:RegisterTaskDefinition')],
      [{ actions: ['ecs:UpdateService'], on: 'some-service' }],
    ],
  },
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
  pass('batch-new-job', ['cand-batch'], TASKS, ['batch:RegisterJobDefinition'], ['batch:SubmitJob']),
  pass('emr-new-cluster', ['cand-emr'], [EC2, 'elasticmapreduce.amazonaws.com'], ['elasticmapreduce:RunJobFlow']),
];
