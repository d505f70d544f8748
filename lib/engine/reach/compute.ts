import type { Resource } from '../../model/snapshot';
import { elements, entries, holes, member, show } from '../../model/read';
import { isAbsent, isText, isUnknown, text, unknown } from '../../model/value';
import type { Hole, TextPart, Unknown, Value } from '../../model/value';
import type { PolicyText } from '../../model/policy';
import type { Names } from '../world/attachments';
import { isPolicyText } from '../world/attachments';
import { partitionOf } from '../world/own-arn';

/** Where a type says which role it runs with. */
interface Runs {
  /** Properties with the name or the ARN of a role. */
  readonly roles?: readonly string[];
  /** Properties with the name or the ARN of an instance profile. */
  readonly profiles?: readonly string[];
  /** Properties that name another resource which says it: a task definition, a launch template. */
  readonly by?: readonly string[];
  /**
   * The ARN, where the snapshot has none: `{R}`, `{A}`, `{P}` and `{name}`; `{?}` is a text that AWS makes up.
   */
  readonly arn?: string;
}

const LAUNCHES: Runs = {
  profiles: [
    'IamInstanceProfile',
    'LaunchTemplateData.IamInstanceProfile.Arn',
    'LaunchTemplateData.IamInstanceProfile.Name',
  ],
};
const INSTANCE = 'arn:{P}:ec2:{R}:{A}:instance/{?}';

/** Types that run with a role. Properties are paths. */
const RUNS: Readonly<Record<string, Runs>> = {
  'AWS::Lambda::Function': { roles: ['Role'] },
  'AWS::Serverless::Function': { roles: ['Role'] },
  'AWS::EC2::Instance': { ...LAUNCHES, by: ['LaunchTemplate.LaunchTemplateId', 'LaunchTemplate.LaunchTemplateName'] },
  'AWS::EC2::LaunchTemplate': { ...LAUNCHES, arn: 'arn:{P}:ec2:{R}:{A}:launch-template/{name}' },
  'AWS::AutoScaling::LaunchConfiguration': { ...LAUNCHES },
  'AWS::AutoScaling::AutoScalingGroup': {
    by: [
      'LaunchConfigurationName',
      'LaunchTemplate.LaunchTemplateId',
      'LaunchTemplate.LaunchTemplateName',
      'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId',
      'MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateName',
    ],
    arn: INSTANCE,
  },
  'AWS::EC2::SpotFleet': {
    by: ['SpotFleetRequestConfigData.LaunchTemplateConfigs.LaunchTemplateSpecification.LaunchTemplateId'],
    arn: INSTANCE,
  },
  'AWS::ECS::TaskDefinition': { roles: ['TaskRoleArn'] },
  'AWS::ECS::Service': { by: ['TaskDefinition'], arn: 'arn:{P}:ecs:{R}:{A}:task/{cluster}/{?}' },
  'AWS::CodeBuild::Project': { roles: ['ServiceRole'] },
  'AWS::Glue::Job': { roles: ['Role'], arn: 'arn:{P}:glue:{R}:{A}:job/{name}' },
  'AWS::Glue::DevEndpoint': { roles: ['RoleArn'], arn: 'arn:{P}:glue:{R}:{A}:devEndpoint/{name}' },
  'AWS::SageMaker::NotebookInstance': { roles: ['RoleArn'], arn: 'arn:{P}:sagemaker:{R}:{A}:notebook-instance/{?}' },
  'AWS::StepFunctions::StateMachine': { roles: ['RoleArn'] },
  'AWS::Serverless::StateMachine': { roles: ['Role'] },
  'AWS::AppRunner::Service': {
    roles: ['InstanceConfiguration.InstanceRoleArn'],
    arn: 'arn:{P}:apprunner:{R}:{A}:service/{?}/{?}',
  },
  'AWS::BedrockAgentCore::CodeInterpreterCustom': {
    roles: ['ExecutionRoleArn'],
    arn: 'arn:{P}:bedrock-agentcore:{R}:{A}:code-interpreter-custom/{?}',
  },
  'AWS::Lambda::EventSourceMapping': { arn: 'arn:{P}:lambda:{R}:{A}:event-source-mapping:{name}' },
  'AWS::SSO::PermissionSet': { arn: 'arn:{P}:sso:::permissionSet/{?}/{?}' },
  'AWS::Organizations::Policy': { arn: 'arn:{P}:organizations::{A}:policy/{?}/{?}/{?}' },
};

