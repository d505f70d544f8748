import { alternatives, entries, member, show, soleHole } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent, isList, isMap } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { example } from '../support/examples';
import { isMockOperation, operationsOf } from '../../engine/world/open-api';
import { about, isOpen, isTextEqual, judge, violationOf } from '../support/property';
import type { Answer } from '../support/property';

/**
 * An API key is not authorization: a method with a key only counts as open. The preflight of a browser carries no
 * credentials, so that an OPTIONS method answered by a mock is the one exception.
 */
export const api1: Rule = {
  id: 'API1',
  title: 'An endpoint can be called without authorization',
  severity: 'error',
  why: 'Anyone on the internet can call it. IAM policies and the callers that were declared have no effect on a method that does not ask who is calling, and an API key is an identifier for metering, not a proof.',
  fix: 'Set the authorization to AWS_IAM: in CDK, `authorizationType: AuthorizationType.IAM`, or use `LeastPrivilegeRestApi`, which has no other kind of endpoint.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-control-access-to-api.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 IA-2', 'NIST 800-53 r5 AC-14'],
  types: [
    'AWS::ApiGateway::Method',
    'AWS::ApiGateway::RestApi',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Api',
    'AWS::Lambda::Url',
    'AWS::AppSync::GraphQLApi',
  ],
  check(resource, snapshot) {
    const { type, properties } = resource;
    if (type === 'AWS::ApiGateway::Method') {
      const { HttpMethod, ResourceId, Integration } = properties;
      return isMockPreflight(resource) ? [] : about(authorizationOf(resource), { HttpMethod, ResourceId, Integration });
    }
    if (type === 'AWS::ApiGatewayV2::Route') {
      const { RouteKey, Target } = properties;
      return isAuthorizedElsewhere(resource, snapshot) ? [] : about(authorizationOf(resource), { RouteKey, Target });
    }
    if (type === 'AWS::AppSync::GraphQLApi') return graphQl(properties['AuthenticationType']);
    if (type === 'AWS::Lambda::Url') {
      const { TargetFunctionArn, Cors } = properties;
      return about(functionUrl(properties['AuthType']), { TargetFunctionArn, Cors });
    }
    return [...definition(resource), ...quickCreate(resource)];
  },
  examples: {
    bad: example('AWS::ApiGateway::Method', {
      RestApiId: 'a1b2c3',
      ResourceId: 'd4e5f6',
      HttpMethod: 'GET',
      AuthorizationType: 'NONE',
    }),
    good: example('AWS::ApiGateway::Method', {
      RestApiId: 'a1b2c3',
      ResourceId: 'd4e5f6',
      HttpMethod: 'GET',
      AuthorizationType: 'AWS_IAM',
    }),
  },
};

function authorizationOf({ properties, intent, type }: Resource): readonly Violation[] {
  const found = properties['AuthorizationType'];
  // Of a REST API only roles are declared as callers, and only IAM asks for roles.
  if (intent?.kind === 'endpoint' && intent.callers.length > 0 && type === 'AWS::ApiGateway::Method') {
    return violationOf(
      judge(found, isTextEqual('AWS_IAM')),
      `found \`AuthorizationType\` ${show(found)} of an endpoint that declares roles as its callers; expected AWS_IAM, which asks for them`,
    );
  }
  const key = alternatives(properties['ApiKeyRequired']).some((one) => one === true || one === 'true');
  return violationOf(
    judge(found, isAuthorization),
    `found \`AuthorizationType\` ${show(found)}${key ? ' with an API key only' : ''}; expected AWS_IAM or an authorizer`,
  );
}

function isAuthorization(value: Value): Answer {
  if (isOpen(value)) return 'open';
  return typeof value === 'string' && value !== '' && value.toUpperCase() !== 'NONE' ? 'holds' : 'fails';
}

function isMockPreflight({ properties }: Resource): boolean {
  const integration = alternatives(member(properties['Integration'], 'Type'));
  return properties['HttpMethod'] === 'OPTIONS' && integration.every((type) => type === 'MOCK');
}

/** A WebSocket API authorizes once, when the connection is opened. */
function isAuthorizedElsewhere({ properties }: Resource, snapshot: Snapshot): boolean {
  if (properties['RouteKey'] === '$connect') return false;
  const api = soleHole(properties['ApiId'])?.resource;
  const protocol = api === undefined ? undefined : snapshot.byKey(api)?.properties['ProtocolType'];
  return protocol === 'WEBSOCKET' || properties['RouteKey'] === '$disconnect';
}

