import { describe, expect, it } from 'vitest';
import { allow, arn, fact, names, reached, ref, resource, role, steps } from './support/template';
import type { Json, Resources } from './support/template';

const TASKS = { Service: 'ecs-tasks.amazonaws.com' };
const certainty = (resources: Resources, id = 'Victim'): string => fact(reached(resources), id)?.certainty ?? 'none';

describe('code that runs when somebody starts it', () => {
  const started = (type: string, roleOf: string, action: string, more: Resources = {}): Resources => ({
    Target: resource(type, { [roleOf]: arn('Victim') }),
    Victim: role([], { Service: ['glue.amazonaws.com', 'backup.amazonaws.com'] }),
    Mallory: role([allow(action), allow('iam:PassRole', arn('Victim'))]),
    ...more,
  });
  const rule = resource('AWS::Events::Rule', { Targets: [{ Id: 'it', Arn: arn('Target') }] });
  const KINDS = [
    ['AWS::Lambda::Function', 'Role', 'lambda:UpdateFunctionCode'],
    ['AWS::StepFunctions::StateMachine', 'RoleArn', 'states:UpdateStateMachine'],
    ['AWS::CodeBuild::Project', 'ServiceRole', 'codebuild:UpdateProject'],
    ['AWS::Glue::Job', 'Role', 'glue:UpdateJob'],
  ] as const;

  it.each(KINDS)('%s: possible where no template shows who does', (type, roleOf, action) => {
    expect(certainty(started(type, roleOf, action))).toBe('possible');
    expect(certainty(started(type, roleOf, 's3:PutObject'))).toBe('none');
  });

  it.each(KINDS.slice(0, 3))('%s: certain with a trigger of the templates', (type, roleOf, action) => {
    expect(certainty(started(type, roleOf, action, { Trigger: rule }))).toBe('certain');
  });

  it('is certain with a right to start it, and possible with one for another', () => {
    const may = (on: Json): Resources => ({
      ...started('AWS::StepFunctions::StateMachine', 'RoleArn', 'states:UpdateStateMachine'),
      Mallory: role([allow('states:UpdateStateMachine'), allow('states:StartExecution', on)]),
    });
    expect(certainty(may(arn('Target')))).toBe('certain');
    expect(certainty(may('arn:aws:states:eu-west-1:111122223333:stateMachine:another'))).toBe('possible');
  });
});

describe('a service of ECS with another task definition', () => {
  const update = (...statements: readonly Json[]): Resources => ({
    Cluster: resource('AWS::ECS::Cluster', { ClusterName: 'C' }),
    S: resource('AWS::ECS::Service', { Cluster: 'C', ServiceName: 'S' }),
    Victim: role([], TASKS),
    Mallory: role(statements),
  });
  const REGISTER = allow(['ecs:RegisterTaskDefinition', 'iam:PassRole']);
  const service = (name: string): string => `arn:aws:ecs:eu-west-1:111122223333:service/C/${name}`;

  it('runs with the role that was handed over', () => {
    const found = reached(update(REGISTER, allow('ecs:UpdateService')));
    expect(steps(found, fact(found, 'Victim'))).toEqual(['ecs-update-service: Mallory > Victim']);
    expect(certainty(update(REGISTER, allow('ecs:UpdateService', service('*'))))).toBe('certain');
  });

  it('runs with none where one of the permissions is missing', () => {
    expect(certainty(update(allow(['ecs:RegisterTaskDefinition', 'ecs:UpdateService'])))).toBe('none');
    expect(certainty(update(allow(['iam:PassRole', 'ecs:UpdateService'])))).toBe('none');
    expect(certainty(update(REGISTER))).toBe('none');
  });

  it('is possible where it may update only services that are in no template', () => {
    const other = 'arn:aws:ecs:eu-west-1:111122223333:service/D/other';
    expect(certainty(update(REGISTER, allow('ecs:UpdateService', other)))).toBe('possible');
  });
});

describe('what runs with a role that is in no template', () => {
  const ELSEWHERE = 'arn:aws:iam::111122223333:role/elsewhere';
  const parameters = { Parameters: { Given: { Type: 'String' } } };
  const running = (Role: Json): Resources => ({
    F: resource('AWS::Lambda::Function', { Role }),
    Mallory: role([allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'])]),
  });

  it.each<[string, Json]>([
    ['a parameter', ref('Given')],
    ['an import', { 'Fn::ImportValue': 'SomeRole' }],
    ['a literal', ELSEWHERE],
    ['a text with parts', { 'Fn::Sub': 'arn:aws:iam::${AWS::AccountId}:role/elsewhere' }],
  ])('may reach anything: %s', (_, given) => {
    const found = fact(reached(running(given), 'Mallory', parameters), 'the role of F');
    expect(found?.certainty).toBe('possible');
    expect(found?.unknowns.length).toBeGreaterThan(0);
  });

  it('is no role that might have the name of one, for certain', () => {
    const resources = { ...running(ref('Given')), Named: role([allow('s3:*')], TASKS, { RoleName: 'named' }) };
    const found = reached(resources, 'Mallory', parameters);
    expect(names(found)).toContain('the role of F');
    expect(fact(found, 'Named')?.certainty).not.toBe('certain');
  });

  it('is nothing without a way into it, nor where the role is of the templates', () => {
    expect(names(reached({ ...running(ELSEWHERE), Mallory: role([allow('lambda:InvokeFunction')]) }))).toEqual([]);
    expect(names(reached({ ...running(arn('Own')), Own: role([]) }))).toEqual(['Own']);
  });

  it('may be behind an instance profile or a task definition that is elsewhere', () => {
    const instance = resource('AWS::EC2::Instance', { IamInstanceProfile: 'elsewhere' });
    const into = allow(['ec2:ModifyInstanceAttribute', 'ec2:StopInstances', 'ec2:StartInstances']);
    expect(names(reached({ I: instance, Mallory: role([into]) }))).toEqual(['the role of I']);
    expect(names(reached({ I: resource('AWS::EC2::Instance'), Mallory: role([into]) }))).toEqual([]);
    const task = {
      TaskDefinition: 'arn:aws:ecs:eu-west-1:111122223333:task-definition/t:1',
      EnableExecuteCommand: true,
    };
    const exec = role([allow('ecs:ExecuteCommand')]);
    expect(names(reached({ S: resource('AWS::ECS::Service', task), Mallory: exec }))).toEqual(['the role of S']);
  });
});
