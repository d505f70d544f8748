import type { PolicyText } from '../../model/policy';
import { holes, member } from '../../model/read';
import type { Resource, Template } from '../../model/snapshot';
import { isText, text } from '../../model/value';
import type { TextPart, Value } from '../../model/value';
import { decide } from '../decide/decide';
import { Names } from '../world/attachments';
import { isPolicyText } from '../world/attachments';
import { sameText } from '../match/symbolic';
import { accountOf } from '../world/principals';
import type { Principal, SourcedPolicy, World } from '../world/world';
import { partitionOf } from '../world/own-arn';
import { nameOf } from '../world/resource-name';
import { BOOTSTRAP, BOOTSTRAP_LOOKUP, BOOTSTRAP_PUBLISHING, bootstrapArn, bootstrapNames } from './bootstrap';
import type { Attachables, AttachablePolicy } from './attachable';
import type { Boundaries, NamedBoundary } from './boundaries';
import { Compute, arnFrom, at, computeArn, named } from './compute';
import { covers } from './covers';
import type { Newcomers } from './newcomers';
import type { Target } from './target';
import type { TargetKind } from './technique';

const FUNCTIONS: readonly string[] = ['AWS::Lambda::Function', 'AWS::Serverless::Function'];
/** Types of which another has the same techniques. */
const LIKE: Readonly<Record<string, readonly string[]>> = {
  'AWS::Lambda::Function': FUNCTIONS,
  'AWS::StepFunctions::StateMachine': ['AWS::StepFunctions::StateMachine', 'AWS::Serverless::StateMachine'],
  'AWS::ApiGateway::RestApi': ['AWS::ApiGateway::RestApi', 'AWS::Serverless::Api'],
  'AWS::KMS::Key': ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'],
};
const INSTANCES = ['AWS::EC2::Instance', 'AWS::AutoScaling::AutoScalingGroup', 'AWS::EC2::SpotFleet'];
/** What techniques can work on in a world, by kind; each kind is made when it is first asked for. */
export class Targets {
  private readonly kinds = new Map<TargetKind, readonly Target[]>();
  private readonly compute: Compute;
  private readonly attachedTo = new Map<string, Principal[]>();

  constructor(
    private readonly world: World,
    private readonly boundaries: Boundaries,
    private readonly newcomers: Newcomers,
    private readonly attachables: Attachables,
    private readonly policiesOfGroup: (key: string) => readonly SourcedPolicy[],
  ) {
    const { snapshot } = world;
    this.compute = new Compute(
      new Names(snapshot),
      (key) => snapshot.byKey(key),
      snapshot.ofType('AWS::IAM::InstanceProfile'),
    );
    const put = (key: string, principal: Principal): void => {
      const known = this.attachedTo.get(key);
      if (known === undefined) this.attachedTo.set(key, [principal]);
      else if (!known.includes(principal)) known.push(principal);
    };
    for (const principal of world.principals) {
      for (const { resource } of principal.policies) {
        if (resource?.type === 'AWS::IAM::ManagedPolicy') put(resource.key, principal);
      }
      if (principal.boundary?.resource?.type === 'AWS::IAM::ManagedPolicy')
        put(principal.boundary.resource.key, principal);
      for (const group of principal.groups) put(group, principal);
    }
  }

  of(kind: TargetKind): readonly Target[] {
    let found = this.kinds.get(kind);
    if (found === undefined) this.kinds.set(kind, (found = this.find(kind)));
    return found;
  }

  private find(kind: TargetKind): readonly Target[] {
    const { snapshot, principals } = this.world;
    switch (kind) {
      case 'role':
      case 'user':
        return principals.filter((each) => each.kind === kind).map((each) => ofPrincipal(each));
      case 'account':
        return [];
      case 'new-role':
      case 'new-user':
        return [...this.boundaries.all].map((boundary) => {
          const principal = this.newcomers.of(
            this.boundaries.newcomer(kind === 'new-role' ? 'role' : 'user', boundary),
          );
          const { key, resource } = principal;
          return { id: key, name: resource.logicalId, arn: boundary.arn, resource, principals: [principal], boundary };
        });
      case 'new-member':
        return snapshot.ofType('AWS::IAM::Group').flatMap((group) => this.membersOf(group));
      case 'new-role-with':
        return this.attachables.anywhere('iam:AttachRolePolicy').flatMap((each) => this.madeWith('role', each));
      case 'new-user-with':
        return this.attachables.anywhere('iam:AttachUserPolicy').flatMap((each) => this.madeWith('user', each));
      case 'bounded-role':
      case 'bounded-user':
        return this.bounded(kind === 'bounded-role' ? 'role' : 'user');
      case 'cdk-deploy-role':
        return [bootstrap(BOOTSTRAP, 'deploy-role')];
      case 'cdk-exec-role':
        return [bootstrap(BOOTSTRAP, 'cfn-exec-role')];
      case 'cdk-lookup-role':
        return [bootstrap(BOOTSTRAP_LOOKUP, 'lookup-role')];
      case 'cdk-publishing-role':
        return ['file', 'image'].map((each) => bootstrap(BOOTSTRAP_PUBLISHING, `${each}-publishing-role`));
      case 'instance':
        return INSTANCES.flatMap((type) => this.resources(type));
      case 'api-method':
        return (LIKE['AWS::ApiGateway::RestApi'] ?? []).flatMap((type) =>
          snapshot.ofType(type).map((resource) => ({ ...this.ofResource(resource), arn: methodsOf(resource) })),
        );
      case 'stack':
        return this.world.snapshot.templates.flatMap((each) => stackTarget(each));
      case 'ecs-service':
        return this.resources('AWS::ECS::Service').map((each) => ({ ...each, arn: serviceArn(each) }));
      case 'code-object':
        return FUNCTIONS.flatMap((type) => snapshot.ofType(type)).flatMap((each) => this.codeObject(each));
      case 'code-image':
        return [...FUNCTIONS, 'AWS::ECS::TaskDefinition']
          .flatMap((type) => snapshot.ofType(type))
          .flatMap((each) => this.codeImages(each));
      default:
        return (LIKE[kind] ?? [kind]).flatMap((type) => this.resources(type));
    }
  }

