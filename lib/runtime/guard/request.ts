import { mapOf, textOf } from './json';
import type { JsonMap } from './json';

/** What an event says of a request, where all of its places say the same. */
export interface GuardedRequest {
  readonly method: string;
  /** The template by which API Gateway routed it: `/orders/{id}`. */
  readonly template: string;
  readonly stage: string;
  /** The path as it was called; may begin with the stage or with the base path of a custom domain. */
  readonly path: string;
  readonly parameters: JsonMap;
  /** HTTP APIs put a named stage before the path. */
  readonly stageMayLead: boolean;
}

/**
 * Reads a proxy event of a REST API or an HTTP API; `undefined` where it is none, or where its members contradict each
 * other, since the handler may read any of them. Headers are the client's word, and none is read here.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function readRequest(event: JsonMap): GuardedRequest | undefined {
  return event.version === '2.0' ? readVersion2(event) : readVersion1(event);
}

function readVersion1(event: JsonMap): GuardedRequest | undefined {
  const context = mapOf(event.requestContext);
  const [method, template] = [textOf(event.httpMethod), textOf(event.resource)];
  const [stage, path] = [textOf(context.stage), textOf(event.path)];
  if (method === undefined || template === undefined || stage === undefined || path === undefined) return undefined;
  if (context.httpMethod !== method || context.resourcePath !== template) return undefined;
  const stageMayLead = event.version === '1.0';
  return { method, template, stage, path, parameters: mapOf(event.pathParameters), stageMayLead };
}

function readVersion2(event: JsonMap): GuardedRequest | undefined {
  const context = mapOf(event.requestContext);
  const http = mapOf(context.http);
  const [route, stage, path] = [textOf(event.routeKey), textOf(context.stage), textOf(event.rawPath)];
  if (route === undefined || stage === undefined || path === undefined) return undefined;
  const [method, template, ...more] = route.split(' ');
  if (template === undefined || more.length > 0) return undefined;
  if (context.routeKey !== route || http.method !== method) return undefined;
  return { method, template, stage, path, parameters: mapOf(event.pathParameters), stageMayLead: true };
}
