import { Stack as CdkStack } from 'aws-cdk-lib';
import type { App, CfnResource, Stack } from 'aws-cdk-lib';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Call } from '../../../lib/runtime/review/call';

export const ACCOUNT = '111122223333';
export const REGION = 'eu-west-1';

type Raw = Record<string, any>;

/** An error as the SDK throws it. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name });
}

/**
 * An account into which the stacks of an app were deployed, as the services show it. It has a resolver of its own, and
 * its state can be changed, behind the back of CloudFormation.
 */
export class FakeAccount {
  public readonly roles = new Map<string, Raw>();
  public readonly policies = new Map<string, any>();
  public readonly apis = new Map<string, Raw>();
  public readonly httpApis = new Map<string, Raw>();
  public readonly trails = new Map<string, Raw>();
  public readonly buckets = new Map<string, Raw>();
  public readonly keys = new Map<string, Raw>();
  public readonly secrets = new Map<string, Raw>();
  public readonly objects = new Map<string, string>();
  public readonly stacks = new Map<string, Raw>();
  public hub = new Map<string, Raw>();
  public readonly events: Raw[] = [];
  /** Of functions. */
  public readonly environments = new Map<string, Record<string, string>>();
  /** `iam:GetRole`: operations that are refused. */
  public readonly refused = new Set<string>();
  public readonly calls: { service: string; operation: string; input: Raw }[] = [];
  public readonly users = new Map<string, Raw>();
  public readonly groups = new Map<string, Raw>();
  private readonly exports = new Map<string, string>();
  private readonly nestedNames = new Map<string, string>();

  constructor(stacks: readonly Stack[]) {
    const assembly = (stacks[0].node.root as App).synth();
    const all = stacks.map((stack) => ({
      name: stack.stackName,
      template: structuredClone(assembly.getStackArtifact(stack.artifactId).template) as Raw,
      ids: {} as Record<string, string>,
    }));
    for (const stack of stacks) {
      for (const nested of stack.node
        .findAll()
        .filter((each): each is Stack => CdkStack.isStack(each) && each !== stack)) {
        const parent = nested.nestedStackParent as Stack;
        const above = all.find(
          ({ name }) => name === (this.nestedNames.get(parent.node.path) ?? parent.stackName),
        ) as Raw;
        const logicalId = parent.resolve((nested.nestedStackResource as CfnResource).logicalId) as string;
        const name = `${above['name']}-${logicalId}-1A2B`;
        this.nestedNames.set(nested.node.path, name);
        const template = JSON.parse(readFileSync(join(assembly.directory, nested.templateFile), 'utf8')) as Raw;
        all.push({ name, template, ids: {}, given: { parent: above['name'], of: logicalId } } as never);
      }
    }
    for (const { name, template, ids } of all) {
      for (const [id, resource] of Object.entries<Raw>(template['Resources']))
        ids[id] = this.physicalId(name, id, resource);
      this.stacks.set(name, {
        StackId: `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/1111-2222`,
        StackStatus: 'UPDATE_COMPLETE',
        body: JSON.stringify(template, undefined, 1),
        template,
        ids,
        Parameters: Object.entries<Raw>(template['Parameters'] ?? {}).map(([ParameterKey, { Default }]) => ({
          ParameterKey,
          ParameterValue: Default,
          ResolvedValue: '1',
        })),
      });
    }
    for (const { name, given } of all as Raw[]) {
      if (given === undefined) continue;
      const { Properties } = (this.stacks.get(given.parent) as Raw)['template'].Resources[given.of];
      (this.stacks.get(name) as Raw)['Parameters'] = Object.entries(Properties.Parameters ?? {}).map(
        ([ParameterKey, value]) => ({ ParameterKey, ParameterValue: this.resolve(given.parent, value) }),
      );
    }
    for (const { name } of all) this.resolveExports(name);
    for (const { name } of all) this.deploy(name);
  }

  /** The one whose name or ARN has the text in it. */
  public static of<T>(map: ReadonlyMap<string, T>, part: string): T {
    const found = [...map].filter(([key]) => key.includes(part));
    if (found.length !== 1) throw new Error(`${found.length} have ${part}: ${[...map.keys()].join()}`);
    return found[0][1];
  }