/** The roles that something runs with: keys of those in the templates, and why there may be others. */
export interface RunsWith {
  readonly roles: readonly string[];
  readonly unknown?: Unknown;
}

/** Finds the roles with which resources run. */
export class Compute {
  constructor(
    private readonly names: Names,
    private readonly resource: (key: string) => Resource | undefined,
    private readonly profiles: readonly Resource[],
  ) {}

  rolesOf(resource: Resource, depth = 0): RunsWith {
    const runs = Object.hasOwn(RUNS, resource.type) ? RUNS[resource.type] : {};
    const found = new Set<string>();
    let open: Unknown | undefined;
    const add = (more: RunsWith): void => {
      for (const key of more.roles) found.add(key);
      open ??= more.unknown;
    };
    for (const path of runs.roles ?? []) for (const value of at(resource.properties, path)) add(this.role(value));
    if (resource.type.startsWith('AWS::Serverless::') && isAbsent(member(resource.properties, 'Role'))) {
      add({ roles: [], unknown: unknown('transform', `the role that AWS SAM makes for ${resource.logicalId}`) });
    }
    for (const path of runs.profiles ?? []) for (const value of at(resource.properties, path)) add(this.profile(value));
    if (depth < 3) {
      for (const path of runs.by ?? []) {
        for (const value of at(resource.properties, path)) {
          const other = this.referred(value);
          add(other === undefined ? notShown(value, 'what it runs with') : this.rolesOf(other, depth + 1));
        }
      }
    }
    return { roles: [...found], ...(open === undefined ? {} : { unknown: open }) };
  }

  /** The role that a name or an ARN names. */
  private role(value: Value): RunsWith {
    if (isUnknown(value)) return { roles: [], unknown: value };
    if (!isPolicyText(value)) return { roles: [] };
    const named = this.names.named('AWS::IAM::Role', bare(value)) ?? this.names.named('AWS::IAM::Role', value);
    if (named !== undefined) return { roles: [named.key] };
    const maybe = this.names.maybeNamed('AWS::IAM::Role', value);
    return { ...notShown(value, 'the role'), roles: maybe.map(({ key }) => key) };
  }

  private profile(value: Value): RunsWith {
    if (isUnknown(value)) return { roles: [], unknown: value };
    const direct = this.referred(value);
    const named = direct ?? this.profiles.find(({ ref }) => typeof ref === 'string' && ref === lastOf(value));
    if (named?.type !== 'AWS::IAM::InstanceProfile') {
      return notShown(value, 'the instance profile');
    }
    const each = elements(member(named.properties, 'Roles')).map((role) => this.role(role));
    const cause = each.find(({ unknown }) => unknown !== undefined)?.unknown;
    return { roles: each.flatMap(({ roles }) => roles), ...(cause === undefined ? {} : { unknown: cause }) };
  }

  /** The resource that a reference names. */
  private referred(value: Value): Resource | undefined {
    if (!isText(value)) return undefined;
    const key = holes(value)
      .filter(({ resource }) => resource !== undefined)
      .at(-1)?.resource;
    return key === undefined ? undefined : this.resource(key);
  }
}

/** All values at a path, lists on the way included. */
export function at(properties: Value, path: string): readonly Value[] {
  let values: readonly Value[] = [properties];
  for (const name of path.split('.')) values = values.flatMap((each) => elements(member(each, name)));
  return values.filter((each) => !isAbsent(each));
}

