import type { RawMap } from './raw';
import { own, ownString, rawMap } from './raw';
import { SAM } from './transforms';

/** How the two kinds of APIs are called, and by which name SAM makes one that nobody declared. */
const KINDS = {
  Api: { type: 'AWS::Serverless::Api', becomes: 'AWS::ApiGateway::RestApi', implied: 'ServerlessRestApi' },
  HttpApi: { type: 'AWS::Serverless::HttpApi', becomes: 'AWS::ApiGatewayV2::Api', implied: 'ServerlessHttpApi' },
} as const;
const KEY_SCHEME = 'api_key';

/** The APIs of a SAM template by logical id, each with the OpenAPI definition that the events of functions make. */
export function samBodies(resources: RawMap): RawMap {
  const found: Record<string, unknown> = {};
  for (const kind of ['Api', 'HttpApi'] as const) {
    const { type, implied } = KINDS[kind];
    const events = eventsOf(resources, kind);
    const ids = Object.keys(resources).filter((id) => own(rawMap(resources[id]), 'Type') === type);
    const ofImplied = events.filter(({ api }) => api === undefined);
    if (ofImplied.length > 0) found[implied] = apiOf({ Type: type, Properties: {} }, kind, ofImplied);
    for (const id of ids) {
      const api = resources[id] as RawMap;
      const own = events.filter(({ api: named }) => named === id);
      found[id] = apiOf(api, kind, own);
      if (kind === 'Api') Object.assign(found, stageOf(id, api));
    }
  }
  return found;
}

interface Event {
  /** The logical id of the API; `undefined` for the one that SAM makes. */
  readonly api: string | undefined;
  readonly path: string;
  readonly method: string;
  readonly auth: RawMap;
}

function eventsOf(resources: RawMap, kind: 'Api' | 'HttpApi'): readonly Event[] {
  return Object.values(resources).flatMap((resource) => {
    if (own(rawMap(resource), 'Type') !== 'AWS::Serverless::Function') return [];
    const events = Object.values(rawMap(own(rawMap(own(rawMap(resource), 'Properties')), 'Events')));
    return events.flatMap((raw): readonly Event[] => {
      const event = rawMap(raw);
      if (own(event, 'Type') !== kind) return [];
      const properties = rawMap(own(event, 'Properties'));
      const api = own(properties, kind === 'Api' ? 'RestApiId' : 'ApiId');
      return [
        {
          api: api === undefined ? undefined : (ownString(rawMap(api), 'Ref') ?? ''),
          path: ownString(properties, 'Path') ?? '/{proxy+}',
          method: (ownString(properties, 'Method') ?? 'any').toLowerCase(),
          auth: rawMap(own(properties, 'Auth')),
        },
      ];
    });
  });
}

/** The API as API Gateway knows it. A definition that the template gives itself is not looked into for events. */
function apiOf(api: RawMap, kind: 'Api' | 'HttpApi', events: readonly Event[]): RawMap {
  const properties = rawMap(own(api, 'Properties'));
  const auth = rawMap(own(properties, 'Auth'));
  const given = own(properties, 'DefinitionBody');
  const elsewhere = own(properties, 'DefinitionUri');
  const { Name, EndpointConfiguration, DisableExecuteApiEndpoint, MinimumCompressionSize, Tags } = properties;
  const policy = own(auth, 'ResourcePolicy') === undefined ? {} : { Policy: unread('ResourcePolicy') };
  return {
    ...api,
    Type: KINDS[kind].becomes,
    Properties: Object.fromEntries(
      Object.entries({
        Name,
        EndpointConfiguration,
        DisableExecuteApiEndpoint,
        MinimumCompressionSize,
        Tags,
        ...(kind === 'Api' ? policy : { ProtocolType: 'HTTP' }),
        // SAM adds the default authorizer to a definition that is given: what comes out is not known here.
        Body:
          elsewhere !== undefined || (given !== undefined && own(auth, 'DefaultAuthorizer') !== undefined)
            ? unread('the definition of an API')
            : (given ?? bodyOf(events, auth, kind)),
      }).filter(([, value]) => value !== undefined),
    ),
  };
}

function unread(what: string): RawMap {
  return { 'Fn::Transform': { Name: `${SAM} (${what})` } };
}

function bodyOf(events: readonly Event[], auth: RawMap, kind: 'Api' | 'HttpApi'): RawMap {
  const paths = new Map<string, [string, unknown][]>();
  for (const event of events) {
    const method = event.method === 'any' || event.method === '*' ? 'x-amazon-apigateway-any-method' : event.method;
    const same = paths.get(event.path) ?? [];
    paths.set(event.path, [...same, [method, operationOf(event, auth, kind)]]);
  }
  return {
    openapi: '3.0.1',
    paths: Object.fromEntries([...paths].map(([path, operations]) => [path, Object.fromEntries(operations)])),
    components: { securitySchemes: { [KEY_SCHEME]: { type: 'apiKey', name: 'x-api-key', in: 'header' } } },
  };
}

function operationOf(event: Event, ofApi: RawMap, kind: 'Api' | 'HttpApi'): RawMap {
  const authorizer = own(event.auth, 'Authorizer') ?? own(ofApi, 'DefaultAuthorizer') ?? 'NONE';
  const key = own(event.auth, 'ApiKeyRequired') ?? own(ofApi, 'ApiKeyRequired');
  const integration = { 'x-amazon-apigateway-integration': { type: 'aws_proxy' } };
  if (authorizer === 'AWS_IAM') return { ...integration, 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
  const schemes = authorizer === 'NONE' ? [] : [authorizer];
  if (schemes.some((each) => typeof each !== 'string')) return { ...integration, security: unread('an authorizer') };
  const names = [...(schemes as string[]), ...(key === true && kind === 'Api' ? [KEY_SCHEME] : [])];
  return names.length === 0
    ? integration
    : { ...integration, security: [Object.fromEntries(names.map((name) => [name, []]))] };
}

/** The stage that SAM deploys an API to. */
function stageOf(id: string, api: RawMap): RawMap {
  const properties = rawMap(own(api, 'Properties'));
  const name = own(properties, 'StageName');
  const condition = ownString(api, 'Condition');
  const { MethodSettings, AccessLogSetting, TracingEnabled, CacheClusterEnabled } = properties;
  const settings = { MethodSettings, AccessLogSetting, TracingEnabled, CacheClusterEnabled };
  return {
    [`${id}${typeof name === 'string' ? name : ''}Stage`]: {
      Type: 'AWS::ApiGateway::Stage',
      ...(condition === undefined ? {} : { Condition: condition }),
      Properties: {
        RestApiId: { Ref: id },
        ...(name === undefined ? {} : { StageName: name }),
        ...Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)),
      },
    },
  };
}