  /** Users that somebody makes and puts into a group: without a boundary, and within each that may have to be set. */
  private membersOf(group: Resource): readonly Target[] {
    const own = this.ofResource(group);
    const account = accountOf(group.template);
    const made = (boundary?: NamedBoundary): Target => {
      const within = boundary === undefined ? {} : { within: boundary, boundary: boundary.policy };
      const principal = this.newcomers.of({
        kind: 'user',
        of: own,
        ...within,
        policies: this.policiesOfGroup(group.key).map((each) => ({ ...each, group: group.key })),
        groups: [group.key],
        account,
        near: own.arn,
        template: group.template,
      });
      return { ...own, id: principal.key, principals: [principal], ...(boundary === undefined ? {} : { boundary }) };
    };
    const boundaries = [...this.boundaries.all].filter((each) => sameText(each.account, account) !== 'no');
    return [made(), ...boundaries.map(made)];
  }

  /** Principals that somebody makes with one managed policy: without a boundary, and within each. */
  private madeWith(kind: Principal['kind'], policy: AttachablePolicy): readonly Target[] {
    const [holder] = this.world.principals;
    const made = (boundary?: NamedBoundary): Target => {
      const within = boundary === undefined ? {} : { within: boundary, boundary: boundary.policy };
      const { policy: its, arn } = policy;
      const own = its.resource?.type === 'AWS::IAM::ManagedPolicy' ? its.resource : undefined;
      const account = own === undefined ? (boundary?.account ?? holder.account) : accountOf(own.template);
      const template = (own ?? holder.resource).template;
      const principal = this.newcomers.of({
        kind,
        with: policy,
        ...within,
        policies: [its],
        account,
        near: holder.arn,
        template,
      });
      const { key, resource } = principal;
      return {
        id: key,
        name: resource.logicalId,
        arn,
        resource,
        principals: [principal],
        attaches: policy,
        ...(boundary === undefined ? {} : { boundary }),
      };
    };
    return [made(), ...[...this.boundaries.all].map(made)];
  }

  /** Each boundary that may be put in the place of one that allows less. */
  private bounded(kind: Principal['kind']): readonly Target[] {
    const others = [...this.boundaries.all];
    return this.world.principals.flatMap((principal): readonly Target[] => {
      const { boundary: own } = principal;
      if (principal.kind !== kind || own === undefined) return [];
      return others
        .filter(({ policy }) => !covers({ policies: [own] }, policy.document))
        .map((boundary) => ({
          ...ofPrincipal(principal),
          id: `${principal.key} within ${boundary.id}`,
          boundary,
        }));
    });
  }

  private resources(type: string): readonly Target[] {
    return this.world.snapshot.ofType(type).map((each) => this.ofResource(each));
  }

  private ofResource(resource: Resource): Target {
    const arn = computeArn(resource) ?? `arn:*:${service(resource.type)}:*`;
    const base = { id: resource.key, name: nameOf(resource), arn, resource };
    if (resource.type === 'AWS::IAM::Group' || resource.type === 'AWS::IAM::ManagedPolicy') {
      return { ...base, principals: this.attachedTo.get(resource.key) ?? [] };
    }
    if (resource.type === 'AWS::IAM::SAMLProvider' || resource.type === 'AWS::IAM::OIDCProvider') {
      return { ...base, principals: this.trusting(arn, resource.type === 'AWS::IAM::SAMLProvider') };
    }
    const { roles, unknown } = this.compute.rolesOf(resource);
    return { ...base, principals: this.principals(roles), ...(unknown === undefined ? {} : { unknownRole: unknown }) };
  }

