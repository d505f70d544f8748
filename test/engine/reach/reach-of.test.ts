import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { reachOf } from '../../../lib/engine/reach/reach-of';
import { worldOf } from '../../../lib/engine/world/world-of';
import {
  ACCOUNT,
  allow,
  arn,
  deny,
  document,
  fact,
  inline,
  managed,
  names,
  reached,
  ref,
  resource,
  role,
  steps,
  trust,
  user,
  worldFrom,
} from './support/template';
import type { Json } from './support/template';

const ADMIN = { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] };
const LAMBDA = { Service: 'lambda.amazonaws.com' };
const assume = (id: string): Json => allow('sts:AssumeRole', arn(id));

describe('chains', () => {
  it('takes several hops, the shortest way first', () => {
    const reach = reached({
      Mallory: role([assume('One'), assume('Short')]),
      One: role([assume('Two')], { AWS: arn('Mallory') }),
      Two: role([assume('Goal')], { AWS: arn('One') }),
      Short: role([assume('Goal')], { AWS: arn('Mallory') }),
      Goal: role([], { AWS: [arn('Two'), arn('Short')] }, ADMIN),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'sts-assume-role: Mallory > Short',
      'sts-assume-role: Short > Goal',
      'administrator: Goal > administrator',
    ]);
    expect(names(reach)).toEqual(['One', 'Short', 'Two', 'Goal', 'admin']);
    expect(reach.admin?.certainty).toBe('certain');
  });

  it('shares the closure along a chain, and tells each trace from its own beginning', () => {
    const resources = {
      Mallory: role([assume('One')]),
      One: role([assume('Two')], { AWS: arn('Mallory') }),
      Two: role([assume('Three')], { AWS: arn('One') }),
      Three: role([assume('Mallory'), assume('Two')], { AWS: arn('Two') }, {}),
    };
    const reach = reachOf(worldFrom(resources));
    const from = (id: string): readonly string[] => names(reach.from(`T#${id}`) ?? reached(resources));
    expect(from('Mallory')).toEqual(['One', 'Two', 'Three']);
    expect(from('One')).toEqual(['Two', 'Three']);
    expect(from('Two')).toEqual(['Three']);
    const mallory = reach.from('T#Mallory');
    expect(mallory && steps(mallory, fact(mallory, 'Three'))).toEqual([
      'sts-assume-role: Mallory > One',
      'sts-assume-role: One > Two',
      'sts-assume-role: Two > Three',
    ]);
  });

  it('ends in a circle', () => {
    const resources = {
      A: role([assume('B')], { AWS: arn('C') }),
      B: role([assume('C')], { AWS: arn('A') }),
      C: role([assume('A')], { AWS: arn('B') }),
    };
    const reach = reachOf(worldFrom(resources));
    expect(['A', 'B', 'C'].map((id) => reach.from(`T#${id}`)?.facts.map((each) => each.id))).toEqual([
      ['T#B', 'T#C'],
      ['T#C', 'T#A'],
      ['T#A', 'T#B'],
    ]);
  });

  it('counts what the last of a chain does to the first', () => {
    const reach = reached({
      Mallory: role([assume('Helper')]),
      Helper: role([allow('iam:PutRolePolicy', arn('Mallory'))], { AWS: arn('Mallory') }),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'sts-assume-role: Mallory > Helper',
      'iam-put-role-policy: Helper > the policies of Mallory',
      'administrator: Mallory > administrator',
    ]);
  });

  it('survives a thousand hops', () => {
    const resources: Record<string, Json> = {};
    const most = 1200;
    for (let n = 0; n <= most; n += 1) {
      resources[`R${n}`] = role(
        n === most ? [] : [assume(`R${n + 1}`)],
        n === 0 ? { AWS: '999988887777' } : { AWS: arn(`R${n - 1}`) },
      );
    }
    const reach = reached(resources, 'R0');
    expect(reach.facts).toHaveLength(most);
    expect(reach.trace(reach.facts[most - 1])).toHaveLength(most);
  });
});

