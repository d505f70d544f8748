import { supportsResources } from '../../actions/action-info';
import type { Technique } from '../technique';

/** Something that techniques make, or take from elsewhere, and then use: the permissions must be for the same one. */
export interface NewThing {
  /** In the user's words. */
  readonly what: string;
  /** Which ARNs such a thing can have. */
  readonly arn: string;
  /** The actions on it. One that takes no resource is on all of them. */
  readonly actions: readonly string[];
}

function thing(what: string, arn: string, ...actions: readonly string[]): NewThing {
  const service = arn.split(':')[0];
  const own = actions.map((each) => `${service}:${each}`).filter((each) => supportsResources(each) !== false);
  return { what, arn: `arn:*:${arn}`, actions: own };
}

const NEW_THINGS: readonly NewThing[] = [
  thing(
    'user',
    'iam::*:user/?*',
    'CreateUser',
    'AttachUserPolicy',
    'PutUserPolicy',
    'CreateAccessKey',
    'CreateLoginProfile',
    'DeleteUserPermissionsBoundary',
  ),
  thing('role', 'iam::*:role/?*', 'CreateRole', 'AttachRolePolicy', 'PutRolePolicy', 'DeleteRolePermissionsBoundary'),
  thing('instance profile', 'iam::*:instance-profile/?*', 'CreateInstanceProfile', 'AddRoleToInstanceProfile'),
  thing('function', 'lambda:*:*:function:?*', 'CreateFunction', 'InvokeFunction', 'AddPermission'),
  thing(
    'code interpreter',
    'bedrock-agentcore:*:*:code-interpreter-custom/?*',
    'CreateCodeInterpreter',
    'StartCodeInterpreterSession',
    'InvokeCodeInterpreter',
  ),
  thing('stack', 'cloudformation:*:*:stack/?*', 'CreateChangeSet', 'ExecuteChangeSet'),
  thing('stack set', 'cloudformation:*:*:stackset/?*', 'CreateStackSet', 'CreateStackInstances'),
  thing('build project', 'codebuild:*:*:project/?*', 'CreateProject', 'UpdateProject', 'StartBuild', 'StartBuildBatch'),
  thing('pipeline', 'datapipeline:*:*:pipeline/?*', 'CreatePipeline', 'PutPipelineDefinition', 'ActivatePipeline'),
  thing('job', 'glue:*:*:job/?*', 'CreateJob', 'UpdateJob', 'StartJobRun'),
  thing('session', 'glue:*:*:session/?*', 'CreateSession', 'RunStatement'),
  thing('state machine', 'states:*:*:stateMachine:?*', 'CreateStateMachine', 'UpdateStateMachine', 'StartExecution'),
  thing('rule', 'events:*:*:rule/?*', 'PutRule', 'PutTargets'),
  thing('job definition', 'batch:*:*:job-definition/?*', 'RegisterJobDefinition', 'SubmitJob'),
  thing('task definition', 'ecs:*:*:task-definition/?*', 'RegisterTaskDefinition', 'RunTask', 'StartTask'),
  thing('cluster', 'ecs:*:*:cluster/?*', 'RegisterContainerInstance', 'DeregisterContainerInstance'),
  thing(
    'instance',
    'ec2:*:*:instance/?*',
    'RunInstances',
    'AssociateIamInstanceProfile',
    'ReplaceIamInstanceProfileAssociation',
  ),
];

/** A thing of a technique, and the places of the asks that are about it: two at least. */
export interface SharedThing {
  readonly thing: NewThing;
  readonly places: readonly (readonly [need: number, ask: number])[];
}

const known = new Map<Technique, readonly SharedThing[]>();

/** What several asks of a technique are about without being its target. */
export function sharedThings(technique: Technique): readonly SharedThing[] {
  let found = known.get(technique);
  if (found === undefined) known.set(technique, (found = find(technique)));
  return found;
}

function find({ needs }: Technique): readonly SharedThing[] {
  return NEW_THINGS.map((each) => ({
    thing: each,
    places: needs.flatMap((asks, need) =>
      asks.flatMap(({ on, actions }, ask): readonly (readonly [number, number])[] =>
        on === 'anything' && actions.every((action) => each.actions.includes(action)) ? [[need, ask]] : [],
      ),
    ),
  })).filter(({ places }) => places.length > 1);
}
