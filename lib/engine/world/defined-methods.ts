import type { PolicyText } from '../../model/policy';
import { alternatives, member } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { ABSENT, isAbsent, isList, isMap, unknown } from '../../model/value';
import type { Unknown, Value } from '../../model/value';
import { catchAll } from './http-apis';
import { operationsOf } from './open-api';
import type { Operation } from './open-api';
import type { ApiMethod } from './world';

/** The methods of an OpenAPI definition in a template, and why there may be others. */
export interface DefinedMethods {
  readonly methods: readonly ApiMethod[];
  readonly unknown?: Unknown;
}

const NONE: DefinedMethods = { methods: [] };

/** Where each kind of API says that paths are not served as they are written, and how it says that they are. */
const MOVED: Readonly<Record<string, { readonly where: readonly string[]; readonly name: string } | undefined>> = {
  'AWS::ApiGateway::RestApi': { where: ['Parameters', 'basepath'], name: 'basepath' },
  'AWS::ApiGatewayV2::Api': { where: ['BasePath'], name: 'BasePath' },
};

/**
 * What the `Body` of a REST or HTTP API serves. A definition in S3 is not among the templates, but where the assembly has
 * its file.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/import-api-aws-variables.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-open-api.html
 */
export function definedMethods(api: Resource): DefinedMethods {
  const { type, properties, logicalId } = api;
  const body = properties['Body'];
  const moved = MOVED[type];
  if (moved === undefined || isAbsent(body)) return NONE;
  const lost = (what: string): Unknown => unknown('function', `the methods of ${logicalId}, ${what}`);
  const [property, ...within] = moved.where;
  const given = properties[property] ?? ABSENT;
  const isKept = (each: Value): boolean => isAbsent(each) || each === 'ignore';
  if (!isKept(isMap(given) ? member(given, ...within) : given)) {
    return { methods: [], unknown: lost(`whose "${moved.name}" moves all paths`) };
  }
  const bodies = alternatives(body);
  const read = bodies.map(operationsOf);
  const methods = read.flatMap(({ operations }) => operations.flatMap((each) => methodsOf(each, api)));
  if (bodies.length === 1 && read.every(({ unread }) => unread === undefined)) return { methods };
  return { methods, unknown: lost('which its "Body" describes') };
}

function methodsOf(operation: Operation, resource: Resource): readonly ApiMethod[] {
  const { verb, path, name } = operation;
  const authorization = authorizationOf(operation, resource.type === 'AWS::ApiGatewayV2::Api');
  if (/^\/?\$default$/.test(path)) return catchAll(resource, authorization);
  const known = path.startsWith('/') ? path : unknown('malformed', `the path of ${name}`);
  return [{ resource, verb: verb === 'ANY' ? '*' : verb, path: known, authorization }];
}

/**
 * What an operation asks for, in the words of a method's `AuthorizationType`; unknown where its parts say different
 * things. `security` at the root has no effect in a REST API; of an HTTP API no page says what it does, nor of
 * `x-amazon-apigateway-auth`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function authorizationOf({ value, body, name }: Operation, isHttp: boolean): PolicyText {
  const lost = unknown('attribute', `how the operation ${name} authorizes`);
  // Whatever is computed may say anything.
  if (!isMap(value)) return lost;
  const extension = byExtension(value);
  const said = [isHttp && extension !== undefined ? LOST : extension, bySecurity(value, body)].filter(
    (each) => each !== undefined,
  );
  // No page says what the extension does at the root.
  const atRoot = isHttp ? ['x-amazon-apigateway-auth', 'security'] : ['x-amazon-apigateway-auth'];
  if (said.length === 0) return atRoot.every((each) => isAbsent(member(body, each))) ? 'NONE' : lost;
  const [one, ...others] = said;
  return one === LOST || others.some((other) => other !== one) ? lost : one;
}

/** What cannot be told. */
const LOST = '?';

function byExtension(operation: Value): string | undefined {
  const auth = member(operation, 'x-amazon-apigateway-auth');
  if (isAbsent(auth)) return undefined;
  const type = member(auth, 'type');
  return typeof type === 'string' ? type.toUpperCase() : LOST;
}

/** Requirements are alternatives; one of nothing makes the others optional. */
function bySecurity(operation: Value, body: Value): string | undefined {
  const security = member(operation, 'security');
  if (isAbsent(security)) return undefined;
  if (!isList(security)) return LOST;
  const kinds = new Set(security.map((each) => requirement(each, body)));
  if (kinds.size > 1) return LOST;
  const [kind = KEY] = kinds;
  return kind === KEY ? undefined : kind;
}

/** An API key asks for nothing beside. */
const KEY = 'key';

function requirement(required: Value, body: Value): string {
  if (!isMap(required)) return LOST;
  const names = Object.keys(required);
  if (names.length === 0) return 'NONE';
  const kinds = new Set(names.map((name) => schemeOf(name, body)).filter((kind) => kind !== KEY));
  const [kind = KEY, ...others] = kinds;
  return others.length > 0 ? LOST : kind;
}

const BY_TYPE: Readonly<Record<string, string | undefined>> = {
  awssigv4: 'AWS_IAM',
  cognito_user_pools: 'COGNITO_USER_POOLS',
};

function schemeOf(name: string, body: Value): string {
  const places = [member(body, 'components', 'securitySchemes', name), member(body, 'securityDefinitions', name)];
  const [scheme, ...others] = places.filter((each) => !isAbsent(each));
  if (!isMap(scheme) || others.length > 0) return LOST;
  const authorizer = scheme['x-amazon-apigateway-authorizer'];
  const type = scheme['x-amazon-apigateway-authtype'] ?? member(authorizer, 'type');
  if (typeof type === 'string' && Object.hasOwn(BY_TYPE, type.toLowerCase()))
    return BY_TYPE[type.toLowerCase()] ?? LOST;
  if (isMap(authorizer)) return type === 'jwt' ? 'JWT' : 'CUSTOM';
  return scheme['type'] === 'apiKey' && isAbsent(type) && isAbsent(authorizer) ? KEY : LOST;
}