describe('combinations', () => {
  it('passes a role to a function, becomes it, and rewrites its policies', () => {
    const reach = reached({
      Mallory: role([
        allow('iam:PassRole', arn('Worker'), { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }),
        allow(['lambda:CreateFunction', 'lambda:InvokeFunction']),
      ]),
      Worker: role([allow('iam:PutRolePolicy', arn('Worker'))], LAMBDA),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'lambda-new-invoke: Mallory > Worker',
      'iam-put-role-policy: Worker > the policies of Worker',
      'administrator: Worker > administrator',
    ]);
  });

  it('adds up what two policies of one role allow', () => {
    const reach = reached({
      Mallory: role([allow('iam:PassRole', arn('Worker'))], undefined, {
        ManagedPolicyArns: [ref('More')],
      }),
      More: managed([allow('lambda:CreateFunction')]),
      Third: resource('AWS::IAM::Policy', {
        PolicyName: 'third',
        PolicyDocument: document(allow('lambda:InvokeFunction')),
        Roles: [ref('Mallory')],
      }),
      Worker: role([], LAMBDA),
    });
    expect(fact(reach, 'Worker')?.certainty).toBe('certain');
  });

  it('adds up what two principals under control can do, call by call', () => {
    const other = (statement: Json): Json => role([statement], { AWS: arn('Mallory') });
    const base = { Mallory: role([assume('Coder'), assume('Caller')]), Victim: role([], LAMBDA) };
    const both = reached({
      ...base,
      Target: resource('AWS::Lambda::Function', { Role: arn('Victim') }),
      Coder: other(allow('lambda:UpdateFunctionCode', arn('Target'))),
      Caller: other(allow('lambda:InvokeFunction', arn('Target'))),
    });
    expect(fact(both, 'Victim')?.certainty).toBe('certain');
    expect(both.trace(both.facts[2])[2].from).toBe('Coder, Caller');
    // PassRole is checked of whoever creates: one call needs one principal.
    const oneCall = reached({
      ...base,
      Coder: other(allow('iam:PassRole', arn('Victim'))),
      Caller: other(allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])),
    });
    expect(names(oneCall)).toEqual(['Coder', 'Caller']);
  });

  it('rewrites a trust policy to become a role', () => {
    const reach = reached({
      Mallory: role([allow('iam:UpdateAssumeRolePolicy', arn('Goal'))]),
      Goal: role([], { Service: 'backup.amazonaws.com' }, ADMIN),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'iam-update-trust: Mallory > Goal',
      'administrator: Goal > administrator',
    ]);
  });

  it.each<[string, Json[], string]>([
    ['nothing is denied', [], 'certain'],
    ['another role is denied', [deny('sts:AssumeRole', arn('Mallory'))], 'certain'],
    ['assuming is denied', [deny('sts:AssumeRole')], 'possible'],
    ['assuming this role is denied', [deny('sts:*', arn('Goal'))], 'possible'],
  ])('is as sure of a trust policy that it rewrites as it comes in, where %s', (_, denies, certainty) => {
    const reach = reached({
      Mallory: role([allow('iam:UpdateAssumeRolePolicy', arn('Goal')), ...denies]),
      Goal: role([], { Service: 'backup.amazonaws.com' }),
    });
    expect(fact(reach, 'T#Goal')?.certainty).toBe(certainty);
    if (certainty === 'possible') expect(fact(reach, 'T#Goal')?.unknowns[0].detail).toContain('Mallory may be kept');
  });

  it('needs no permission to assume a role whose trust policy names its session, not even from its boundary', () => {
    const reach = reached({
      Mallory: role([allow('iam:UpdateAssumeRolePolicy')], undefined, { PermissionsBoundary: ref('Bounds') }),
      Bounds: managed([allow('iam:UpdateAssumeRolePolicy')]),
      Goal: role([], { Service: 'backup.amazonaws.com' }),
    });
    expect(fact(reach, 'T#Goal')?.certainty).toBe('certain');
  });

  it('loses the Deny on the way, where it can take it away', () => {
    const reach = reached({
      Mallory: role([allow('iam:UpdateAssumeRolePolicy'), allow('iam:DeleteRolePolicy'), deny('sts:AssumeRole')]),
      Goal: role([], { Service: 'backup.amazonaws.com' }),
    });
    expect(fact(reach, 'T#Goal')?.certainty).toBe('certain');
  });

  it('is not sure to come into a role that it makes, where a Deny keeps it out', () => {
    const makes = (...denies: readonly Json[]) =>
      reached({
        Mallory: role([
          allow(['iam:CreateRole', 'iam:PutRolePolicy'], `arn:aws:iam::${ACCOUNT}:role/new/*`),
          ...denies,
        ]),
      }).admin?.certainty;
    expect(makes()).toBe('certain');
    expect(makes(deny('sts:AssumeRole', arn('Mallory')))).toBe('certain');
    expect(makes(deny('sts:AssumeRole'))).toBe('possible');
  });

  it('may run the code of a new function without a right to call it, as that of an old one', () => {
    const goal = { Goal: role([allow('sqs:ReceiveMessage')], { Service: 'lambda.amazonaws.com' }) };
    const statements = [allow('lambda:CreateFunction'), allow('iam:PassRole', arn('Goal'))];
    const of = (...more: readonly Json[]) =>
      fact(reached({ Mallory: role([...statements, ...more]), ...goal }), 'T#Goal');
    expect(of()?.certainty).toBe('possible');
    expect(of()?.unknowns[0].detail).toContain('calls a function by the name');
    expect(of(allow('lambda:InvokeFunction'))?.certainty).toBe('certain');
    expect(of(allow('lambda:CreateEventSourceMapping'))?.certainty).toBe('certain');
    const update = reached({
      Mallory: role([allow('lambda:UpdateFunctionCode')]),
      Code: resource('AWS::Lambda::Function', { Role: arn('Goal') }),
      ...goal,
    });
    expect(fact(update, 'T#Goal')?.certainty).toBe('possible');
  });

  it('lifts its own boundary, then a Deny, then administers', () => {
    const reach = reached({
      Mallory: role([allow('*')], undefined, {
        PermissionsBoundary: ref('Bounds'),
        ManagedPolicyArns: [ref('Guard')],
      }),
      Bounds: managed([allow(['iam:DeleteRolePermissionsBoundary', 's3:*'])]),
      Guard: managed([
        deny(['iam:Create*', 'iam:Attach*', 'iam:Put*', 'iam:Update*', 'iam:Add*', 'iam:Set*', 'iam:PassRole']),
      ]),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'iam-delete-role-boundary: Mallory > the boundary of Mallory',
      'iam-detach-role-policy: Mallory > the Denies on Mallory',
      'administrator: Mallory > administrator',
    ]);
  });

  it('rewrites the managed policy that is the boundary', () => {
    const reach = reached({
      Mallory: role([allow('*')], undefined, { PermissionsBoundary: ref('Bounds') }),
      Bounds: managed([allow('iam:CreatePolicyVersion')]),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'iam-new-policy-version: Mallory > the boundary of Mallory',
      'administrator: Mallory > administrator',
    ]);
  });

  it('joins a group for what the group may do', () => {
    const reach = reached({
      Mallory: user([allow('iam:AddUserToGroup', arn('Deployers'))]),
      Deployers: resource('AWS::IAM::Group', { Policies: [inline(assume('Goal'))] }),
      Goal: role([], { AWS: 'arn:aws:iam::111122223333:root' }, ADMIN),
    });
    expect(steps(reach, reach.admin)).toEqual([
      'iam-add-user-to-group: Mallory > the groups of Mallory',
      'sts-assume-role: Mallory > Goal',
      'administrator: Goal > administrator',
    ]);
  });

  it('becomes the role of what it controls: a task, an instance, a state machine', () => {
    const reach = reached({
      Mallory: role([
        allow('ssm:SendCommand'),
        allow('ecs:ExecuteCommand'),
        allow(['states:UpdateStateMachine', 'states:StartExecution'], ref('Machine')),
      ]),
      OfInstance: role([allow('ssm:UpdateInstanceInformation')]),
      Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('OfInstance')] }),
      Template: resource('AWS::EC2::LaunchTemplate', {
        LaunchTemplateData: { IamInstanceProfile: { Name: ref('Profile') } },
      }),
      Group: resource('AWS::AutoScaling::AutoScalingGroup', { LaunchTemplate: { LaunchTemplateId: ref('Template') } }),
      OfTask: role([]),
      Task: resource('AWS::ECS::TaskDefinition', { TaskRoleArn: arn('OfTask') }),
      Service: resource('AWS::ECS::Service', { TaskDefinition: ref('Task'), EnableExecuteCommand: true }),
      OfMachine: role([]),
      Machine: resource('AWS::StepFunctions::StateMachine', { RoleArn: arn('OfMachine') }),
    });
    expect(reach.facts.map(({ id, certainty }) => [id, certainty])).toEqual(
      expect.arrayContaining([
        ['T#OfInstance', 'certain'],
        ['T#OfTask', 'certain'],
        ['T#OfMachine', 'certain'],
      ]),
    );
  });
});