  public readonly call: Call = async (service, operation, input) => {
    this.calls.push({ service, operation, input });
    if (this.refused.has(`${service}:${operation}`)) throw awsError('AccessDeniedException');
    const answer = (this as any)[`${service}:${operation}`] as ((input: Raw) => Answer) | undefined;
    if (answer === undefined) throw new Error(`the fake has no ${service}:${operation}`);
    // As over the wire.
    const given = answer.call(this, structuredClone(input) as Raw);
    return service === 's3' && operation === 'GetObject' ? given : structuredClone(given);
  };

  private physicalId(stack: string, id: string, { Type, Properties = {} }: Raw): string {
    const name = `${stack}-${id}-1A2B`;
    switch (Type) {
      case 'AWS::CloudFormation::Stack':
        return `arn:aws:cloudformation:${REGION}:${ACCOUNT}:stack/${name}/1111-2222`;
      case 'AWS::IAM::ManagedPolicy':
        return `arn:aws:iam::${ACCOUNT}:policy${Properties.Path ?? '/'}${name}`;
      case 'AWS::SecretsManager::Secret':
        return `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:${id}-AbCdEf`;
      case 'AWS::SNS::Topic':
        return `arn:aws:sns:${REGION}:${ACCOUNT}:${name}`;
      case 'AWS::KMS::Key':
        return `0000-${id}`;
      case 'AWS::S3::Bucket':
        return name.toLowerCase();
      case 'AWS::CloudTrail::Trail':
        return Properties.TrailName ?? name;
      case 'AWS::ApiGateway::Stage':
        return Properties.StageName;
      case 'AWS::ApiGateway::RestApi':
        return `api${id.length}`;
      default:
        return typeof Properties.RoleName === 'string' ? Properties.RoleName : name;
    }
  }

