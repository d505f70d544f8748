import type { TargetKind, Technique } from '../../../../lib/engine/reach/technique';
import { ACCOUNT, allow, arn, deny, document, inline, managed, ref, resource, role, trust, user } from './template';
import type { Json, Resources } from './template';

/** What is wrong with an example on purpose. */
export interface Flaw {
  /** The place of the ask that is not granted. */
  readonly without?: readonly [need: number, ask: number];
  /** Which alternative of each ask is granted. @default 0 */
  readonly alternative?: number;
  readonly boundary?: boolean;
  readonly deny?: readonly [need: number, ask: number];
  /** Another service than the role trusts. */
  readonly trust?: string;
  /** What `iam:PassedToService` has to be. */
  readonly passedTo?: string;
}

/** A template in which a technique works for `Mallory`, and what it gives: the id of the fact. */
export interface Example {
  readonly resources: Resources;
  readonly reaches: string;
}

const CLUSTERS = 'arn:aws:ecs:*:*:cluster/*';
const CAN_NOTHING = [allow('s3:ListAllMyBuckets')];
const ALL = allow('*');

/** Statements that grant what a technique asks for. */
function granted(technique: Technique, flaw: Flaw): readonly Json[] {
  const statements = technique.needs.flatMap((asks, need) =>
    asks.flatMap(({ actions, about, on }, ask): readonly Json[] => {
      if (flaw.without?.[0] === need && flaw.without[1] === ask) return [];
      const action = actions[Math.min(flaw.alternative ?? 0, actions.length - 1)];
      const condition: Json | undefined =
        about === 'pass' && flaw.passedTo !== undefined
          ? { StringEquals: { 'iam:PassedToService': flaw.passedTo } }
          : about === 'within-boundary'
            ? { StringEquals: { 'iam:PermissionsBoundary': ref('Limit') } }
            : about === 'made-with'
              ? { ArnEquals: { 'iam:PolicyARN': ref('With') } }
              : undefined;
      if (typeof on === 'object') return [allow(action, on.arns[0])];
      if (on === 'cluster') return [allow(action, CLUSTERS)];
      const besides = asks.flatMap((each) =>
        each.actions[0] !== actions[0]
          ? []
          : typeof each.on === 'object'
            ? [...each.on.arns, ...(each.on.orElse?.on === undefined ? [] : [each.on.orElse.on])]
            : each.on === 'cluster'
              ? [CLUSTERS]
              : [],
      );
      if (besides.length > 0) return [{ Effect: 'Allow', Action: action, NotResource: besides }];
      return [allow(action, '*', condition)];
    }),
  );
  if (flaw.deny === undefined) return statements;
  return [...statements, deny(technique.needs[flaw.deny[0]][flaw.deny[1]].actions)];
}