describe('creating principals', () => {
  const CREATE = ['iam:CreateRole', 'iam:AttachRolePolicy', 'iam:PutRolePolicy'];

  it('is no way out where every new principal must have a boundary', () => {
    const bounded = { StringEquals: { 'iam:PermissionsBoundary': ref('Bounds') } };
    const reach = reached({
      Mallory: role([allow(CREATE, '*', bounded)]),
      Bounds: managed([allow('s3:GetObject')]),
    });
    expect(reach.admin).toBeUndefined();
  });

  it('is no way out where only harmless policies can be attached', () => {
    const only = { ArnEquals: { 'iam:PolicyARN': 'arn:aws:iam::aws:policy/ReadOnlyAccess' } };
    const reach = reached({ Mallory: role([allow('iam:CreateRole'), allow('iam:AttachRolePolicy', '*', only)]) });
    expect(reach.admin).toBeUndefined();
  });

  it('is a way out where a policy of its own making can be attached', () => {
    const only = { ArnLike: { 'iam:PolicyARN': 'arn:aws:iam::111122223333:policy/app-*' } };
    const statements = [allow('iam:CreateRole'), allow('iam:AttachRolePolicy', '*', only)];
    expect(reached({ Mallory: role(statements) }).admin).toBeUndefined();
    const made = allow('iam:CreatePolicy', 'arn:aws:iam::111122223333:policy/app-*');
    expect(reached({ Mallory: role([...statements, made]) }).admin?.certainty).toBe('certain');
  });

  it('does not count a boundary that is replaced by itself', () => {
    const same = { StringEquals: { 'iam:PermissionsBoundary': ref('Bounds') } };
    const reach = reached({
      Mallory: role([allow('*')], undefined, { PermissionsBoundary: ref('Bounds') }),
      Bounds: managed([allow('iam:PutRolePermissionsBoundary', '*', same)]),
    });
    expect(reach.admin).toBeUndefined();
  });
});