function functionUrl(found: Value | undefined): readonly Violation[] {
  return violationOf(judge(found, isAuthorization), `found \`AuthType\` ${show(found)}; expected AWS_IAM`);
}

/** A key of AppSync is all that a caller needs, and everybody who has the page or the app has it. */
function graphQl(found: Value | undefined): readonly Violation[] {
  return violationOf(
    judge(found, (value) => (isOpen(value) ? 'open' : value === 'API_KEY' ? 'fails' : 'holds')),
    `found \`AuthenticationType\` ${show(found)}, an API key only; expected AWS_IAM or an authorizer`,
    'AuthenticationType',
  );
}

/** `Target` makes a catch-all route that asks for nothing. */
function quickCreate({ type, properties }: Resource): readonly Violation[] {
  if (type !== 'AWS::ApiGatewayV2::Api' || isAbsent(properties['Target'])) return [];
  return [
    {
      message: `found \`Target\` ${show(properties['Target'])}, which opens a catch-all route; expected routes with an authorization each`,
      detail: 'Target',
    },
  ];
}

/** The methods of an OpenAPI definition. `security` at its root is ignored by API Gateway, and so it is here. */
function definition({ properties, type }: Resource): readonly Violation[] {
  const elsewhere = properties['BodyS3Location'];
  const found: Violation[] = [];
  if (!isAbsent(elsewhere)) {
    found.push(unread('BodyS3Location', 'the OpenAPI definition in `BodyS3Location`'));
  }
  for (const body of alternatives(properties['Body']))
    found.push(...ofDefinition(body, type === 'AWS::ApiGatewayV2::Api'));
  return found;
}

function ofDefinition(body: Value, isHttp: boolean): readonly Violation[] {
  const { operations, unread: lost } = operationsOf(body);
  if (lost !== undefined) return [unread('Body', `the OpenAPI definition \`${show(lost)}\``)];
  return operations.flatMap((operation) => {
    if (operation.verb === 'OPTIONS' && isMockOperation(operation)) return [];
    const found = violationOf(
      judgeOperation(operation.value, body),
      `found the operation \`${operation.name}\` of the OpenAPI definition without \`security\` or \`x-amazon-apigateway-auth\`; expected AWS_IAM or an authorizer on each operation (\`security\` at the root is ignored)`,
      `Operation::${operation.name}`,
    );
    return about(isHttp ? found.map((each) => ofHttpApi(each, operation.value, body)) : found, operation.value);
  });
}

/** Of an HTTP API no page says what `security` at the root does, so that it may count. */
function ofHttpApi(found: Violation, operation: Value, body: Value): Violation {
  if (isAbsent(member(body, 'security')) || !isAbsent(member(operation, 'security'))) return found;
  const what = 'what `security` at the root of the definition does in an HTTP API';
  return { ...found, certainty: 'possible', unknowns: [...(found.unknowns ?? []), what] };
}

function judgeOperation(operation: Value, body: Value): ReturnType<typeof judge> {
  const auth = judge(member(operation, 'x-amazon-apigateway-auth', 'type'), isAuthorization);
  if (auth.certainty === undefined) return auth;
  return judge(member(operation, 'security'), (security) => {
    if (isOpen(security)) return 'open';
    const required = isList(security) ? security.map((one) => entries(one).map(([scheme]) => scheme)) : [];
    // An empty requirement, `{}`, makes all others optional.
    if (required.some((schemes) => schemes.length === 0)) return 'fails';
    return required.flat().some((scheme) => !isApiKeyOnly(scheme, body)) ? 'holds' : 'fails';
  });
}

/** A scheme of type apiKey is an authorizer only where an extension says so. */
function isApiKeyOnly(name: string, body: Value): boolean {
  const schemes = [member(body, 'components', 'securitySchemes', name), member(body, 'securityDefinitions', name)];
  return schemes.some(
    (scheme) =>
      isMap(scheme) &&
      scheme['type'] === 'apiKey' &&
      isAbsent(scheme['x-amazon-apigateway-authtype']) &&
      isAbsent(scheme['x-amazon-apigateway-authorizer']),
  );
}

function unread(detail: string, what: string): Violation {
  return {
    message: `${what} is not read here; expected methods that can be judged in the template`,
    detail,
    certainty: 'possible',
    unknowns: [what],
  };
}
