import type { PolicyText } from '../../model/policy';
import { alternatives, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isAbsent, unknown } from '../../model/value';
import { textOr } from './principals';
import type { ApiMethod } from './world';

/** Not a WebSocket API, whose routes are messages: of those nothing is modelled. */
export function isHttpApi({ properties }: Resource): boolean {
  const protocols = alternatives(properties['ProtocolType']);
  return protocols.length === 0 || protocols.some((each) => each !== 'WEBSOCKET');
}

/** No path of a template can have this name, so that the rest of a path by any other name comes before it. */
const EVERY_PATH = ['/', '/{$default+}'];

/**
 * What a route of an HTTP API serves, as methods: `$default` takes what no other route does.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeMethods(resource: Resource): readonly ApiMethod[] {
  const found = member(resource.properties, 'AuthorizationType');
  const authorization = isAbsent(found) ? 'NONE' : textOr(found, `the authorization type of ${resource.logicalId}`);
  const key = member(resource.properties, 'RouteKey');
  if (key === '$default') return catchAll(resource, authorization);
  const [, verb, path] = (typeof key === 'string' && /^([A-Z]+) (\/.*)$/.exec(key)) || [];
  const lost = unknown('attribute', `the route key of ${resource.logicalId}`);
  return [{ resource, verb: verb === 'ANY' ? '*' : (verb ?? lost), path: path ?? lost, authorization }];
}

/** `Target` of an API makes a `$default` route that asks for nothing. */
export function quickMethods(resource: Resource): readonly ApiMethod[] {
  return isAbsent(member(resource.properties, 'Target')) ? [] : catchAll(resource, 'NONE');
}

/** No page of AWS says which ARN a signed call of `$default` is compared with, so that its verb is not known. */
export function catchAll(resource: Resource, authorization: PolicyText): readonly ApiMethod[] {
  const verb =
    authorization === 'AWS_IAM'
      ? unknown('attribute', `the ARN by which ${resource.logicalId} authorizes a call`)
      : '*';
  return EVERY_PATH.map((path) => ({ resource, verb, path, authorization }));
}
