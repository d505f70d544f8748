import { definedMethods } from '../../engine/world/defined-methods';
import type { EndpointIntent } from '../../model/intent';
import { alternatives } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import type { Value } from '../../model/value';
import { resourcesNamed } from './lookup';
import { Requests, widest } from './requests';

/** An endpoint of a REST or HTTP API that asks for AWS_IAM. */
export interface Endpoint {
  /** `GET /orders/{id}`; with its stage where there are several, but for the one that was declared. */
  readonly name: string;
  readonly verb: string;
  /** What was declared of it. */
  readonly declared?: EndpointIntent;
  /** Construct paths of roles, where they were declared. */
  readonly callers?: readonly string[];
  /** Its requests: `/prod/GET/orders/<id>`. */
  readonly requests: Requests;
  /** What IAM patterns can tell of its requests, in which `*` spans `/`. */
  readonly widened: Requests;
  /** Where it is known. */
  readonly path?: string;
  /** `*` where it is not known. */
  readonly stage: string;
}

const RESOURCE = 'AWS::ApiGateway::Resource';
const METHOD = 'AWS::ApiGateway::Method';
const ROUTE = 'AWS::ApiGatewayV2::Route';
const STAGES = ['AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment', 'AWS::ApiGatewayV2::Stage'];
const MOST_SEGMENTS = 64;

const known = new WeakMap<Resource, readonly Endpoint[]>();

/** The endpoints of an API with AWS_IAM, on each of its stages, in the order of the template. Found once for all that ask. */
export function iamEndpoints(api: Resource, snapshot: Snapshot): readonly Endpoint[] {
  const before = known.get(api);
  if (before !== undefined) return before;
  const found = findEndpoints(api, snapshot);
  known.set(api, found);
  return found;
}

function findEndpoints(api: Resource, snapshot: Snapshot): readonly Endpoint[] {
  const parts = snapshot.referencing(api.key);
  const ofResources = parts
    .filter(({ type }) => type === METHOD || type === ROUTE)
    .filter(({ properties }) => alternatives(properties['AuthorizationType']).includes('AWS_IAM'))
    .map((method): Found => {
      const { intent } = method;
      const place = method.type === ROUTE ? routeOf(method) : methodOf(method, api, snapshot);
      return { place, declared: intent?.kind === 'endpoint' ? intent : undefined };
    });
  const found = [...ofResources, ...definedEndpoints(api)];
  const stages = stagesOf(parts);
  const { intent } = api;
  const own = intent?.kind === 'api' ? intent.stage : undefined;
  return (stages.length === 0 ? ['*'] : stages).flatMap((stage) =>
    found.map(({ place, declared }) => endpointAt(place, stage, declared, stages.length > 1 && stage !== own)),
  );
}

interface Found {
  readonly place: Place;
  readonly declared: EndpointIntent | undefined;
}

/** Of an OpenAPI definition: the operations that ask for AWS_IAM for sure. */
function definedEndpoints(api: Resource): readonly Found[] {
  const { intent } = api;
  const { path: name = '', operations = [] } = intent?.kind === 'api' ? intent : {};
  return definedMethods(api).methods.flatMap(({ verb, path, authorization }): readonly Found[] => {
    if (authorization !== 'AWS_IAM' || typeof verb !== 'string') return [];
    const place: Place = { verb: verb === '*' ? 'ANY' : verb, ...(typeof path === 'string' ? { path } : {}) };
    const said = operations.find(({ endpoint }) => endpoint === `${place.verb} ${place.path ?? ''}`);
    return [{ place, declared: said && { kind: 'endpoint', api: name, highValue: false, ...said } }];
  });
}

function endpointAt(
  { verb, path }: Place,
  stage: string,
  declared: EndpointIntent | undefined,
  isNamedWithStage: boolean,
): Endpoint {
  const name = declared?.endpoint ?? `${verb} ${path ?? '/*'}`;
  return {
    name: isNamedWithStage ? `${name} (stage ${stage})` : name,
    verb,
    ...(declared === undefined ? {} : { declared, callers: declared.callers }),
    requests: Requests.ofEndpoint(stage, verb, path),
    widened: Requests.matching(widest(stage, verb, path)),
    ...(path === undefined ? {} : { path }),
    stage,
  };
}

interface Place {
  readonly verb: string;
  readonly path?: string;
}

function methodOf(method: Resource, api: Resource, snapshot: Snapshot): Place {
  const { properties } = method;
  const verb = typeof properties['HttpMethod'] === 'string' ? properties['HttpMethod'] : 'ANY';
  const path = pathOf(properties['ResourceId'], method, api, snapshot);
  return { verb, ...(path === undefined ? {} : { path }) };
}

/** `$default` takes every path and verb, and so may a key that is not known. */
function routeOf({ properties }: Resource): Place {
  const key = properties['RouteKey'];
  const [, verb, path] = (typeof key === 'string' && /^([A-Z]+) (\/.*)$/.exec(key)) || [];
  return verb === undefined || path === undefined ? { verb: 'ANY' } : { verb, path };
}

function stagesOf(parts: readonly Resource[]): readonly string[] {
  const names = parts
    .filter(({ type }) => STAGES.includes(type))
    .flatMap(({ properties }) => alternatives(properties['StageName']))
    .map((name) => (typeof name === 'string' ? name : '*'));
  return [...new Set(names.filter((name) => name !== '*'))];
}

/** The path of a method, `undefined` where it cannot be followed to the root. */
export function pathOf(id: Value | undefined, at: Resource, api: Resource, snapshot: Snapshot): string | undefined {
  const segments: string[] = [];
  let next = id;
  for (let depth = 0; depth < MOST_SEGMENTS; depth += 1) {
    if (isRootOf(next, api)) return `/${segments.join('/')}`;
    const [resource, ...others] = resourcesNamed(next, RESOURCE, at, snapshot);
    const part = resource?.properties['PathPart'];
    if (resource === undefined || others.length > 0 || typeof part !== 'string') return undefined;
    segments.unshift(part);
    next = resource.properties['ParentId'];
  }
  return undefined;
}

function isRootOf(id: Value | undefined, { key }: Resource): boolean {
  if (!isText(id) || id.parts.length !== 1) return false;
  const [part] = id.parts;
  return typeof part === 'object' && part.resource === key && part.attribute === 'RootResourceId';
}
