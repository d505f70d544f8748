import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { writtenProperties } from '../../private/written-properties';
import { definitionOf } from './definition-file';

/** A method of an API that was made elsewhere. */
export interface ExistingMethod {
  readonly method: string;
  readonly path: string;
  /** Who looks at its callers, as `AWS_IAM`. */
  readonly authorization: string;
  /** Whether API Gateway itself answers it. */
  readonly isMock: boolean;
  /** Absent where a specification describes it. */
  readonly construct?: apigateway.Method;
}

/** The methods that are known here, or why they are not. */
export type ExistingMethods =
  | { readonly methods: readonly ExistingMethod[]; readonly areAll: boolean }
  | { readonly unread: string };

/** The methods of a `RestApi`, or those of the definition of a `SpecRestApi`; none of one that lies in a bucket already. */
export function existingMethods(
  api: apigateway.RestApiBase,
  resource: apigateway.CfnRestApi,
  methodOf = declaredMethod,
): ExistingMethods {
  const { methods = [] } = api as { methods?: apigateway.Method[] };
  const own = methods.map((each) => methodOf(each));
  const read = definitionOf(api, resource);
  if ('unread' in read) return read;
  const { definition: body } = read;
  if (body === undefined) return { methods: own, areAll: 'methods' in api };
  if (resource.mode === 'merge')
    return { unread: 'it is merged into what is deployed: methods that it leaves out stay' };
  const { basepath } = (resource.parameters ?? {}) as { readonly basepath?: string };
  if (basepath !== undefined && basepath !== 'ignore') return { unread: `its parameter \`basepath\` moves all paths` };
  const specified = specifiedMethods(body);
  return 'unread' in specified ? specified : { methods: [...own, ...specified.methods], areAll: true };
}

function declaredMethod(construct: apigateway.Method): ExistingMethod {
  const { authorizationType, integration } = construct.node.defaultChild as apigateway.CfnMethod;
  const { type } = (integration ?? {}) as { readonly type?: string };
  return {
    method: construct.httpMethod,
    path: construct.resource.path,
    authorization: authorizationType ?? 'NONE',
    isMock: type === 'MOCK',
    construct,
  };
}

/** The same as it will be in the template, raw overrides included. */
export function writtenMethod(construct: apigateway.Method): ExistingMethod {
  const written = writtenProperties(construct.node.defaultChild as apigateway.CfnMethod);
  return {
    method: word(written['HttpMethod']),
    path: construct.resource.path,
    authorization: word(written['AuthorizationType'] ?? 'NONE'),
    isMock: word(object(written['Integration'])['Type']) === 'MOCK',
    construct,
  };
}

type Json = Readonly<Record<string, unknown>>;

const ANY = 'x-amazon-apigateway-any-method';
const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options', ANY];

function specifiedMethods(body: unknown): ExistingMethods {
  if (!isPlain(body) || !isPlain(body['paths'])) return { unread: 'its paths are not written out' };
  const found: ExistingMethod[] = [];
  for (const [path, item] of Object.entries(body['paths'])) {
    if (!isPlain(item) || '$ref' in item) return { unread: `what \`${path}\` has is not written out` };
    for (const [key, operation] of Object.entries(item)) {
      const verb = key.toLowerCase();
      if (!METHODS.includes(verb)) continue;
      if (verb !== key) return { unread: `\`${key}\` of \`${path}\` is no method: they are written in lower case` };
      if (!isPlain(operation)) return { unread: `\`${key}\` of \`${path}\` is not written out` };
      found.push({
        method: verb === ANY ? 'ANY' : verb.toUpperCase(),
        path,
        authorization: authorizationOf(operation, body),
        isMock: word(object(operation['x-amazon-apigateway-integration'])['type']).toUpperCase() === 'MOCK',
      });
    }
  }
  return { methods: found, areAll: true };
}

/**
 * What an operation asks for. `security` at the root of a definition has no effect in API Gateway.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
function authorizationOf(operation: Json, body: Json): string {
  const { type } = object(operation['x-amazon-apigateway-auth']);
  if (type !== undefined) return word(type);
  const schemes: Json = {
    ...object(body['securityDefinitions']),
    ...object(object(body['components'])['securitySchemes']),
  };
  const required: readonly unknown[] = Array.isArray(operation['security']) ? operation['security'] : [];
  const kinds = required.flatMap((each) => {
    const names = Object.keys(object(each));
    // A requirement of nothing makes the others optional.
    if (names.length === 0) return ['NONE'];
    return names.map((name) => word(object(schemes[name])['x-amazon-apigateway-authtype'] ?? name));
  });
  if (kinds.length === 0) return 'NONE';
  return kinds.every((kind) => kind === 'awsSigv4') ? 'AWS_IAM' : kinds.join(' or ');
}

/** A map that is written out: no intrinsic function, of which nobody knows what it gives. */
function isPlain(value: unknown): value is Json {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !Object.keys(value).some((key) => key === 'Ref' || key.startsWith('Fn::'))
  );
}

function object(value: unknown): Json {
  return isPlain(value) ? value : {};
}

function word(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}

/** A mock that answers OPTIONS for everyone. */
export function isPreflight({ method, authorization, isMock }: ExistingMethod): boolean {
  return method === 'OPTIONS' && authorization === 'NONE' && isMock;
}
