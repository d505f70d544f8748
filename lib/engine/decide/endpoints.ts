import type { PolicyText } from '../../model/policy';
import { elements, member } from '../../model/read';
import { isText, unknown } from '../../model/value';
import { canonical } from '../match/symbolic';
import type { Api, ApiMethod, SourcedPolicy } from '../world/world';
import type { Rules, Target } from './target';

/**
 * The methods of an API that may serve a request, each as a target by its type of authorization. A literal segment of
 * a path wins over a parameter, and a verb over ANY.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function serving(api: Api, resource: PolicyText, policies: readonly SourcedPolicy[]): readonly Target[] {
  const found = served(api, resource, policies);
  if (policies.length > 0 || !isPrivate(api)) return found;
  // It cannot be deployed without: one that no template shows decides.
  const lacking = unknown(
    'attribute',
    `the resource policy of ${api.resource.logicalId}, which a private API must have`,
  );
  return found.map((each) => ({ ...each, unknown: each.unknown ?? lacking, lacksPolicy: lacking }));
}

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html */
function isPrivate({ resource }: Api): boolean {
  return elements(member(member(resource.properties, 'EndpointConfiguration'), 'Types')).includes('PRIVATE');
}

function served(api: Api, resource: PolicyText, policies: readonly SourcedPolicy[]): readonly Target[] {
  const base = { resource: api.resource.key, account: api.account, policies };
  const request = requestOf(api, resource);
  const candidates = request === undefined ? [] : bestOf(api.methods.filter((each) => serves(each, request)));
  const lost = api.unknownMethods;
  if (candidates.length === 0) {
    // Nothing is served there, or an API whose methods are not among the templates.
    if (api.methods.length === 0 && lost === undefined) return [{ ...base, rules: 'signed', sure: true }];
    // What is described elsewhere may ask for nothing.
    if (lost !== undefined) return UNREAD.map((rules) => ({ ...base, rules, sure: false, unknown: lost }));
    const cause = unknown('attribute', `which endpoint of ${api.resource.logicalId} serves the request`);
    return [{ ...base, rules: 'signed', sure: true, unknown: cause }];
  }
  const rules = new Set(candidates.flatMap(rulesOf));
  const sure = rules.size === 1 && lost === undefined && candidates.every(isKnown);
  return [...rules].map((each) => ({
    ...base,
    rules: each,
    sure,
    ...(each === 'authorizer' ? { unknown: unknown('attribute', 'what the authorizer of the method decides') } : {}),
    ...(sure || each === 'authorizer'
      ? {}
      : { unknown: lost ?? unknown('attribute', `how a method of ${api.resource.logicalId} authorizes`) }),
  }));
}

const UNREAD: readonly Rules[] = ['signed', 'open'];

interface Request {
  readonly verb: string;
  readonly segments: readonly string[];
}

/** Verb and path of a request; `undefined` where they are not known. Holes become one character without `/`. */
function requestOf(api: Api, resource: PolicyText): Request | undefined {
  const form = canonical(resource).slice(canonical(api.arnPrefix).length);
  const [, , verb, ...segments] = form.replaceAll(/\u0001[^\u0002]*\u0002/g, '\u0006').split('/');
  if (verb === undefined) return undefined;
  return { verb, segments: segments.length === 1 && segments[0] === '' ? [] : segments };
}

function isKnown({ verb, path, authorization }: ApiMethod): boolean {
  return [verb, path, authorization].every((each) => typeof each === 'string');
}

function serves({ verb, path }: ApiMethod, request: Request): boolean {
  if (typeof verb === 'string' && verb !== '*' && verb !== request.verb && request.verb !== '\u0006') return false;
  if (typeof path !== 'string') return true;
  const template = segmentsOf(path);
  const rest = template.at(-1)?.endsWith('+}') === true;
  if (rest ? request.segments.length < template.length : request.segments.length !== template.length) return false;
  return template.every((segment, index) => {
    const asked = request.segments[index];
    return segment.startsWith('{') ? asked !== '' : asked === segment || asked.includes('\u0006');
  });
}

const segments = new Map<string, readonly string[]>();

function segmentsOf(path: string): readonly string[] {
  let found = segments.get(path);
  if (found === undefined) {
    found = path.split('/').filter((segment) => segment !== '');
    segments.set(path, found);
  }
  return found;
}

/** Those to which no other is preferred for sure. */
function bestOf(methods: readonly ApiMethod[]): readonly ApiMethod[] {
  if (methods.length < 2) return methods;
  return methods.filter((each) => !methods.some((other) => other !== each && isPreferred(other, each)));
}

export function isPreferred(one: ApiMethod, other: ApiMethod): boolean {
  if (typeof one.path !== 'string' || typeof other.path !== 'string') return false;
  if (one.path === other.path) return other.verb === '*' && typeof one.verb === 'string' && one.verb !== '*';
  const [a, b] = [segmentsOf(one.path), segmentsOf(other.path)];
  const ranks = b.map((segment, index) => rank(segment) - rank(a[index] ?? a[a.length - 1]));
  return ranks.every((each) => each >= 0) && ranks.some((each) => each > 0);
}

/** A literal comes before a parameter, that before the rest of a path, and `$default` of an HTTP API is last. */
function rank(segment: string | undefined): number {
  if (segment === undefined) return 4;
  if (segment === '{$default+}') return 3;
  if (segment.endsWith('+}')) return 2;
  return segment.startsWith('{') ? 1 : 0;
}

export function rulesOf({ authorization }: ApiMethod): readonly Rules[] {
  switch (authorization) {
    case 'AWS_IAM':
      return ['signed'];
    case 'NONE':
      return ['open'];
    case 'COGNITO_USER_POOLS':
    case 'CUSTOM':
      return ['authorizer'];
  }
  return isText(authorization) || typeof authorization !== 'string' ? ['signed', 'open', 'authorizer'] : ['authorizer'];
}