/** Every value of a name, wherever in the properties it stands. */
export function named(properties: Value, name: string): readonly Value[] {
  if (Array.isArray(properties)) return properties.flatMap((each: Value) => named(each, name));
  return entries(properties).flatMap(([key, value]) => (key === name ? elements(value) : named(value, name)));
}

/** A name out of an ARN that is all literal; anything else as it is. */
function bare(value: PolicyText): PolicyText {
  return typeof value === 'string' ? (value.split('/').at(-1) ?? value) : value;
}

function lastOf(value: Value): string | undefined {
  return typeof value === 'string' ? value.split('/').at(-1) : undefined;
}

/** What no template shows: a parameter, an import, something that is there already. */
function notShown(value: Value, what: string): RunsWith {
  const open = isPolicyText(value) ? openHole(value) : undefined;
  return { roles: [], unknown: open ?? unknown('attribute', `${what} ${show(value)}, which is in no template`) };
}

function openHole(value: PolicyText): Unknown | undefined {
  if (isUnknown(value)) return value;
  if (!isText(value)) return undefined;
  const hole = holes(value).find(({ shape }) => shape === 'any');
  return hole === undefined ? undefined : unknown(hole.cause ?? 'parameter', `the role ${hole.source}`);
}

/** The ARN of a resource: that of the snapshot, or what is known of it by its type. */
export function computeArn(resource: Resource): PolicyText | undefined {
  if (isPolicyText(resource.arn)) return resource.arn;
  const pattern = Object.hasOwn(RUNS, resource.type) ? RUNS[resource.type].arn : undefined;
  return pattern === undefined ? undefined : arnFrom(pattern, resource);
}

/** Fills a pattern of an ARN with what is known of a resource and its template. */
export function arnFrom(pattern: string, resource: Resource): PolicyText {
  const { account, region } = resource.template;
  let made = 0;
  const parts = pattern.split(/(\{[^{}]*\})/).flatMap((part): readonly TextPart[] => {
    switch (part) {
      case '{P}':
        return [partitionOf(region)];
      case '{R}':
        return [region ?? { shape: 'region', source: 'AWS::Region' }];
      case '{A}':
        return [account ?? { shape: 'account', source: 'AWS::AccountId' }];
      case '{name}':
        return nameOf(resource);
      case '{cluster}':
        return clusterName(resource) ?? [madeUp(resource, 'cluster')];
      case '{?}':
        made += 1;
        return [madeUp(resource, String(made))];
      default:
        return [part];
    }
  });
  return text(parts);
}

function madeUp({ key }: Resource, which: string): Hole {
  return { shape: 'segment', source: `${key}.made-up${which}`, resource: key, attribute: `made-up${which}` };
}

/** The cluster of an ECS service, by name or by ARN; `undefined` where it is not known. */
function clusterName({ properties }: Resource): readonly TextPart[] | undefined {
  const cluster = member(properties, 'Cluster');
  if (isAbsent(cluster)) return ['default'];
  if (typeof cluster === 'string') return [cluster.split('/').at(-1) ?? cluster];
  if (!isText(cluster) || openHole(cluster) !== undefined) return undefined;
  const end = cluster.parts.findIndex((part) => typeof part === 'string' && part.endsWith(':cluster/'));
  return cluster.parts.slice(end + 1);
}

/** The ARN of the cluster of an ECS service; `undefined` where it is not known. */
export function clusterOf(service: Resource): PolicyText | undefined {
  return clusterName(service) === undefined ? undefined : arnFrom('arn:{P}:ecs:{R}:{A}:cluster/{cluster}', service);
}

function nameOf(resource: Resource): readonly TextPart[] {
  const { ref } = resource;
  if (typeof ref === 'string') return [ref];
  if (isText(ref)) return ref.parts;
  const hole: Hole = { shape: 'segment', source: resource.key, resource: resource.key, attribute: 'Ref' };
  return [hole];
}