export function exampleOf(technique: Technique, flaw: Flaw = {}): Example {
  const statements = granted(technique, flaw);
  const bounds: Resources = flaw.boundary === true ? { PermissionsBoundary: ref('Bounds') } : {};
  const boundary: Resources = flaw.boundary === true ? { Bounds: managed(CAN_NOTHING) } : {};
  const mallory = (more: Resources = {}): Resources => ({
    Mallory: role(statements, undefined, { ...bounds, ...more }),
  });
  const asUser = (more: Resources = {}): Resources => ({ Mallory: user(statements, { ...bounds, ...more }) });
  const exists: Resources = technique.exists === undefined ? {} : { Existing: resource(technique.exists) };
  const serves = technique.needs.flat().some(({ on }) => on === 'some-service');
  const base = { ...boundary, ...exists, ...(serves ? { Existing: resource('AWS::ECS::Service') } : {}) };
  const isUser = ['user', 'bounded-user', 'AWS::IAM::Group'].includes(technique.target);
  const itself = isUser ? asUser : mallory;

  switch (technique.gain) {
    case 'administer':
      return { resources: { ...base, ...limit(technique), ...mallory() }, reaches: 'admin' };
    case 'create':
      return { resources: { ...base, ...limit(technique), ...mallory() }, reaches: 'Victim' };
    case 'exchange-boundary':
      return {
        resources: { ...lifted(technique, flaw, isUser, statements.slice(0, 1)), ...limit(technique) },
        reaches: 'Victim',
      };
    case 'cdk-bootstrap':
      return {
        resources: { ...base, ...mallory() },
        // Of who may assume any role, that it publishes is not told beside that it deploys.
        reaches: technique.target === 'cdk-lookup-role' ? 'cdk-bootstrap-lookup' : 'cdk-bootstrap',
      };
    case 'join-group':
      return {
        resources: { ...base, ...asUser(), Target: resource('AWS::IAM::Group', { Policies: [inline(ALL)] }) },
        reaches: 'admin',
      };
    case 'write-policies':
    case 'attach-policy':
      return { resources: { ...base, ...written(technique.target, itself, asUser, mallory) }, reaches: 'admin' };
    case 'lift-boundary':
      return { resources: lifted(technique, flaw, isUser), reaches: 'admin' };
    case 'lift-inline-denies':
    case 'lift-managed-denies':
    case 'leave-group':
      return { resources: { ...base, ...freed(technique, flaw, isUser, bounds) }, reaches: 'admin' };
    case 'tag':
    case 'untag':
      return { resources: { ...base, ...tagged(technique, statements, bounds) }, reaches: TAGGED[technique.target][1] };
    case 'become':
      return { resources: { ...base, ...mallory(), ...becoming(technique, flaw) }, reaches: 'Victim' };
    default: {
      const more: Resources =
        technique.services === undefined ? {} : { Victim: role([], { Service: technique.services[0] }) };
      return {
        resources: {
          ...base,
          ...mallory(),
          ...more,
          Target: TARGETS[technique.target] ?? resource(typeOf(technique.target)),
        },
        reaches: `${technique.gain} T#Target`,
      };
    }
  }
}

/** What a tag of each kind of target opens in the examples, and to what it leads. */
const TAGGED: Readonly<Record<string, readonly [action: string, reaches: string]>> = {
  role: ['iam:UpdateAssumeRolePolicy', 'Target'],
  user: ['iam:CreateAccessKey', 'Target'],
  instance: ['ssm:StartSession', 'Victim'],
  'AWS::KMS::Key': ['kms:PutKeyPolicy', 'use T#Target'],
  'AWS::SecretsManager::Secret': ['secretsmanager:PutResourcePolicy', 'use T#Target'],
  'AWS::SQS::Queue': ['sqs:SetQueueAttributes', 'use T#Target'],
  'AWS::Lambda::Function': ['lambda:UpdateFunctionCode', 'Victim'],
  'AWS::StepFunctions::StateMachine': ['states:UpdateStateMachine', 'Victim'],
};

/** Something that may be used only by whom writes its tag, or takes it away. */
function tagged({ target, gain }: Technique, statements: readonly Json[], bounds: Resources): Resources {
  const [action] = TAGGED[target];
  const wanted: Json =
    gain === 'tag'
      ? { StringEquals: { 'aws:ResourceTag/door': 'open' } }
      : { Null: { 'aws:ResourceTag/door': 'true' } };
  const properties = (made: Json): Json => {
    const { Type, Properties } = made as { readonly Type: string; readonly Properties: Resources };
    return { Type, Properties: { ...Properties, Tags: [{ Key: 'door', Value: 'shut' }] } };
  };
  const there: Resources =
    target === 'role'
      ? { Target: role([]) }
      : target === 'user'
        ? { Target: user([]) }
        : (COMPUTE[target] ?? {
            Target: resource(
              target,
              target === 'AWS::KMS::Key'
                ? {
                    KeyPolicy: document({
                      Effect: 'Allow',
                      Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
                      Action: 'kms:*',
                      Resource: '*',
                    }),
                  }
                : {},
            ),
          });
  return {
    ...there,
    Target: properties(there.Target),
    Victim: role([allow('ssm:UpdateInstanceInformation')], { Service: 'backup.amazonaws.com' }),
    Mallory: role([...statements, allow(action, '*', wanted)], undefined, bounds),
  };
}

type Make = (more?: Resources) => Resources;

function written(kind: TargetKind, itself: Make, asUser: Make, asRole: Make): Resources {
  if (kind === 'AWS::IAM::Group') {
    return { ...asUser({ Groups: [ref('Target')] }), Target: resource('AWS::IAM::Group') };
  }
  if (kind === 'AWS::IAM::ManagedPolicy') {
    return { ...asRole({ ManagedPolicyArns: [ref('Target')] }), Target: managed(CAN_NOTHING) };
  }
  return itself();
}

