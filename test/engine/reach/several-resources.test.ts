import { describe, expect, it } from 'vitest';
import { allow, arn, deny, fact, reached, ref, resource, role } from './support/template';
import type { Json, Resources } from './support/template';

const INSTANCE = 'arn:aws:ec2:*:*:instance/*';
const SHELL = 'arn:aws:ssm:*::document/AWS-RunShellScript';

const managedInstance: Resources = {
  Victim: role([allow('ssm:UpdateInstanceInformation')], { Service: 'ec2.amazonaws.com' }),
  Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Victim')] }),
  Server: resource('AWS::EC2::Instance', { IamInstanceProfile: ref('Profile') }),
};

function certainty(statements: readonly Json[], more: Resources): string {
  return fact(reached({ Mallory: role(statements), ...more }), 'Victim')?.certainty ?? 'not reached';
}

describe('a command that is sent', () => {
  it.each<[string, readonly Json[], string]>([
    ['instance and a document that runs anything', [allow('ssm:SendCommand', [INSTANCE, SHELL])], 'certain'],
    ['in two statements', [allow('ssm:SendCommand', INSTANCE), allow('ssm:SendCommand', SHELL)], 'certain'],
    ['everything', [allow('ssm:SendCommand')], 'certain'],
    ['instance alone', [allow('ssm:SendCommand', INSTANCE)], 'not reached'],
    ['document alone', [allow('ssm:SendCommand', SHELL)], 'not reached'],
    [
      'a document of which it is not said what it does',
      [allow('ssm:SendCommand', [INSTANCE, 'arn:aws:ssm:*:*:document/Patch'])],
      'possible',
    ],
    [
      'documents that run anything are denied',
      [allow('ssm:SendCommand'), deny('ssm:SendCommand', 'arn:aws:ssm:*:*:document/*')],
      'not reached',
    ],
  ])('needs an instance and a document: %s', (_, statements, expected) => {
    expect(certainty(statements, managedInstance)).toBe(expected);
  });
});

describe('a session', () => {
  it('is certain with the default document, and possible without: it may not be looked at', () => {
    const document = 'arn:aws:ssm:*:*:document/SSM-SessionManagerRunShell';
    expect(certainty([allow('ssm:StartSession', [INSTANCE, document])], managedInstance)).toBe('certain');
    expect(certainty([allow('ssm:StartSession', INSTANCE)], managedInstance)).toBe('possible');
    expect(certainty([allow('ssm:StartSession', document)], managedInstance)).toBe('not reached');
  });
});

describe('a command in a container', () => {
  const service = (cluster: Resources): Resources => ({
    Victim: role([], { Service: 'ecs-tasks.amazonaws.com' }),
    Task: resource('AWS::ECS::TaskDefinition', { TaskRoleArn: arn('Victim') }),
    Cluster: resource('AWS::ECS::Cluster'),
    Other: resource('AWS::ECS::Cluster'),
    Service: resource('AWS::ECS::Service', { TaskDefinition: ref('Task'), EnableExecuteCommand: true, ...cluster }),
  });
  const TASKS = 'arn:aws:ecs:*:*:task/*';
  const exec = (resources: Json): readonly Json[] => [allow('ecs:ExecuteCommand', resources)];

  it.each<[string, Json, Resources, string]>([
    ['of the templates', [TASKS, arn('Cluster')], { Cluster: ref('Cluster') }, 'certain'],
    ['by ARN', [TASKS, arn('Cluster')], { Cluster: arn('Cluster') }, 'certain'],
    ['another one', [TASKS, arn('Other')], { Cluster: ref('Cluster') }, 'not reached'],
    ['by name', [TASKS, 'arn:aws:ecs:*:*:cluster/blue'], { Cluster: 'blue' }, 'certain'],
    ['by another name', [TASKS, 'arn:aws:ecs:*:*:cluster/red'], { Cluster: 'blue' }, 'not reached'],
    ['the default one', [TASKS, 'arn:aws:ecs:*:*:cluster/default'], {}, 'certain'],
    [
      'tasks of this cluster',
      ['arn:aws:ecs:*:*:task/blue/*', 'arn:aws:ecs:*:*:cluster/*'],
      { Cluster: 'blue' },
      'certain',
    ],
    [
      'tasks of another cluster',
      ['arn:aws:ecs:*:*:task/red/*', 'arn:aws:ecs:*:*:cluster/*'],
      { Cluster: 'blue' },
      'not reached',
    ],
    ['no cluster', TASKS, { Cluster: 'blue' }, 'not reached'],
    ['no task', 'arn:aws:ecs:*:*:cluster/*', { Cluster: 'blue' }, 'not reached'],
  ])('needs a task and its cluster: %s', (_, resources, cluster, expected) => {
    expect(certainty(exec(resources), service(cluster))).toBe(expected);
  });

  it('is possible where the cluster is not known', () => {
    const found = reached(
      { Mallory: role(exec([TASKS, 'arn:aws:ecs:*:*:cluster/blue'])), ...service({ Cluster: ref('Name') }) },
      'Mallory',
      { Parameters: { Name: { Type: 'String' } } },
    );
    expect(fact(found, 'Victim')?.certainty).toBe('possible');
  });
});

describe('a new instance', () => {
  const profile: Resources = {
    Victim: role([], { Service: 'ec2.amazonaws.com' }),
    Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Victim')] }),
  };
  const all = ['instance', 'image', 'network-interface', 'security-group', 'subnet', 'volume'];
  const run = (types: readonly string[]): readonly Json[] => [
    allow('iam:PassRole'),
    allow(
      'ec2:RunInstances',
      types.map((each) => `arn:aws:ec2:*:*:${each}/*`),
    ),
  ];

  it('needs all that it is made of', () => {
    expect(certainty(run(all), profile)).toBe('certain');
    for (const missing of all)
      expect(certainty(run(all.filter((each) => each !== missing)), profile)).toBe('not reached');
  });
});

describe('a job that is submitted', () => {
  const worker: Resources = { Victim: role([], { Service: 'ecs-tasks.amazonaws.com' }) };
  const submit = (resources: Json): readonly Json[] => [
    allow(['iam:PassRole', 'batch:RegisterJobDefinition']),
    allow('batch:SubmitJob', resources),
  ];

  it('needs its definition and a queue', () => {
    const [definition, queue] = ['job-definition', 'job-queue'].map((each) => `arn:aws:batch:*:*:${each}/*`);
    expect(certainty(submit([definition, queue]), worker)).toBe('certain');
    expect(certainty(submit(definition), worker)).toBe('not reached');
    expect(certainty(submit(queue), worker)).toBe('not reached');
  });
});

describe('a function that is made', () => {
  it('needs the permission on functions, not on layers', () => {
    const worker: Resources = { Victim: role([], { Service: 'lambda.amazonaws.com' }) };
    const make = (resources: Json): readonly Json[] => [
      allow(['iam:PassRole', 'lambda:InvokeFunction']),
      allow('lambda:CreateFunction', resources),
    ];
    expect(certainty(make('arn:aws:lambda:*:*:function:ours-*'), worker)).toBe('certain');
    expect(certainty(make(['arn:aws:lambda:*:*:layer:*', 'arn:aws:lambda:*:*:layer:*:*']), worker)).toBe('not reached');
  });
});
