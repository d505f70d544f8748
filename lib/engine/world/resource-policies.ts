import type { PolicyDocument, PolicyText } from '../../model/policy';
import { member, show } from '../../model/read';
import type { Resource, Snapshot, Template } from '../../model/snapshot';
import { isAbsent, isChoice, isText, isUnknown, text } from '../../model/value';
import type { MapValue, TextPart, Value } from '../../model/value';
import { canonical } from '../match/symbolic';
import { policiesOf } from '../parse/policies-of';
import { parsePolicy } from '../parse/policy-document';
import { expandShorthand } from './apis';
import { isPolicyText, propertiesUnknown } from './attachments';
import { publicAccessBlockOf, publicAclsOf } from './bucket-access';
import { guardedElements, under } from './guarded';
import { lambdaPermission } from './lambda-permission';
import { ownArn } from './own-arn';
import { accountOf, accountOfArn, resourcesIn, textOr } from './principals';
import type { Api, ResourcePolicy, SourcedPolicy } from './world';

/** Resources that hold their policy themselves, and the property that no parser of policies knows. */
const OWN: Readonly<Record<string, readonly string[] | undefined>> = {
  'AWS::KMS::Key': undefined,
  'AWS::KMS::ReplicaKey': undefined,
  'AWS::ECR::Repository': undefined,
  'AWS::DynamoDB::Table': ['ResourcePolicy', 'PolicyDocument'],
  'AWS::ApiGateway::RestApi': undefined,
};

/** Resources that put a policy on others, and the property that names these. */
const ATTACHING: Readonly<Record<string, readonly [property: string, types: readonly string[]]>> = {
  'AWS::S3::BucketPolicy': ['Bucket', ['AWS::S3::Bucket']],
  'AWS::SecretsManager::ResourcePolicy': ['SecretId', ['AWS::SecretsManager::Secret']],
  'AWS::SQS::QueuePolicy': ['Queues', ['AWS::SQS::Queue']],
  'AWS::SQS::QueueInlinePolicy': ['Queue', ['AWS::SQS::Queue']],
  'AWS::SNS::TopicPolicy': ['Topics', ['AWS::SNS::Topic']],
  'AWS::SNS::TopicInlinePolicy': ['TopicArn', ['AWS::SNS::Topic']],
  'AWS::Lambda::Permission': ['FunctionName', ['AWS::Lambda::Function', 'AWS::Serverless::Function']],
  'AWS::Lambda::ResourcePolicy': ['ResourceArn', ['AWS::Lambda::Function', 'AWS::Serverless::Function']],
  'AWS::Events::EventBusPolicy': ['EventBusName', ['AWS::Events::EventBus']],
};

/** The resource policies of a snapshot by the key of what they protect. Linear. */
export function resourcePoliciesOf(
  snapshot: Snapshot,
  apis: ReadonlyMap<string, Api>,
): ReadonlyMap<string, ResourcePolicy> {
  const found = new Map<string, { readonly target: Target; readonly policies: SourcedPolicy[] }>();
  const add = (target: Target, policy: SourcedPolicy): void => {
    const known = found.get(target.key);
    if (known === undefined) found.set(target.key, { target, policies: [policy] });
    else known.policies.push(policy);
  };
  for (const type of Object.keys(OWN)) {
    for (const resource of snapshot.ofType(type)) {
      const policy = ownPolicy(resource, apis);
      if (policy !== undefined) add({ key: resource.key, resource }, policy);
    }
  }
  const targets = new Targets(snapshot);
  for (const [type, [property, types]] of Object.entries(ATTACHING)) {
    for (const resource of snapshot.ofType(type)) {
      const named = member(resource.properties, property);
      // A policy of an event bus that names none is one of the default one.
      const what = isAbsent(named) && type === 'AWS::Events::EventBusPolicy' ? 'default' : named;
      for (const { value, guards } of guardedElements(what, resource.guards)) {
        const target = isPolicyText(value) ? targets.of(value, types, resource.template) : undefined;
        if (target === undefined) continue;
        const { document, place } = attachedDocument(resource, target);
        add(target, { layer: 'resource', document: under(guards, document), resource, place });
      }
    }
  }
  for (const bucket of snapshot.ofType('AWS::S3::Bucket')) {
    for (const acl of publicAclsOf(bucket)) add({ key: bucket.key, resource: bucket }, acl);
  }
  return new Map(
    [...found].map(([key, { target, policies }]) => [
      key,
      {
        key,
        ...(target.resource === undefined ? {} : { resource: target.resource }),
        arn: arnOf(target, apis),
        account: target.resource === undefined ? accountOfTarget(target) : accountOf(target.resource.template),
        policies,
        ...blockOf(target),
      },
    ]),
  );
}

function blockOf({ resource }: Target): Pick<ResourcePolicy, 'publicAccessBlock'> {
  const block = resource?.type === 'AWS::S3::Bucket' ? publicAccessBlockOf(resource) : undefined;
  return block === undefined ? {} : { publicAccessBlock: block };
}

interface Target {
  readonly key: string;
  readonly resource?: Resource;
  readonly arn?: PolicyText;
}

function arnOf({ resource, arn, key }: Target, apis: ReadonlyMap<string, Api>): PolicyText {
  return apis.get(key)?.arnPrefix ?? arn ?? textOr(resource?.arn, `the ARN of ${resource?.logicalId ?? key}`);
}

function accountOfTarget({ arn }: Target): PolicyText {
  return (arn === undefined ? undefined : accountOfArn(arn)) ?? textOr(undefined, 'the account of a resource');
}

/** What the property of an attaching resource names. */
class Targets {
  private readonly byRef = new Map<string, Resource>();

