import { definedOperations, isMockOperation } from '../../engine/world/open-api';
import { alternatives, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { pathOf } from './iam-endpoints';
import { resourcesNamed } from './lookup';

/** A method of a REST API or a route of an HTTP API, written as a resource or in an OpenAPI definition. */
export interface Served {
  /** `GET`, `ANY`; `$default` of an HTTP API is ANY. */
  readonly verb: string;
  /** `GET /orders/{id}`, or what is known of it. */
  readonly name: string;
  readonly isMock: boolean;
}

const REST = 'AWS::ApiGateway::RestApi';
const HTTP = 'AWS::ApiGatewayV2::Api';

/** Whether an API is a WebSocket API: its routes are no HTTP requests. */
export function isWebSocket({ properties }: Resource): boolean {
  return alternatives(properties['ProtocolType']).includes('WEBSOCKET');
}

/** Whether a resource is a REST or HTTP API. */
export function isCalledByHttp(resource: Resource): boolean {
  return resource.type === REST || (resource.type === HTTP && !isWebSocket(resource));
}

/** The REST and HTTP APIs of the templates. */
export function allApis(snapshot: Snapshot): readonly Resource[] {
  return [...snapshot.ofType(REST), ...snapshot.ofType(HTTP).filter(isCalledByHttp)];
}

/** The API that a part of one belongs to, where it is among the templates. */
export function apiOfPart(part: Resource, snapshot: Snapshot): Resource | undefined {
  const { properties } = part;
  const [rest, ...others] = resourcesNamed(properties['RestApiId'], REST, part, snapshot);
  if (rest !== undefined) return others.length === 0 ? rest : undefined;
  const [http, ...more] = resourcesNamed(properties['ApiId'], HTTP, part, snapshot);
  return more.length === 0 ? http : undefined;
}

/** A method by the name that was declared for it, else by verb and path. */
export function nameOfMethod(method: Resource, snapshot: Snapshot): string {
  const { intent, properties } = method;
  if (intent?.kind === 'endpoint') return intent.endpoint;
  const api = apiOfPart(method, snapshot);
  const path = api === undefined ? undefined : pathOf(properties['ResourceId'], method, api, snapshot);
  return `${show(properties['HttpMethod'])} ${path ?? show(properties['ResourceId'])}`;
}

/** Whether a method is answered by API Gateway itself, in every alternative. */
export function isMockMethod({ properties }: Resource): boolean {
  const types = alternatives(member(properties['Integration'], 'Type'));
  return types.length > 0 && types.every((type) => type === 'MOCK');
}

/** What the OpenAPI definition of an API serves. */
export function definedBy({ properties }: Resource): readonly Served[] {
  return definedOperations(properties['Body']).map((operation) => ({
    verb: operation.verb,
    name: operation.name,
    isMock: isMockOperation(operation),
  }));
}