describe('the keys of a call on policies', () => {
  const detaching = (condition: Json, ...more: readonly string[]) =>
    reached({
      Mallory: role(
        [allow('iam:PutRolePolicy', arn('Mallory')), allow('iam:DetachRolePolicy', '*', condition)],
        undefined,
        { ManagedPolicyArns: ['Guard', ...more].map(ref) },
      ),
      Guard: managed([deny('iam:PutRolePolicy')]),
      Other: managed([deny('iam:Put*')]),
    }).admin?.certainty;

  it('name the policy that is detached', () => {
    expect(detaching({})).toBe('certain');
    expect(detaching({ ArnEquals: { 'iam:PolicyARN': ref('Guard') } })).toBe('certain');
    expect(detaching({ ArnEquals: { 'iam:PolicyARN': ref('Other') } })).toBeUndefined();
    expect(detaching({ ArnNotEquals: { 'iam:PolicyARN': ref('Guard') } })).toBeUndefined();
  });

  it('name each of several policies that are to be detached', () => {
    expect(detaching({}, 'Other')).toBe('certain');
    expect(detaching({ ArnEquals: { 'iam:PolicyARN': ref('Guard') } }, 'Other')).toBe('possible');
  });

  it.each(['aws-cn', 'aws-us-gov'])('name the policies of AWS in the partition %s', (partition) => {
    const only = { ArnEquals: { 'iam:PolicyARN': `arn:${partition}:iam::aws:policy/AdministratorAccess` } };
    const Mallory = role([allow('iam:CreateRole'), allow('iam:AttachRolePolicy', '*', only)]);
    const of = (region: string) =>
      reachOf(
        worldOf(
          snapshotOf([{ name: 'T', file: 't', account: '111122223333', region, body: { Resources: { Mallory } } }]),
        ),
      ).from('T#Mallory')?.admin?.certainty;
    expect(of(partition === 'aws-cn' ? 'cn-north-1' : 'us-gov-west-1')).toBe('certain');
    expect(of('eu-west-1')).toBeUndefined();
  });
});

