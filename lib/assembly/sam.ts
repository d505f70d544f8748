import type { RawMap } from './raw';
import { isRawMap, own, ownString, rawMap } from './raw';
import { samBodies } from './sam-events';
import { SAM } from './transforms';

const MANAGED = { 'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/' } as const;

/** What SAM attaches to the role of a function that reads such a source. */
const OF_SOURCE: Readonly<Record<string, string>> = {
  SQS: 'AWSLambdaSQSQueueExecutionRole',
  Kinesis: 'AWSLambdaKinesisExecutionRole',
  DynamoDB: 'AWSLambdaDynamoDBExecutionRole',
  MSK: 'AWSLambdaMSKExecutionRole',
};

/**
 * A template of the Serverless Application Model with what decides about access written out: the defaults of `Globals`,
 * the role of each function, its URL, and the endpoints of APIs as an OpenAPI definition. Types stay those of SAM where
 * the resource has other properties than the one that it becomes. INVARIANT: what is not written out is still named, as
 * the transform of the template.
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
 */
export function withSamWrittenOut(body: RawMap): RawMap {
  const globals = rawMap(own(body, 'Globals'));
  const written: Record<string, unknown> = {};
  for (const [id, resource] of Object.entries(rawMap(own(body, 'Resources')))) {
    const kind = isRawMap(resource)
      ? /^AWS::Serverless::(\w+)$/.exec(ownString(resource, 'Type') ?? '')?.[1]
      : undefined;
    if (kind === undefined) put(written, id, resource);
    else {
      const properties = merged(rawMap(own(globals, kind)), rawMap(own(resource as RawMap, 'Properties')));
      put(written, id, { ...(resource as RawMap), Properties: properties });
    }
  }
  for (const [id, resource] of Object.entries(written)) {
    if (own(rawMap(resource), 'Type') === 'AWS::Serverless::Function') {
      for (const [name, each] of Object.entries(functionParts(id, resource as RawMap))) put(written, name, each);
    }
  }
  for (const [id, each] of Object.entries(samBodies(written))) put(written, id, each);
  return { ...body, Resources: written };
}

/** The function with its role, and what stands beside it. What the template has under a name stays. */
function functionParts(id: string, resource: RawMap): RawMap {
  const properties = rawMap(own(resource, 'Properties'));
  const condition = ownString(resource, 'Condition');
  const also = condition === undefined ? {} : { Condition: condition };
  const parts: Record<string, unknown> = {};
  if (own(properties, 'Role') === undefined) {
    parts[id] = { ...resource, Properties: { ...properties, Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] } } };
    parts[`${id}Role`] = { Type: 'AWS::IAM::Role', ...also, Properties: roleOf(properties) };
  }
  const url = own(properties, 'FunctionUrlConfig');
  if (isRawMap(url)) {
    const { AuthType } = url;
    parts[`${id}Url`] = { Type: 'AWS::Lambda::Url', ...also, Properties: { AuthType, TargetFunctionArn: { Ref: id } } };
  }
  return parts;
}

function roleOf(properties: RawMap): RawMap {
  const raw = own(properties, 'Policies');
  const policies = raw === undefined ? [] : Array.isArray(raw) ? raw : [raw];
  const boundary = own(properties, 'PermissionsBoundary');
  const path = own(properties, 'RolePath');
  return {
    AssumeRolePolicyDocument: own(properties, 'AssumeRolePolicyDocument') ?? {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    },
    ManagedPolicyArns: [
      managed('service-role/AWSLambdaBasicExecutionRole'),
      ...(own(properties, 'VpcConfig') === undefined ? [] : [managed('service-role/AWSLambdaVPCAccessExecutionRole')]),
      ...(own(properties, 'Tracing') === 'Active' ? [managed('AWSXrayWriteOnlyAccess')] : []),
      ...sourcesOf(properties),
      ...policies.filter((each) => !isInline(each)).map((each) => (typeof each === 'string' ? arnOf(each) : each)),
    ],
    Policies: policies.filter(isInline).map((each, index) => ({
      PolicyName: `Policy${index}`,
      PolicyDocument: own(each as RawMap, 'Statement') === undefined ? template(each as RawMap) : each,
    })),
    ...(boundary === undefined ? {} : { PermissionsBoundary: boundary }),
    ...(path === undefined ? {} : { Path: path }),
  };
}

/** A document, or a policy template of SAM; a function such as `Ref` or `Fn::If` gives a managed policy. */
function isInline(policy: unknown): boolean {
  if (!isRawMap(policy)) return false;
  const [only = ''] = Object.keys(policy);
  return only !== 'Ref' && !only.startsWith('Fn::');
}

/** What a policy template of SAM allows is not written out: it is unknown by its name. */
function template(policy: RawMap): RawMap {
  return { 'Fn::Transform': { Name: `${SAM} policy template ${Object.keys(policy).join(', ')}` } };
}

function sourcesOf(properties: RawMap): readonly unknown[] {
  const types = Object.values(rawMap(own(properties, 'Events'))).map((each) => ownString(rawMap(each), 'Type') ?? '');
  return [...new Set(types)].flatMap((type) =>
    Object.hasOwn(OF_SOURCE, type) ? [managed(`service-role/${OF_SOURCE[type]}`)] : [],
  );
}

function arnOf(nameOrArn: string): unknown {
  return nameOrArn.startsWith('arn:') ? nameOrArn : managed(nameOrArn);
}

function managed(name: string): unknown {
  return { 'Fn::Sub': MANAGED['Fn::Sub'] + name };
}

/** Maps of `Globals` are filled up, lists are continued, other values give way to those of the resource. */
function merged(global: RawMap, given: RawMap): RawMap {
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(global)) put(result, key, value);
  for (const [key, value] of Object.entries(given)) {
    const before = own(global, key);
    const both = isRawMap(before) && isRawMap(value) && !isFunction(before) && !isFunction(value);
    if (both) put(result, key, merged(before, value));
    else put(result, key, Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value);
  }
  return result;
}

function isFunction(map: RawMap): boolean {
  const [only = '', ...others] = Object.keys(map);
  return others.length === 0 && (only === 'Ref' || only.startsWith('Fn::'));
}

function put(into: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(into, key, { value, enumerable: true, configurable: true });
  else into[key] = value;
}