/** The boundary that must be set, within which one may become `Victim`. */
function limit({ needs, target }: Technique): Resources {
  if (target === 'new-role-with' || target === 'new-user-with') {
    return {
      With: managed([allow('sts:AssumeRole', arn('Victim'))]),
      Victim: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
    };
  }
  if (target === 'new-member') {
    return {
      Target: resource('AWS::IAM::Group', { Policies: [inline(allow('sts:AssumeRole', arn('Victim')))] }),
      Victim: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
    };
  }
  if (!needs.flat().some(({ about }) => about === 'within-boundary')) return {};
  return {
    Limit: managed([allow('sts:AssumeRole', arn('Victim'))]),
    Victim: role([], { AWS: `arn:aws:iam::${ACCOUNT}:root` }),
  };
}

/** An administrator but for a boundary that allows the technique. */
function lifted(technique: Technique, flaw: Flaw, isUser: boolean, bounded?: readonly Json[]): Resources {
  const more = { PermissionsBoundary: ref('Bounds') };
  const statements = flaw.deny === undefined ? [ALL] : [ALL, deny(technique.needs[0][0].actions)];
  const bounds =
    flaw.boundary === true || flaw.without !== undefined
      ? CAN_NOTHING
      : (bounded ?? [allow(technique.needs[0][0].actions)]);
  return {
    Mallory: isUser ? user(statements, more) : role(statements, undefined, more),
    Bounds: managed(bounds),
  };
}

/** An administrator but for a Deny in a policy that can be taken away. */
function freed(technique: Technique, flaw: Flaw, isUser: boolean, bounds: Resources): Resources {
  const action = technique.needs[0][0].actions[0];
  const powers = {
    Effect: 'Deny',
    NotAction: flaw.without === undefined ? action : 's3:ListAllMyBuckets',
    Resource: '*',
  };
  const kept = flaw.deny === undefined ? [] : [deny(action)];
  const isManaged = technique.gain === 'lift-managed-denies';
  const holding: Resources = {
    ...(isManaged ? { ManagedPolicyArns: [ref('Guard')] } : {}),
    Policies: isManaged ? [] : [inline(powers)],
  };
  const isOfGroup = technique.target === 'AWS::IAM::Group';
  const more = { ...bounds, ...(isOfGroup ? { Groups: [ref('Target')] } : holding) };
  const stays = resource('AWS::IAM::ManagedPolicy', {
    PolicyDocument: document(ALL, ...(isManaged ? [] : kept)),
    [isUser ? 'Users' : 'Roles']: [ref('Mallory')],
  });
  const alsoInline: Resources = isManaged && kept.length > 0 ? { Policies: [inline(...kept)] } : {};
  return {
    Mallory: isUser ? user([], { ...more, ...alsoInline }) : role([], undefined, { ...more, ...alsoInline }),
    Stays: stays,
    ...(isOfGroup ? { Target: resource('AWS::IAM::Group', holding) } : {}),
    ...(isManaged ? { Guard: managed([powers]) } : {}),
  };
}

function becoming(technique: Technique, flaw: Flaw): Resources {
  const { target, services } = technique;
  if (target === 'user') {
    return { Victim: user([], technique.shown === 'password' ? { LoginProfile: { Password: 'a-password' } } : {}) };
  }
  if (target === 'role') {
    const service = flaw.trust ?? services?.[0];
    const trusted: Json =
      technique.id === 'sts-assume-role'
        ? { AWS: flaw.trust ?? `arn:aws:iam::${ACCOUNT}:root` }
        : { Service: service ?? 'backup.amazonaws.com' };
    const statement =
      service === 'cognito-identity.amazonaws.com'
        ? document({ Effect: 'Allow', Principal: { Federated: service }, Action: 'sts:AssumeRoleWithWebIdentity' })
        : trust(trusted);
    return {
      Victim: role(technique.shown === 'polls' ? [allow('sqs:ReceiveMessage')] : [], trusted, {
        AssumeRolePolicyDocument: statement,
      }),
      Profile: resource('AWS::IAM::InstanceProfile', { Roles: [ref('Victim')] }),
    };
  }
  const federation: Readonly<Record<string, string>> = {
    'AWS::IAM::SAMLProvider': 'sts:AssumeRoleWithSAML',
    'AWS::IAM::OIDCProvider': 'sts:AssumeRoleWithWebIdentity',
  };
  if (federation[target] !== undefined) {
    return {
      Target: resource(target, { Url: 'https://example.com' }),
      Victim: role([], 'none', {
        AssumeRolePolicyDocument: document({
          Effect: 'Allow',
          Principal: { Federated: ref('Target') },
          Action: federation[target],
        }),
      }),
    };
  }
  return { ...COMPUTE[target], Victim: role(managedInstance(technique), { Service: 'backup.amazonaws.com' }) };
}