  constructor(private readonly snapshot: Snapshot) {
    for (const type of new Set(Object.values(ATTACHING).flatMap(([, types]) => types))) {
      for (const resource of snapshot.ofType(type)) {
        for (const name of [resource.ref, resource.arn]) {
          if (isPolicyText(name)) this.byRef.set(`${type} ${canonical(name)}`, resource);
        }
      }
    }
  }

  of(value: PolicyText, types: readonly string[], template: Template): Target {
    for (const type of types) {
      const resource = this.byRef.get(`${type} ${canonical(value)}`);
      if (resource !== undefined) return { key: resource.key, resource };
    }
    for (const key of resourcesIn(value)) {
      const resource = this.snapshot.byKey(key);
      if (resource !== undefined && types.includes(resource.type)) return { key, resource };
    }
    const arn = outsideArn(value, types[0], template);
    return { key: show(arn), arn };
  }
}

/** The ARN of a resource outside of the templates, from its name. */
function outsideArn(value: PolicyText, type: string, template: Template): PolicyText {
  const start = isText(value) ? value.parts[0] : value;
  if (isUnknown(value) || (typeof start === 'string' && start.startsWith('arn:'))) return value;
  const parts: readonly TextPart[] = isText(value) ? value.parts : [value];
  switch (type) {
    case 'AWS::S3::Bucket':
      return text(['arn:aws:s3:::', ...parts]);
    case 'AWS::Events::EventBus':
      return ownArn(template, 'events', ['event-bus/', ...parts]);
    case 'AWS::Lambda::Function':
      // A name, not one with an alias or an account.
      if (typeof value === 'string' && /^[\w-]+$/.test(value)) return ownArn(template, 'lambda', ['function:', value]);
      break;
    default:
  }
  return textOr(undefined, `the ARN of ${show(value)}`);
}

function ownPolicy(resource: Resource, apis: ReadonlyMap<string, Api>): SourcedPolicy | undefined {
  const lost = propertiesUnknown(resource);
  if (lost !== undefined) return { ...lost, layer: 'resource' };
  const own = policiesOf(resource).find(({ role }) => role === 'resource');
  const api = apis.get(resource.key);
  if (own !== undefined) {
    const document = api === undefined ? own.document : expanded(own.document, api);
    return { layer: 'resource', document, resource, place: own.place };
  }
  if (resource.type.startsWith('AWS::KMS::')) {
    return { layer: 'resource', document: defaultKeyPolicy(resource), resource, place: 'KeyPolicy' };
  }
  const path = OWN[resource.type];
  const value = path === undefined ? undefined : member(resource.properties, ...path);
  if (path === undefined || isAbsent(value)) return undefined;
  return { layer: 'resource', document: parsePolicy(value, resource.guards), resource, place: path.join('.') };
}

/** A key without a policy has one by which its account decides. */
function defaultKeyPolicy(key: Resource): PolicyDocument {
  const account = accountOf(key.template);
  const root = text(['arn:aws:iam::', ...(isText(account) ? account.parts : [account as string]), ':root']);
  return parsePolicy({
    Statement: [{ Effect: 'Allow', Principal: { AWS: root }, Action: 'kms:*', Resource: '*' }],
  });
}

function expanded(document: PolicyDocument, api: Api): PolicyDocument {
  return {
    ...document,
    statements: document.statements.map((statement) =>
      statement.resources === undefined
        ? statement
        : {
            ...statement,
            resources: {
              ...statement.resources,
              patterns: statement.resources.patterns.map((pattern) => expandShorthand(pattern, api.arnPrefix)),
            },
          },
    ),
  };
}

function attachedDocument(
  resource: Resource,
  target: Target,
): { readonly document: PolicyDocument; readonly place: string } {
  const lost = propertiesUnknown(resource);
  if (lost !== undefined) return { document: lost.document, place: lost.place };
  if (resource.type === 'AWS::Lambda::Permission') {
    return { document: lambdaPermission(resource, target.resource?.arn ?? target.arn), place: 'Properties' };
  }
  if (resource.type === 'AWS::Events::EventBusPolicy') return eventBusPolicy(resource, target);
  const [own] = policiesOf(resource);
  return own ?? { document: { statements: [], unknowns: [] }, place: 'PolicyDocument' };
}

/** Either a statement, or an action and an account that may do it. */
function eventBusPolicy(
  resource: Resource,
  target: Target,
): { readonly document: PolicyDocument; readonly place: string } {
  const { properties } = resource;
  const statement = member(properties, 'Statement');
  if (!isAbsent(statement)) return { document: parsePolicy({ Statement: statement }), place: 'Statement' };
  const condition = member(properties, 'Condition');
  const conditionMap: Value = isAbsent(condition) ? condition : conditionOf(condition);
  const written: MapValue = {
    Effect: 'Allow',
    Principal: principalValue(member(properties, 'Principal')),
    Action: member(properties, 'Action'),
    Resource: target.resource?.arn ?? target.arn ?? '*',
    Condition: conditionMap,
  };
  return { document: parsePolicy({ Statement: [written] }), place: 'Properties' };
}

function principalValue(value: Value): Value {
  if (isChoice(value)) {
    return { ...value, whenTrue: principalValue(value.whenTrue), whenFalse: principalValue(value.whenFalse) };
  }
  return value === '*' ? '*' : { AWS: value };
}

/** `{ Type: 'StringEquals', Key: 'aws:PrincipalOrgID', Value: 'o-1' }`. */
function conditionOf(condition: Value): Value {
  const type = member(condition, 'Type');
  const key = member(condition, 'Key');
  if (typeof type !== 'string' || typeof key !== 'string') return { StringEquals: { 'aws:PrincipalOrgID': condition } };
  return { [type]: { [key]: member(condition, 'Value') } };
}