describe('administrators', () => {
  it('are administrators without a step, and have everything of their account', () => {
    const reach = reached({ Mallory: role([], undefined, ADMIN), Other: role([]) });
    expect(names(reach)).toEqual(['admin']);
    expect(reach.trace(reach.facts[0])).toEqual([]);
    expect(reach.reaches('T#Other')?.id).toBe('admin');
  });

  it('are none where a Deny or a boundary keeps them from making principals', () => {
    expect(reached({ Mallory: role([allow('*'), deny('iam:*')]) }).admin).toBeUndefined();
    const bounded = { PermissionsBoundary: 'arn:aws:iam::aws:policy/PowerUserAccess' };
    expect(reached({ Mallory: role([allow('*')], undefined, bounded) }).admin).toBeUndefined();
  });

  it('go on to other accounts', () => {
    const other = reached({
      Mallory: role([], undefined, ADMIN),
      Other: role([], { AWS: arn('Mallory') }),
    });
    expect(names(other)).toEqual(['admin']);
  });
});

describe('what is not known', () => {
  it('names a managed policy that is not among the templates', () => {
    const reach = reached({
      Mallory: role([], undefined, { ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/elsewhere'] }),
    });
    expect(reach.admin?.certainty).toBe('possible');
    expect(reach.admin?.unknowns[0].detail).toContain('policy/elsewhere');
  });

  it('names a trust policy that is not known', () => {
    const reach = reached({ Mallory: role([allow('s3:GetObject')]), Goal: role([], { AWS: ref('Who') }) }, 'Mallory', {
      Parameters: { Who: { Type: 'String' } },
    });
    const found = fact(reach, 'Goal');
    expect(found?.certainty).toBe('possible');
    expect(found?.unknowns.map(({ detail }) => detail).join()).toContain('Who');
  });

  it('makes possible only what is allowed beside it', () => {
    const reach = reached({
      Mallory: role([assume('Goal')], undefined, { ManagedPolicyArns: ['arn:aws:iam::111122223333:policy/elsewhere'] }),
      Goal: role([], { AWS: arn('Mallory') }),
    });
    // The policy that is not known may deny what the other allows.
    expect(reach.facts.map(({ id, certainty }) => [id, certainty])).toEqual([
      ['T#Goal', 'possible'],
      ['admin', 'possible'],
    ]);
  });

  it('tells of a function whose role is not known', () => {
    const reach = reached(
      {
        Mallory: role([allow(['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'])]),
        Target: resource('AWS::Lambda::Function', { Role: ref('Role') }),
      },
      'Mallory',
      { Parameters: { Role: { Type: 'String' } } },
    );
    expect(reach.facts.map(({ id, certainty }) => [id, certainty])).toContainEqual(['the role of Target', 'possible']);
  });

  it('is left out where only certain facts are asked for', () => {
    const world = worldFrom({ Mallory: role([allow('ec2-instance-connect:*'), allow('sts:AssumeRole')]) });
    expect(
      reachOf(world)
        .from('T#Mallory')
        ?.facts.map(({ id }) => id),
    ).toEqual(['cdk-bootstrap', 'cdk-bootstrap-lookup']);
    expect(reachOf(world, { possible: false }).from('T#Mallory')?.facts).toEqual([]);
  });

  it('may be left out of one question, which tells the same of what is certain', () => {
    const world = worldFrom({
      Mallory: role([allow('ec2-instance-connect:*'), allow('sts:AssumeRole'), assume('Goal')]),
      Goal: role([assume('Far')], { AWS: arn('Mallory') }),
      Far: role([], { AWS: arn('Goal') }),
    });
    const reach = reachOf(world);
    for (const from of ['T#Mallory', 'T#Goal', 'T#Far']) {
      const sure = reach.certainlyFrom(from);
      const whole = reach.from(from);
      expect(sure?.facts.every(({ certainty }) => certainty === 'certain')).toBe(true);
      const certain = whole?.facts.filter(({ certainty }) => certainty === 'certain') ?? [];
      expect(sure?.facts.map(({ id }) => id)).toEqual(certain.map(({ id }) => id));
      expect(sure?.facts.map((each) => sure.trace(each))).toEqual(certain.map((each) => whole?.trace(each)));
      // Asked first or last, what is possible is told where it is asked for.
      expect(whole?.facts.map(({ id }) => id)).toEqual(
        reachOf(world)
          .from(from)
          ?.facts.map(({ id }) => id),
      );
    }
    expect(reach.certainlyFrom('T#Mallory')?.facts.map(({ id }) => id)).toEqual(['T#Goal', 'T#Far']);
    expect(reach.from('T#Mallory')?.facts).toHaveLength(4);
  });
});

describe('the bootstrap of the CDK', () => {
  const DEPLOY = 'arn:aws:iam::111122223333:role/cdk-hnb659fds-deploy-role-111122223333-eu-west-1';

  it('is reached through its deploy role, as far as the templates tell', () => {
    const reach = reached({ Mallory: role([allow('sts:AssumeRole', DEPLOY)]) });
    expect(reach.facts.map(({ id, certainty }) => [id, certainty])).toEqual([['cdk-bootstrap', 'possible']]);
    expect(steps(reach, reach.facts[0])).toEqual(['cdk-deploy-role: Mallory > cdk-bootstrap']);
  });

  it('is told with the statements that lead there, not with the trust of a role that is not meant', () => {
    const reach = reached({
      Mallory: role([allow('sts:AssumeRole', 'arn:aws:iam::111122223333:role/*')]),
      Operator: role([], { AWS: 'arn:aws:iam::111122223333:root' }),
    });
    const found = fact(reach, 'cdk-bootstrap');
    const [step] = found === undefined ? [] : reach.trace(found);
    expect(step?.evidence.map(({ layer, policy }) => `${layer} of ${policy.resource?.logicalId}`)).toEqual([
      'identity of Mallory',
    ]);
    expect(step?.because).not.toContain('Operator');
    const operator = fact(reach, 'Operator');
    const [own] = operator === undefined ? [] : reach.trace(operator);
    expect(own?.because).toContain('statement 0 in AssumeRolePolicyDocument of Operator');
  });

  it('is not reached by those who may assume other roles only', () => {
    const other = (name: string): Json =>
      allow('sts:AssumeRole', `arn:aws:iam::111122223333:role/cdk-hnb659fds-${name}-111122223333-eu-west-1`);
    expect(names(reached({ Mallory: role([other('lookup-role')]) }))).toEqual(['cdk-bootstrap-lookup']);
    expect(names(reached({ Mallory: role([other('other-role')]) }))).toEqual([]);
  });

  it('is one role where a pattern writes out which one, whatever else the wildcards could hold', () => {
    const by = (pattern: string): readonly string[] =>
      names(reached({ Mallory: role([allow('sts:AssumeRole', `arn:aws:iam::*:role/${pattern}`)]) }));
    expect(by('cdk-*-lookup-role-*')).toEqual(['cdk-bootstrap-lookup']);
    expect(by('cdk-hnb659fds-file-publishing-role-*')).toEqual(['cdk-bootstrap-publishing']);
    expect(by('cdk-*-deploy-role-*-us-gov-west-1')).toEqual(['cdk-bootstrap']);
    expect(by('cdk-*-role-*')).toEqual(['cdk-bootstrap', 'cdk-bootstrap-lookup']);
    expect(by('cdk-*-lookup')).toEqual([]);
  });

  it('may deploy what those write who publish to it, of any qualifier', () => {
    const publish = (name: string, ...more: readonly Json[]): ReturnType<typeof reached> =>
      reached({
        Mallory: role([
          allow('sts:AssumeRole', `arn:aws:iam::111122223333:role/cdk-${name}-111122223333-eu-west-1`),
          ...more,
        ]),
      });
    for (const name of ['hnb659fds-file-publishing-role', 'team-image-publishing-role']) {
      const found = publish(name.replace('team', 'team7')).facts;
      expect(found.map(({ id, certainty }) => [id, certainty])).toEqual([['cdk-bootstrap-publishing', 'possible']]);
      expect(found[0]?.unknowns.map(({ detail }) => detail).join()).toContain('a later deployment');
    }
    expect(names(publish('hnb659fds-file-publishing'))).toEqual([]);
    const denied = deny('sts:AssumeRole', 'arn:*:iam::*:role/cdk-*-publishing-role-*');
    expect(names(publish('hnb659fds-file-publishing-role', denied))).toEqual([]);
  });
});

describe('traces', () => {
  it('say which permission, on what, granted where', () => {
    const reach = reached({
      Mallory: role([allow('iam:PassRole', arn('Worker')), allow(['lambda:CreateFunction', 'lambda:InvokeFunction'])]),
      Worker: role([], LAMBDA),
    });
    const [step] = reach.trace(reach.facts[0]);
    expect(step.because).toMatchInlineSnapshot(
      `"\`iam:PassRole\` on \`arn:aws:iam::111122223333:role/\${Worker}\` to lambda.amazonaws.com, \`lambda:CreateFunction\` and \`lambda:InvokeFunction\`, granted by statements 0, 1 in Policies[0].PolicyDocument of Mallory; Worker trusts lambda.amazonaws.com"`,
    );
    expect(step).toMatchObject({
      technique: 'lambda-new-invoke',
      references: ['lambda-001'],
      from: 'Mallory',
      to: 'Worker',
    });
    expect([...new Set(step.evidence.map(({ statement }) => statement.index))]).toEqual([0, 1]);
  });

  it('say what a service role trusts and what is not known', () => {
    const reach = reached({
      Mallory: role([allow('lambda:UpdateFunctionCode')]),
      Target: resource('AWS::Lambda::Function', { Role: arn('Victim') }),
      Victim: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust(LAMBDA) } },
    });
    const [step] = reach.trace(reach.facts[0]);
    expect(step.because).toMatchInlineSnapshot(
      `"\`lambda:UpdateFunctionCode\` on \`arn:aws:lambda:eu-west-1:111122223333:function:\${Target}\`, granted by statement 0 in Policies[0].PolicyDocument of Mallory; Target runs as Victim; not known: whether Target is ever invoked"`,
    );
  });
});
