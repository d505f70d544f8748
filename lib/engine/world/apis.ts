import type { PolicyText } from '../../model/policy';
import { holes, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isText, text, unknown } from '../../model/value';
import type { TextPart, Unknown, Value } from '../../model/value';
import { isPolicyText, propertiesUnknown } from './attachments';
import { definedMethods } from './defined-methods';
import { isHttpApi, quickMethods, routeMethods } from './http-apis';
import { accountOf, textOr } from './principals';
import type { Api, ApiMethod } from './world';

/** The REST and HTTP APIs of a snapshot and what they serve, by the key of the API. */
export function apisOf(snapshot: Snapshot): ReadonlyMap<string, Api> {
  const served = new Map<string, ApiMethod[]>();
  const add = (id: Value, methods: readonly ApiMethod[]): void => {
    const api = referred(id);
    if (api === undefined) return;
    const same = served.get(api);
    if (same === undefined) served.set(api, [...methods]);
    else same.push(...methods);
  };
  for (const resource of snapshot.ofType('AWS::ApiGateway::Method')) {
    add(member(resource.properties, 'RestApiId'), [methodOf(resource, snapshot)]);
  }
  for (const resource of snapshot.ofType('AWS::ApiGatewayV2::Route')) {
    add(member(resource.properties, 'ApiId'), routeMethods(resource));
  }
  const all = [
    ...snapshot.ofType('AWS::ApiGateway::RestApi'),
    ...snapshot.ofType('AWS::ApiGatewayV2::Api').filter(isHttpApi),
  ];
  return new Map(
    all.map((resource) => {
      const defined = definedMethods(resource);
      const unknownMethods = unknownMethodsOf(resource) ?? defined.unknown;
      return [
        resource.key,
        {
          resource,
          account: accountOf(resource.template),
          arnPrefix: executeArnOf(resource),
          methods: [...(served.get(resource.key) ?? []), ...quickMethods(resource), ...defined.methods],
          ...(unknownMethods === undefined ? {} : { unknownMethods }),
        },
      ];
    }),
  );
}

function unknownMethodsOf(api: Resource): Unknown | undefined {
  for (const property of ['BodyS3Location', 'CloneFrom']) {
    if (!isAbsent(member(api.properties, property))) {
      return unknown('function', `the methods of ${api.logicalId}, which its "${property}" describes`);
    }
  }
  return propertiesUnknown(api)?.document.unknowns[0];
}

/** `arn:P:execute-api:R:A:id`: the ARN of the API without the part of the control plane. */
function executeArnOf(api: Resource): PolicyText {
  const arn = api.arn;
  const parts: readonly TextPart[] = isText(arn) ? arn.parts : typeof arn === 'string' ? [arn] : [];
  const written = parts.map((part) =>
    typeof part === 'string'
      ? part.replace(':apigateway:', ':execute-api:').replace(/::\/(?:restapis|apis)\//, ':\u0000:')
      : part,
  );
  if (!written.some((part) => typeof part === 'string' && part.includes('\u0000'))) {
    return unknown('attribute', `the ARN of ${api.logicalId}`);
  }
  const account = accountOf(api.template);
  const accountParts: readonly TextPart[] = isText(account) ? account.parts : [account as string];
  return text(
    written.flatMap((part): readonly TextPart[] => {
      if (typeof part !== 'string' || !part.includes('\u0000')) return [part];
      const [before, after] = part.split('\u0000');
      return [before, ...accountParts, after];
    }),
  );
}

function methodOf(resource: Resource, snapshot: Snapshot): ApiMethod {
  const verb = member(resource.properties, 'HttpMethod');
  const authorization = member(resource.properties, 'AuthorizationType');
  return {
    resource,
    verb: verb === 'ANY' ? '*' : textOr(verb, `the verb of ${resource.logicalId}`),
    path: pathOf(member(resource.properties, 'ResourceId'), snapshot, 0),
    authorization: isAbsent(authorization)
      ? 'NONE'
      : textOr(authorization, `the authorization type of ${resource.logicalId}`),
  };
}

const MOST_SEGMENTS = 64;

function pathOf(id: Value, snapshot: Snapshot, depth: number): PolicyText {
  const lost = unknown('attribute', 'the path of a method whose resource is not among the templates');
  const hole = isText(id) ? holes(id)[0] : undefined;
  if (hole?.resource === undefined || depth > MOST_SEGMENTS) return lost;
  if (hole.attribute === 'RootResourceId') return '/';
  const resource = snapshot.byKey(hole.resource);
  const segment = resource === undefined ? undefined : member(resource.properties, 'PathPart');
  if (resource === undefined || typeof segment !== 'string') return lost;
  const parent = pathOf(member(resource.properties, 'ParentId'), snapshot, depth + 1);
  if (typeof parent !== 'string') return parent;
  return parent === '/' ? `/${segment}` : `${parent}/${segment}`;
}

function referred(id: Value): string | undefined {
  return isText(id) ? holes(id).find(({ resource }) => resource !== undefined)?.resource : undefined;
}

/**
 * The resource of a statement in the policy of an API: `execute-api:/stage/VERB/path` is written out when the policy
 * is saved.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html
 */
export function expandShorthand(pattern: PolicyText, prefix: PolicyText): PolicyText {
  if (!isPolicyText(prefix)) return pattern;
  const parts: readonly TextPart[] = isText(pattern) ? pattern.parts : typeof pattern === 'string' ? [pattern] : [];
  const [first, ...rest] = parts;
  if (typeof first !== 'string' || !/^execute-api:\/?/.test(first)) return pattern;
  const prefixParts: readonly TextPart[] = isText(prefix) ? prefix.parts : typeof prefix === 'string' ? [prefix] : [];
  if (prefixParts.length === 0) return prefix;
  return text([...prefixParts, `/${first.replace(/^execute-api:\/?/, '')}`, ...rest]);
}