const managedInstance = ({ shown }: Technique): readonly Json[] =>
  shown === 'managed-instance' ? [allow('ssm:UpdateInstanceInformation')] : [];

const PROFILE = resource('AWS::IAM::InstanceProfile', { Roles: [ref('Victim')] });

/** Something of each kind that runs as `Victim`. */
const COMPUTE: Readonly<Record<string, Resources>> = {
  instance: { Profile: PROFILE, Target: resource('AWS::EC2::Instance', { IamInstanceProfile: ref('Profile') }) },
  'code-object': {
    Code: resource('AWS::S3::Bucket'),
    Target: resource('AWS::Lambda::Function', { Role: arn('Victim'), Code: { S3Bucket: ref('Code'), S3Key: 'a.zip' } }),
  },
  'code-image': {
    Images: resource('AWS::ECR::Repository'),
    Target: resource('AWS::ECS::TaskDefinition', {
      TaskRoleArn: arn('Victim'),
      ContainerDefinitions: [
        { Image: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Images', 'RepositoryUri'] }, ':latest']] } },
      ],
    }),
  },
  'AWS::Lambda::Function': {
    Target: resource('AWS::Lambda::Function', { Role: arn('Victim') }),
    Trigger: resource('AWS::Lambda::EventSourceMapping', { FunctionName: ref('Target') }),
  },
  'AWS::AppRunner::Service': {
    Target: resource('AWS::AppRunner::Service', { InstanceConfiguration: { InstanceRoleArn: arn('Victim') } }),
  },
  'AWS::BedrockAgentCore::CodeInterpreterCustom': {
    Target: resource('AWS::BedrockAgentCore::CodeInterpreterCustom', { ExecutionRoleArn: arn('Victim') }),
  },
  'AWS::CodeBuild::Project': {
    Target: resource('AWS::CodeBuild::Project', { ServiceRole: ref('Victim'), BuildBatchConfig: {} }),
    Trigger: resource('AWS::Events::Rule', { Targets: [{ Id: 'it', Arn: arn('Target') }] }),
  },
  'AWS::EC2::LaunchTemplate': {
    Profile: PROFILE,
    Target: resource('AWS::EC2::LaunchTemplate', {
      LaunchTemplateData: { IamInstanceProfile: { Arn: arn('Profile') } },
    }),
  },
  'AWS::AutoScaling::LaunchConfiguration': {
    Profile: PROFILE,
    Target: resource('AWS::AutoScaling::LaunchConfiguration', { IamInstanceProfile: ref('Profile') }),
  },
  'AWS::ECS::Service': {
    Task: resource('AWS::ECS::TaskDefinition', { TaskRoleArn: arn('Victim') }),
    Target: resource('AWS::ECS::Service', { TaskDefinition: ref('Task'), EnableExecuteCommand: true }),
  },
  'AWS::Glue::DevEndpoint': { Target: resource('AWS::Glue::DevEndpoint', { RoleArn: arn('Victim') }) },
  'AWS::SageMaker::NotebookInstance': {
    Target: resource('AWS::SageMaker::NotebookInstance', { RoleArn: arn('Victim') }),
  },
  'AWS::StepFunctions::StateMachine': {
    Target: resource('AWS::StepFunctions::StateMachine', { RoleArn: arn('Victim') }),
    Trigger: resource('AWS::Events::Rule', { Targets: [{ Id: 'it', Arn: ref('Target') }] }),
  },
};

const TARGETS: Readonly<Record<string, Json>> = { 'api-method': resource('AWS::ApiGateway::RestApi') };

function typeOf(kind: TargetKind): string {
  return kind;
}
