import type { Matcher, PolicyText } from '../../model/policy';
import { alternatives, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart, Value } from '../../model/value';
import { resourcesNamed } from './lookup';
import { Requests, widest } from './requests';

/** An endpoint of a REST API that asks for AWS_IAM. */
export interface Endpoint {
  /** `GET /orders/{id}`. */
  readonly name: string;
  readonly verb: string;
  /** Construct paths of roles, where they were declared. */
  readonly callers?: readonly string[];
  /** Its requests: `/prod/GET/orders/<id>`. */
  readonly requests: Requests;
  /** What IAM patterns can tell of its requests, in which `*` spans `/`. */
  readonly widened: Requests;
  /** The method. */
  readonly method: Resource;
  /** Where it is known. */
  readonly path?: string;
  /** `*` where it is not known, or there are several. */
  readonly stage: string;
}

const RESOURCE = 'AWS::ApiGateway::Resource';
const STAGES = ['AWS::ApiGateway::Stage', 'AWS::ApiGateway::Deployment'];
const MOST_SEGMENTS = 64;

const known = new WeakMap<Resource, readonly Endpoint[]>();

/** The endpoints of an API with AWS_IAM, in the order of the template. Found once for all rules that ask. */
export function iamEndpoints(api: Resource, snapshot: Snapshot): readonly Endpoint[] {
  const before = known.get(api);
  if (before !== undefined) return before;
  const found = findEndpoints(api, snapshot);
  known.set(api, found);
  return found;
}

function findEndpoints(api: Resource, snapshot: Snapshot): readonly Endpoint[] {
  const parts = snapshot.referencing(api.key);
  const [stage = '*', ...others] = stagesOf(parts);
  return parts
    .filter(({ type }) => type === 'AWS::ApiGateway::Method')
    .filter(({ properties }) => alternatives(properties['AuthorizationType']).includes('AWS_IAM'))
    .map((method): Endpoint => {
      const { intent, properties } = method;
      const verb = typeof properties['HttpMethod'] === 'string' ? properties['HttpMethod'] : 'ANY';
      const path = pathOf(properties['ResourceId'], method, api, snapshot);
      const name = intent?.kind === 'endpoint' ? intent.endpoint : `${verb} ${path ?? '/*'}`;
      return {
        name,
        verb,
        ...(intent?.kind === 'endpoint' ? { callers: intent.callers } : {}),
        requests: Requests.ofEndpoint(others.length > 0 ? '*' : stage, verb, path),
        widened: Requests.matching(widest(others.length > 0 ? '*' : stage, verb, path)),
        method,
        ...(path === undefined ? {} : { path }),
        stage: others.length > 0 ? '*' : stage,
      };
    });
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

/** What a resource pattern says of the requests of an API; `undefined` where it is about another API. */
export type Scope = Requests | 'everything' | 'unknown' | undefined;

/** `Resource` or `NotResource`, read for one API once, asked for each of its endpoints. */
export function coverageOf(matcher: Matcher | undefined, api: Resource): (of: Requests) => boolean {
  if (matcher === undefined) return () => false;
  const scopes = matcher.patterns.map((pattern) => scopeOf(pattern, api));
  if (!matcher.negated) {
    return (of) => scopes.some((scope) => scope === 'everything' || (typeof scope === 'object' && scope.covers(of)));
  }
  return (of) =>
    !scopes.some(
      (scope) => scope === 'everything' || scope === 'unknown' || (typeof scope === 'object' && scope.overlaps(of)),
    );
}

/** What one pattern of `Resource` says of the requests of an API. */
export function scopeOf(pattern: PolicyText, api: Resource): Scope {
  if (pattern === '*') return 'everything';
  if (isUnknown(pattern)) return 'unknown';
  const parts = isText(pattern) ? pattern.parts : [pattern];
  const short = afterPrefix(parts, 'execute-api:');
  const rest = short === undefined ? afterApiId(afterColons(parts, 5), api) : short;
  if (rest === undefined) return undefined;
  const left = text(rest);
  return left === '' || left === '*' || left === '/*' ? 'everything' : Requests.matching(left);
}

/** The short form, `execute-api:/prod/GET/orders`, which API Gateway expands to the API that has the policy. */
function afterPrefix(parts: readonly TextPart[], prefix: string): readonly TextPart[] | undefined {
  const [first, ...others] = parts;
  if (typeof first !== 'string' || !first.startsWith(`${prefix}/`)) return undefined;
  return [first.slice(prefix.length), ...others];
}

function afterColons(parts: readonly TextPart[], count: number): readonly TextPart[] | undefined {
  let colons = 0;
  for (const [index, part] of parts.entries()) {
    if (typeof part === 'object') continue;
    for (let at = part.indexOf(':'); at !== -1; at = part.indexOf(':', at + 1)) {
      colons += 1;
      if (colons === count) return [part.slice(at + 1), ...parts.slice(index + 1)].filter((each) => each !== '');
    }
  }
  return undefined;
}

/** What follows the id of the API; a leading `*` stands for any API at least. */
function afterApiId(parts: readonly TextPart[] | undefined, { key, ref }: Resource): readonly TextPart[] | undefined {
  const [first, ...others] = parts ?? [];
  if (first === undefined) return undefined;
  if (typeof first === 'object') return first.resource === key ? others : undefined;
  if (first === '*') return ['*', ...others];
  const slash = first.indexOf('/');
  const id = slash === -1 ? first : first.slice(0, slash);
  if (id !== '*' && id !== show(ref)) return undefined;
  return [slash === -1 ? '' : first.slice(slash), ...others];
}