  private principals(keys: readonly string[]): readonly Principal[] {
    return keys.flatMap((key) => this.world.principal(key) ?? []);
  }

  /** The roles that can be assumed with a token of a provider. */
  private trusting(provider: PolicyText, saml: boolean): readonly Principal[] {
    const action = saml ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity';
    return this.world.principals.filter(
      (each) =>
        each.trust !== undefined &&
        decide({ principal: { kind: 'federated', provider }, action, resource: each.arn }, this.world).may,
    );
  }

  private codeObject(resource: Resource): readonly Target[] {
    const find = (names: readonly string[]): Value | undefined =>
      names.flatMap((name) => at(resource.properties, name))[0];
    const bucket = find(['Code.S3Bucket', 'CodeUri.Bucket']);
    const key = find(['Code.S3Key', 'CodeUri.Key']);
    if (!isPolicyText(bucket)) return [];
    const arn = text([...parts(arnFrom('arn:{P}:s3:::', resource)), ...parts(bucket), '/', ...parts(key)]);
    return [{ ...this.ofResource(resource), id: `code of ${resource.key}`, arn, runs: resource }];
  }

  private codeImages(resource: Resource): readonly Target[] {
    const images = [
      ...at(resource.properties, 'Code.ImageUri'),
      ...at(resource.properties, 'ImageUri'),
      ...named(member(resource.properties, 'ContainerDefinitions'), 'Image'),
    ];
    return images.flatMap((image, index): readonly Target[] => {
      const arn = this.repositoryOf(image, resource);
      if (arn === undefined) return [];
      return [{ ...this.ofResource(resource), id: `image ${index} of ${resource.key}`, arn, runs: resource }];
    });
  }

  /** The repository of an image: one of the templates, or by `account.dkr.ecr.region.amazonaws.com/name:tag`. */
  private repositoryOf(image: Value, resource: Resource): PolicyText | undefined {
    if (isText(image)) {
      for (const { resource: key } of holes(image)) {
        const found = key === undefined ? undefined : this.world.snapshot.byKey(key);
        if (found?.type === 'AWS::ECR::Repository' && isPolicyText(found.arn)) return found.arn;
      }
    }
    if (typeof image !== 'string' && !isText(image)) return undefined;
    const shown = parts(image)
      .map((part) => (typeof part === 'string' ? part : '*'))
      .join('');
    const [, name] = /\.dkr\.ecr\.[^/]*\/([^:@]*)/.exec(shown) ?? [];
    return name === undefined || name.includes('*')
      ? undefined
      : arnFrom(`arn:{P}:ecr:{R}:{A}:repository/${name}`, resource);
  }
}

function bootstrap(name: string, role: string): Target {
  return { id: `${name} ${role}`, name, arn: bootstrapArn(role), names: bootstrapNames(role), principals: [] };
}

function ofPrincipal(principal: Principal): Target {
  const { resource, arn } = principal;
  return { id: principal.key, name: nameOf(resource), arn, resource, principals: [principal] };
}

/** A stack with a role of its own for CloudFormation; by default that of the bootstrap. */
function stackTarget({ name, stackName, executionRole, account, region }: Template): readonly Target[] {
  if (executionRole === undefined || stackName === undefined) return [];
  const isBootstrap = /:role\/cdk-[^/]+-cfn-exec-role-[^/]*$/.test(executionRole);
  const arn = text([
    'arn:',
    partitionOf(region),
    ':cloudformation:',
    region ?? { shape: 'region', source: 'AWS::Region' },
    ':',
    account ?? { shape: 'account', source: 'AWS::AccountId' },
    `:stack/${stackName}/`,
    { shape: 'segment', source: `${name}#AWS::StackId` },
  ]);
  return [{ id: `stack ${name}`, name: isBootstrap ? BOOTSTRAP : `the role of stack ${name}`, arn, principals: [] }];
}

/** A service in a cluster, as new ones are named. */
function serviceArn({ resource, arn }: Target): PolicyText {
  return resource === undefined ? arn : arnFrom('arn:{P}:ecs:{R}:{A}:service/{cluster}/{?}', resource);
}

function methodsOf(resource: Resource): PolicyText {
  const arn = computeArn(resource);
  const hole = (attribute: string): TextPart => ({
    shape: 'segment',
    source: `${resource.key}.${attribute}`,
    resource: resource.key,
    attribute,
  });
  return text([...parts(arn), '/resources/', hole('some-resource'), '/methods/', hole('some-method')]);
}

function parts(value: Value | undefined): readonly TextPart[] {
  if (isText(value)) return value.parts;
  return [typeof value === 'string' ? value : { shape: 'any', source: 'not known', cause: 'parameter' }];
}

/** The service prefix of ARNs of a type, near enough to ask about all resources of the service. */
function service(type: string): string {
  return type.split('::')[1]?.toLowerCase() ?? '*';
}