  private arn(type: string, id: string, properties: Raw): string {
    switch (type) {
      case 'AWS::IAM::User':
        return `arn:aws:iam::${ACCOUNT}:user${properties['Path'] ?? '/'}${id}`;
      case 'AWS::IAM::Role':
        return `arn:aws:iam::${ACCOUNT}:role${properties['Path'] ?? '/'}${id}`;
      case 'AWS::S3::Bucket':
        return `arn:aws:s3:::${id}`;
      case 'AWS::KMS::Key':
        return `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;
      case 'AWS::CloudTrail::Trail':
        return `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/${id}`;
      case 'AWS::Logs::LogGroup':
        return `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:${id}:*`;
      case 'AWS::Lambda::Function':
        return `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${id}`;
      case 'AWS::DynamoDB::Table':
        return `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/${id}`;
      case 'AWS::SQS::Queue':
        return `arn:aws:sqs:${REGION}:${ACCOUNT}:${id}`;
      case 'AWS::Events::Rule':
        return `arn:aws:events:${REGION}:${ACCOUNT}:rule/${id}`;
      default:
        return id.startsWith('arn:') ? id : `arn:made-up:${type}:${id}`;
    }
  }

  /** What CloudFormation makes of the value in this stack. */
  public resolve(stack: string, value: any): any {
    if (Array.isArray(value))
      return value.map((each) => this.resolve(stack, each)).filter((each) => each !== undefined);
    if (typeof value !== 'object' || value === null) return value;
    const { template, ids } = this.stacks.get(stack) as Raw;
    const [[name, argument] = ['', undefined]] = Object.entries<any>(value);
    const pseudo: Record<string, string> = {
      'AWS::Partition': 'aws',
      'AWS::AccountId': ACCOUNT,
      'AWS::Region': REGION,
      'AWS::URLSuffix': 'amazonaws.com',
      'AWS::StackName': stack,
    };
    const ref = (id: string): any => pseudo[id] ?? ids[id] ?? this.parameter(stack, id);
    switch (name) {
      case 'Ref':
        return argument === 'AWS::NoValue' ? undefined : ref(argument);
      case 'Fn::GetAtt': {
        const [id, attribute] = argument as [string, string];
        const { Type, Properties = {} } = template.Resources[id];
        if (attribute.startsWith('Outputs.')) {
          const nested = ids[id].split('/')[1] as string;
          const { Outputs } = (this.stacks.get(nested) as Raw)['template'];
          return this.resolve(nested, Outputs[attribute.slice('Outputs.'.length)].Value);
        }
        if (attribute.endsWith('Arn')) return this.arn(Type, ids[id], Properties);
        return attribute === 'RootResourceId' ? '/' : attribute === 'KeyId' ? ids[id] : `${ids[id]}.${attribute}`;
      }
      case 'Fn::Join':
        return this.resolve(stack, argument[1]).join(argument[0]);
      case 'Fn::Sub':
        return argument.replace(/\$\{([^}]+)\}/g, (_: string, id: string) => ref(id));
      case 'Fn::ImportValue':
        return this.exports.get(this.resolve(stack, argument));
      case 'Fn::Select':
        return this.resolve(stack, argument[1])[argument[0]];
      case 'Fn::Split':
        return this.resolve(stack, argument[1]).split(argument[0]);
      case 'Fn::FindInMap':
        return `map.${argument.join('.')}`;
      default:
        return Object.fromEntries(
          Object.entries(value)
            .map(([key, each]) => [key, this.resolve(stack, each)])
            .filter(([, each]) => each !== undefined),
        );
    }
  }

  private parameter(stack: string, id: string): any {
    const found = (this.stacks.get(stack) as Raw)['Parameters'].find((each: Raw) => each['ParameterKey'] === id);
    if (found === undefined) throw new Error(`${id} is not in ${stack}`);
    return found.ParameterValue;
  }

  private resolveExports(stack: string): void {
    const { template } = this.stacks.get(stack) as Raw;
    for (const { Export, Value } of Object.values<Raw>(template.Outputs ?? {})) {
      if (Export !== undefined) this.exports.set(this.resolve(stack, Export.Name), this.resolve(stack, Value));
    }
  }

  private deploy(stack: string): void {
    const { template, ids } = this.stacks.get(stack) as Raw;
    const resources = Object.entries<Raw>(template.Resources).map(([id, { Type, Properties }]) => ({
      type: Type,
      id: ids[id] as string,
      raw: Properties ?? {},
      properties: this.resolve(stack, Properties ?? {}) as Raw,
    }));
    const ofType = (type: string) => resources.filter((each) => each.type === type);
    for (const { id, properties } of ofType('AWS::IAM::Role')) {
      this.roles.set(id, {
        Arn: this.arn('AWS::IAM::Role', id, properties),
        trust: properties['AssumeRolePolicyDocument'],
        boundary: properties['PermissionsBoundary'],
        seconds: properties['MaxSessionDuration'] ?? 3600,
        tags: properties['Tags'],
        inline: new Map(
          (properties['Policies'] ?? []).map((each: Raw) => [each['PolicyName'], each['PolicyDocument']]),
        ),
        attached: new Set(properties['ManagedPolicyArns'] ?? []),
      });
    }
    for (const [kind, map] of [
      ['User', this.users],
      ['Group', this.groups],
    ] as const) {
      for (const { id, properties } of ofType(`AWS::IAM::${kind}`)) {
        map.set(id, {
          Arn: this.arn(`AWS::IAM::${kind}`, id, properties),
          boundary: properties['PermissionsBoundary'],
          inline: new Map(
            (properties['Policies'] ?? []).map((each: Raw) => [each['PolicyName'], each['PolicyDocument']]),
          ),
          attached: new Set(properties['ManagedPolicyArns'] ?? []),
          groups: new Set(properties['Groups'] ?? []),
          keys: new Set<string>(),
          password: properties['LoginProfile'] !== undefined,
        });
      }
    }
    for (const { id, properties } of ofType('AWS::IAM::AccessKey')) {
      this.users.get(properties['UserName'])?.['keys'].add(id);
    }
    for (const { properties } of ofType('AWS::IAM::UserToGroupAddition')) {
      for (const user of properties['Users']) this.users.get(user)?.['groups'].add(properties['GroupName']);
    }
    const holders = (properties: Raw): Raw[] =>
      [
        [this.roles, properties['Roles']] as const,
        [this.users, properties['Users']] as const,
        [this.groups, properties['Groups']] as const,
      ].flatMap(([map, names]) => (names ?? []).flatMap((name: string) => map.get(name) ?? []));
    for (const { id, properties } of ofType('AWS::IAM::ManagedPolicy')) {
      this.policies.set(id, properties['PolicyDocument']);
      for (const each of holders(properties)) each['attached'].add(id);
    }
    for (const { properties } of ofType('AWS::IAM::Policy')) {
      for (const each of holders(properties))
        each['inline'].set(properties['PolicyName'], properties['PolicyDocument']);
    }
    for (const { id, properties } of ofType('AWS::Lambda::Function')) {
      this.environments.set(id, properties['Environment']?.Variables ?? {});
    }
    for (const { id, properties } of ofType('AWS::KMS::Key'))
      this.keys.set(id, { policy: properties['KeyPolicy'], state: 'Enabled' });
    for (const { id, properties } of ofType('AWS::S3::Bucket')) this.buckets.set(id, { ...properties });
    for (const { properties } of ofType('AWS::S3::BucketPolicy')) {
      (this.buckets.get(properties['Bucket']) as Raw)['policy'] = properties['PolicyDocument'];
    }
    for (const { id, properties } of ofType('AWS::SecretsManager::Secret'))
      this.secrets.set(id, { key: properties['KmsKeyId'] });
    for (const { properties } of ofType('AWS::SecretsManager::ResourcePolicy')) {
      (this.secrets.get(properties['SecretId']) as Raw)['policy'] = properties['ResourcePolicy'];
    }
    for (const { properties } of ofType('AWS::SecretsManager::RotationSchedule')) {
      (this.secrets.get(properties['SecretId']) as Raw)['rotates'] = true;
    }
    for (const { id, properties } of ofType('AWS::CloudTrail::Trail')) {
      this.trails.set(this.arn('AWS::CloudTrail::Trail', id, {}), { ...properties, logs: properties['IsLogging'] });
    }
    for (const { id } of ofType('AWS::ApiGatewayV2::Api')) {
      const own = (type: string) => ofType(type).filter((each) => each.properties['ApiId'] === id);
      this.httpApis.set(id, {
        routes: own('AWS::ApiGatewayV2::Route').map(({ properties }) => ({ AuthorizationType: 'NONE', ...properties })),
        authorizers: own('AWS::ApiGatewayV2::Authorizer').map(({ id: AuthorizerId, properties }) => ({
          AuthorizerId,
          ...properties,
        })),
      });
    }
    for (const { id, properties } of ofType('AWS::ApiGateway::RestApi')) this.deployApi(id, properties, resources);
  }

  private deployApi(
    api: string,
    properties: Raw,
    resources: readonly { type: string; id: string; properties: Raw }[],
  ): void {
    const own = (type: string) =>
      resources.filter((each) => each.type === type && each.properties['RestApiId'] === api);
    const parts = new Map(own('AWS::ApiGateway::Resource').map((each) => [each.id, each.properties]));
    const pathOf = (id: string): string => {
      const part = parts.get(id);
      return part === undefined ? '' : `${pathOf(part['ParentId'])}/${part['PathPart']}`;
    };
    const paths = new Map<string, Record<string, Raw>>([['/', {}]]);
    for (const id of parts.keys()) paths.set(pathOf(id), {});
    for (const { properties: method } of own('AWS::ApiGateway::Method')) {
      (paths.get(pathOf(method['ResourceId']) || '/') as Raw)[method['HttpMethod']] = {
        httpMethod: method['HttpMethod'],
        authorizationType: method['AuthorizationType'] ?? 'NONE',
        apiKeyRequired: method['ApiKeyRequired'] ?? false,
        ...(method['AuthorizerId'] === undefined ? {} : { authorizerId: method['AuthorizerId'] }),
      };
    }
    this.apis.set(api, {
      policy: properties['Policy'],
      disableExecuteApiEndpoint: properties['DisableExecuteApiEndpoint'] ?? false,
      paths,
      authorizers: own('AWS::ApiGateway::Authorizer').map(({ id, properties: each }) => ({
        id,
        type: each['Type'],
        authorizerUri: each['AuthorizerUri'],
        identitySource: each['IdentitySource'],
        authorizerResultTtlInSeconds: each['AuthorizerResultTtlInSeconds'] ?? 300,
      })),
      stages: own('AWS::ApiGateway::Stage').map(({ id, properties: each }) => ({
        stageName: id,
        deploymentId: each['DeploymentId'],
        accessLogSettings: { destinationArn: each['AccessLogSetting']?.DestinationArn },
      })),
    });
  }

  private static found<T>(map: ReadonlyMap<string, T>, key: string, error: string): T {
    const value = map.get(key);
    if (value === undefined) throw awsError(error);
    return value;
  }

  'cloudformation:DescribeStacks'({ StackName }: Raw): Answer {
    const found = this.stacks.get(StackName.startsWith('arn:') ? StackName.split('/')[1] : StackName);
    if (found === undefined) throw awsError('ValidationError', `Stack with id ${StackName} does not exist`);
    const { StackId, StackStatus, Parameters } = found;
    return { Stacks: [{ StackId, StackStatus, Parameters }] };
  }

  private stackOf(id: string): Raw {
    return FakeAccount.found(this.stacks, id.split('/')[1], 'ValidationError');
  }

  'cloudformation:GetTemplate'({ StackName }: Raw): Answer {
    return { TemplateBody: this.stackOf(StackName)['body'].replace(/[\u{80}-\u{10ffff}]/gu, '?') };
  }

  'cloudformation:ListStackResources'({ StackName, NextToken }: Raw): Answer {
    const all = Object.entries<string>(this.stackOf(StackName)['ids']).map(
      ([LogicalResourceId, PhysicalResourceId]) => ({
        LogicalResourceId,
        PhysicalResourceId,
        ResourceStatus: 'CREATE_COMPLETE',
      }),
    );
    const from = Number(NextToken ?? 0);
    return {
      StackResourceSummaries: all.slice(from, from + 10),
      ...(all.length > from + 10 ? { NextToken: String(from + 10) } : {}),
    };
  }

  'cloudformation:ListExports'(): Answer {
    return { Exports: [...this.exports].map(([Name, Value]) => ({ Name, Value })) };
  }

  'iam:GetRole'({ RoleName }: Raw): Answer {
    const { Arn, trust, boundary, seconds, tags } = FakeAccount.found(this.roles, RoleName, 'NoSuchEntityException');
    return {
      Role: {
        Arn,
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trust)),
        MaxSessionDuration: seconds,
        ...(tags === undefined ? {} : { Tags: tags }),
        ...(boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } }),
      },
    };
  }

  'iam:GetUser'({ UserName }: Raw): Answer {
    const { Arn, boundary } = FakeAccount.found(this.users, UserName, 'NoSuchEntityException');
    return {
      User: {
        Arn,
        ...(boundary === undefined ? {} : { PermissionsBoundary: { PermissionsBoundaryArn: boundary } }),
      },
    };
  }

  'iam:GetGroup'({ GroupName }: Raw): Answer {
    return { Group: { Arn: FakeAccount.found(this.groups, GroupName, 'NoSuchEntityException')['Arn'] }, Users: [] };
  }

  'iam:ListGroupsForUser'({ UserName }: Raw): Answer {
    return { Groups: [...(this.users.get(UserName)?.['groups'] ?? [])].map((GroupName) => ({ GroupName })) };
  }

  'iam:ListAccessKeys'({ UserName }: Raw): Answer {
    return {
      AccessKeyMetadata: [...(this.users.get(UserName)?.['keys'] ?? [])].map((AccessKeyId) => ({ AccessKeyId })),
    };
  }

  'iam:GetLoginProfile'({ UserName }: Raw): Answer {
    if (this.users.get(UserName)?.['password'] !== true) throw awsError('NoSuchEntityException');
    return { LoginProfile: { UserName } };
  }

  private inlineNames(holder: Raw | undefined, { Marker }: Raw): Answer {
    const names = [...(holder?.['inline'].keys() ?? [])];
    const from = Number(Marker ?? 0);
    return {
      PolicyNames: names.slice(from, from + 1),
      ...(names.length > from + 1 ? { IsTruncated: true, Marker: String(from + 1) } : {}),
    };
  }

  private inlinePolicy(holder: Raw | undefined, { PolicyName }: Raw): Answer {
    const document = FakeAccount.found<any>(holder?.['inline'], PolicyName, 'NoSuchEntityException');
    return { PolicyDocument: encodeURIComponent(JSON.stringify(document, undefined, 2)) };
  }

  private attachedTo(holder: Raw | undefined): Answer {
    return { AttachedPolicies: [...(holder?.['attached'] ?? [])].map((PolicyArn) => ({ PolicyArn })) };
  }

  'iam:ListRolePolicies'(input: Raw): Answer {
    return this.inlineNames(this.roles.get(input['RoleName']), input);
  }

  'iam:ListUserPolicies'(input: Raw): Answer {
    return this.inlineNames(this.users.get(input['UserName']), input);
  }

  'iam:ListGroupPolicies'(input: Raw): Answer {
    return this.inlineNames(this.groups.get(input['GroupName']), input);
  }

  'iam:GetRolePolicy'(input: Raw): Answer {
    return this.inlinePolicy(this.roles.get(input['RoleName']), input);
  }

  'iam:GetUserPolicy'(input: Raw): Answer {
    return this.inlinePolicy(this.users.get(input['UserName']), input);
  }

  'iam:GetGroupPolicy'(input: Raw): Answer {
    return this.inlinePolicy(this.groups.get(input['GroupName']), input);
  }

  'iam:ListAttachedRolePolicies'({ RoleName }: Raw): Answer {
    return this.attachedTo(this.roles.get(RoleName));
  }

  'iam:ListAttachedUserPolicies'({ UserName }: Raw): Answer {
    return this.attachedTo(this.users.get(UserName));
  }

  'iam:ListAttachedGroupPolicies'({ GroupName }: Raw): Answer {
    return this.attachedTo(this.groups.get(GroupName));
  }

  'iam:GetPolicy'({ PolicyArn }: Raw): Answer {
    FakeAccount.found(this.policies, PolicyArn, 'NoSuchEntityException');
    return { Policy: { DefaultVersionId: 'v3' } };
  }

  'iam:GetPolicyVersion'({ PolicyArn, VersionId }: Raw): Answer {
    if (VersionId !== 'v3') throw awsError('NoSuchEntityException');
    return { PolicyVersion: { Document: encodeURIComponent(JSON.stringify(this.policies.get(PolicyArn))) } };
  }

  'api-gateway:GetRestApi'({ restApiId }: Raw): Answer {
    const { policy, disableExecuteApiEndpoint } = FakeAccount.found(this.apis, restApiId, 'NotFoundException');
    const full = `arn:aws:execute-api:${REGION}:${ACCOUNT}:${restApiId}/`;
    const text = policy && JSON.stringify(policy).replaceAll('execute-api:/', full);
    return {
      disableExecuteApiEndpoint,
      ...(text === undefined ? {} : { policy: JSON.stringify(text).slice(1, -1).replaceAll('/', String.raw`\/`) }),
    };
  }

  'api-gateway:GetResources'({ restApiId, position }: Raw): Answer {
    const items = [...(this.apis.get(restApiId) as Raw)['paths']].map(([path, resourceMethods]) => ({
      path,
      resourceMethods,
    }));
    return position === undefined ? { items: items.slice(0, 1), position: 'more' } : { items: items.slice(1) };
  }

  'api-gateway:GetAuthorizers'({ restApiId }: Raw): Answer {
    return { items: (this.apis.get(restApiId) as Raw)['authorizers'] };
  }

  'api-gateway:GetStages'({ restApiId }: Raw): Answer {
    return { item: (this.apis.get(restApiId) as Raw)['stages'] };
  }

  'apigatewayv2:GetApi'({ ApiId }: Raw): Answer {
    FakeAccount.found(this.httpApis, ApiId, 'NotFoundException');
    return { ApiId };
  }

  'apigatewayv2:GetRoutes'({ ApiId }: Raw): Answer {
    return { Items: this.httpApis.get(ApiId)?.['routes'] };
  }

  'apigatewayv2:GetAuthorizers'({ ApiId }: Raw): Answer {
    return { Items: this.httpApis.get(ApiId)?.['authorizers'] };
  }

  'cloudtrail:GetTrail'({ Name }: Raw): Answer {
    const { KMSKeyId, EnableLogFileValidation, ...trail } = FakeAccount.found(
      this.trails,
      Name,
      'TrailNotFoundException',
    );
    return { Trail: { ...trail, KmsKeyId: KMSKeyId, LogFileValidationEnabled: EnableLogFileValidation } };
  }

  'cloudtrail:GetTrailStatus'({ Name }: Raw): Answer {
    return { IsLogging: this.trails.get(Name)?.['logs'], LatestDeliveryError: this.trails.get(Name)?.['error'] };
  }

  'cloudtrail:GetEventSelectors'({ TrailName }: Raw): Answer {
    const { AdvancedEventSelectors, EventSelectors } = this.trails.get(TrailName) as Raw;
    return { AdvancedEventSelectors, EventSelectors };
  }

  'cloudtrail:GetInsightSelectors'({ TrailName }: Raw): Answer {
    const { InsightSelectors } = this.trails.get(TrailName) as Raw;
    if (InsightSelectors === undefined) throw awsError('InsightNotEnabledException');
    return { InsightSelectors };
  }

  'kms:DescribeKey'({ KeyId }: Raw): Answer {
    return { KeyMetadata: { KeyState: FakeAccount.found(this.keys, KeyId, 'NotFoundException')['state'] } };
  }

  'kms:GetKeyPolicy'({ KeyId }: Raw): Answer {
    return { Policy: JSON.stringify(this.keys.get(KeyId)?.['policy'], undefined, 2) };
  }

  's3:GetBucketVersioning'({ Bucket }: Raw): Answer {
    const { VersioningConfiguration } = FakeAccount.found(this.buckets, Bucket, 'NoSuchBucket');
    return { Status: VersioningConfiguration?.Status };
  }

  's3:GetBucketPolicy'({ Bucket }: Raw): Answer {
    const { policy } = this.buckets.get(Bucket) as Raw;
    if (policy === undefined) throw awsError('NoSuchBucketPolicy');
    return { Policy: JSON.stringify(policy) };
  }

  's3:GetObjectLockConfiguration'({ Bucket }: Raw): Answer {
    const { ObjectLockConfiguration } = this.buckets.get(Bucket) as Raw;
    if (ObjectLockConfiguration === undefined) throw awsError('ObjectLockConfigurationNotFoundError');
    return { ObjectLockConfiguration };
  }

  's3:GetPublicAccessBlock'({ Bucket }: Raw): Answer {
    const { PublicAccessBlockConfiguration } = this.buckets.get(Bucket) as Raw;
    if (PublicAccessBlockConfiguration === undefined) throw awsError('NoSuchPublicAccessBlockConfiguration');
    return { PublicAccessBlockConfiguration };
  }

  's3:GetObject'({ Key }: Raw): Answer {
    const text = FakeAccount.found(this.objects, Key, 'NoSuchKey');
    return { Body: { transformToString: async () => text } };
  }

  'secrets-manager:DescribeSecret'({ SecretId }: Raw): Answer {
    const { key, rotates, deleted } = FakeAccount.found(this.secrets, SecretId, 'ResourceNotFoundException');
    return { KmsKeyId: key, RotationEnabled: rotates, DeletedDate: deleted };
  }

  'secrets-manager:GetResourcePolicy'({ SecretId }: Raw): Answer {
    const policy = this.secrets.get(SecretId)?.['policy'];
    return policy === undefined ? {} : { ResourcePolicy: JSON.stringify(policy) };
  }

  'securityhub:GetFindings'({ Filters, NextToken }: Raw): Answer {
    const all = [...this.hub.values()].filter(
      (each) =>
        each['RecordState'] === Filters.RecordState[0].Value && each['GeneratorId'] === Filters.GeneratorId[0].Value,
    );
    const from = Number(NextToken ?? 0);
    return { Findings: all.slice(from, from + 2), ...(all.length > from + 2 ? { NextToken: String(from + 2) } : {}) };
  }

  'securityhub:BatchImportFindings'({ Findings }: Raw): Answer {
    if (Findings.length === 0 || Findings.length > 100) throw awsError('InvalidInputException');
    // What Security Hub adds by itself.
    for (const each of Findings)
      this.hub.set(each.Id, { ...each, Workflow: { Status: 'NEW' }, ProcessedAt: each.UpdatedAt });
    return { FailedCount: 0, SuccessCount: Findings.length };
  }

  'eventbridge:PutEvents'({ Entries }: Raw): Answer {
    this.events.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map(() => ({ EventId: '1' })) };
  }
}
