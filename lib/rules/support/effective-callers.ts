import { analysed } from '../../engine/analysed';
import { decide } from '../../engine/decide/decide';
import { moreLiteral, parseTemplate } from '../../engine/compile/endpoint-template';
import { actionMayMatch } from '../../engine/match/action-pattern';
import type { Principal, World } from '../../engine/world/world';
import type { PolicyText, Statement } from '../../model/policy';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText, isUnknown, text } from '../../model/value';
import type { TextPart } from '../../model/value';
import { allApis } from './api-parts';
import { scopeOf } from './execute-api';
import type { Scope } from './execute-api';
import { iamEndpoints } from './iam-endpoints';
import type { Endpoint } from './iam-endpoints';

const INVOKE = 'execute-api:Invoke';

/** An endpoint that was declared, and its API. */
export interface DeclaredEndpoint extends Endpoint {
  readonly api: Resource;
  /** The construct path of the API. */
  readonly apiPath: string;
  /** Construct paths of roles. */
  readonly callers: readonly string[];
}

/** That a principal may call an endpoint, by its own permissions; of declared callers that they have one. */
export interface Call {
  readonly endpoint: DeclaredEndpoint;
  readonly certainty: 'certain' | 'possible';
  readonly unknowns: readonly string[];
}

/** Who may call what, by all policies that AWS looks at; computed once for all rules that ask. */
export interface Calls {
  readonly endpoints: readonly DeclaredEndpoint[];
  /** By the key of a role or user; none for whoever may call nothing. */
  of(principalKey: string): readonly Call[];
  /** Of a principal as it is after changes. */
  by(principal: Principal): readonly Call[];
}

const known = new WeakMap<Snapshot, Calls>();

/**
 * The calls that roles and users can make to the endpoints that were declared. Linear in endpoints, times the statements
 * that name their API; the engine is asked only where one of these reaches the endpoint.
 */
export function callsIn(snapshot: Snapshot): Calls {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const methods = ENDPOINTS.flatMap((type) => snapshot.ofType(type));
  const isDeclared =
    methods.some(({ intent }) => intent?.kind === 'endpoint') ||
    allApis(snapshot).some(({ intent }) => intent?.kind === 'api' && intent.operations !== undefined);
  const endpoints = isDeclared ? allApis(snapshot).flatMap((api) => declaredOf(api, snapshot)) : [];
  const made = callsTo(endpoints, snapshot);
  known.set(snapshot, made);
  return made;
}

/** The same for endpoints of one's own choice. */
export function callsTo(endpoints: readonly DeclaredEndpoint[], snapshot: Snapshot): Calls {
  return endpoints.length === 0 ? NONE : new AskedCalls(endpoints, snapshot);
}

const ENDPOINTS = ['AWS::ApiGateway::Method', 'AWS::ApiGatewayV2::Route'];
const NONE: Calls = { endpoints: [], of: () => [], by: () => [] };

function declaredOf(api: Resource, snapshot: Snapshot): readonly DeclaredEndpoint[] {
  return iamEndpoints(api, snapshot).flatMap((endpoint) => {
    const { declared } = endpoint;
    return declared === undefined ? [] : [{ ...endpoint, api, apiPath: declared.api, callers: declared.callers }];
  });
}

class AskedCalls implements Calls {
  private readonly byApi = new Map<Resource, DeclaredEndpoint[]>();
  private readonly answers = new Map<string, readonly Call[]>();
  private readonly changed = new Map<Principal, readonly Call[]>();
  private readonly world: World;

  constructor(
    readonly endpoints: readonly DeclaredEndpoint[],
    snapshot: Snapshot,
  ) {
    this.world = analysed(snapshot).world;
    for (const each of endpoints) {
      const same = this.byApi.get(each.api);
      if (same === undefined) this.byApi.set(each.api, [each]);
      else same.push(each);
    }
  }

  of(principalKey: string): readonly Call[] {
    let answer = this.answers.get(principalKey);
    if (answer === undefined) {
      const principal = this.world.principal(principalKey);
      answer = principal === undefined ? [] : this.ask(principal);
      this.answers.set(principalKey, answer);
    }
    return answer;
  }

  by(principal: Principal): readonly Call[] {
    let answer = this.changed.get(principal);
    if (answer === undefined) this.changed.set(principal, (answer = this.ask(principal)));
    return answer;
  }

  private ask(principal: Principal): readonly Call[] {
    const granting = invoking(principal);
    return [...this.byApi].flatMap(([api, endpoints]) => {
      // A resource policy that allows may let in whoever has no permission of its own.
      const letIn = this.lettingIn(api);
      const scopes =
        granting === 'unknown' || letIn === 'unknown' ? 'everything' : scopesOf([...granting, ...letIn], api);
      if (scopes !== 'everything' && scopes.length === 0) return [];
      return endpoints
        .filter((endpoint) => scopes === 'everything' || areReached(scopes, endpoint, endpoints))
        .flatMap((endpoint): readonly Call[] =>
          // A declared caller with a permission for it is meant to get through: no need to ask.
          isDeclaredCaller(principal.resource, endpoint)
            ? [{ endpoint, certainty: 'certain', unknowns: [] }]
            : this.decided(principal, endpoint),
        );
    });
  }

  /** What the resource policy of an API allows; `unknown` where a part of it cannot be read. */
  private lettingIn(api: Resource): readonly Statement[] | 'unknown' {
    const documents = (this.world.resourcePolicies.get(api.key)?.policies ?? []).map(({ document }) => document);
    if (documents.some(({ unknowns }) => unknowns.length > 0)) return 'unknown';
    return documents.flatMap(({ statements }) => statements.filter(({ effect }) => effect === 'Allow'));
  }

  private decided(principal: Principal, endpoint: DeclaredEndpoint): readonly Call[] {
    const prefix = this.world.apis.get(endpoint.api.key)?.arnPrefix;
    if (prefix === undefined || isUnknown(prefix)) return [];
    const resource = text([...(isText(prefix) ? prefix.parts : [prefix]), ...requestOf(endpoint)]);
    const { may, must, unknowns } = decide({ principal, action: INVOKE, resource }, this.world);
    if (!may) return [];
    return [{ endpoint, certainty: must ? 'certain' : 'possible', unknowns: unknowns.map(({ detail }) => detail) }];
  }
}

function areReached(
  scopes: readonly Scope[],
  endpoint: DeclaredEndpoint,
  beside: readonly DeclaredEndpoint[],
): boolean {
  return scopes.some(
    (each) => reaches(each, endpoint.requests) && (typeof each !== 'object' || !isServedBeside(each, endpoint, beside)),
  );
}

/**
 * Whether another endpoint of the API serves all of these requests, though the path of this one matches them too:
 * `/orders/export` is no request of `/orders/{id}` where both are there, as the more literal comes first.
 */
export function isServedBeside(
  requests: DeclaredEndpoint['requests'],
  endpoint: DeclaredEndpoint,
  beside: readonly DeclaredEndpoint[],
): boolean {
  return beside.some((other) => other.requests.covers(requests) && servesFirst(other, endpoint));
}

/** Whether one endpoint serves what both match, since it is the more literal. */
function servesFirst(one: DeclaredEndpoint, other: DeclaredEndpoint): boolean {
  if (one === other || one.verb !== other.verb || one.path === undefined || other.path === undefined) return false;
  const [a, b] = [parseTemplate(one.path), parseTemplate(other.path)];
  return typeof a !== 'string' && typeof b !== 'string' && moreLiteral(a, b) === 'first';
}

/** One request of an endpoint: any value in the place of each parameter of the path. */
function requestOf({ stage, verb, path, name }: DeclaredEndpoint): readonly TextPart[] {
  const value = (what: string): TextPart => ({ shape: 'segment', source: `${name} ${what}` });
  const written = (path ?? '/{path}').split(/(\{[^}]*\})/).map((part) => (part.startsWith('{') ? value(part) : part));
  return ['/', stage === '*' ? value('stage') : stage, `/${verb === 'ANY' ? 'GET' : verb}`, ...written];
}

/** The statements of a principal that may allow a call; `unknown` where a policy of it cannot be read. */
function invoking(principal: Principal): readonly Statement[] | 'unknown' {
  if (principal.policies.some(({ document }) => document.unknowns.length > 0)) return 'unknown';
  return principal.policies.flatMap(({ document }) =>
    document.statements.filter(({ effect, actions: { negated, patterns } }) => {
      if (effect !== 'Allow') return false;
      return negated || patterns.some((pattern) => actionMayMatch(pattern, INVOKE));
    }),
  );
}

function scopesOf(statements: readonly Statement[], api: Resource): readonly Scope[] | 'everything' {
  const scopes: Scope[] = [];
  for (const { resources } of statements) {
    if (resources === undefined || resources.negated) return 'everything';
    for (const pattern of resources.patterns) {
      const scope = scopeOf(pattern, api) ?? (mayBeAny(pattern) ? 'unknown' : undefined);
      if (scope !== undefined) scopes.push(scope);
    }
  }
  return scopes;
}

/** A pattern whose API is not written as such: a wildcard or a hole may stand for it. */
function mayBeAny(pattern: PolicyText): boolean {
  if (isUnknown(pattern)) return true;
  if (typeof pattern === 'string') return /^[^:]*[*?]/.test(pattern) || /:execute-api:[^/]*[*?]/.test(pattern);
  const [first] = pattern.parts;
  if (typeof first === 'object') return first.shape === 'any';
  return /[*?]/.test(first) || pattern.parts.some((part) => typeof part === 'object' && part.shape === 'any');
}

/** Whether one of these Allows may be about requests of an API. */
export function mayReach(allows: readonly Statement[], requests: DeclaredEndpoint['requests'], api: Resource): boolean {
  const scopes = scopesOf(allows, api);
  return scopes === 'everything' || scopes.some((each) => reaches(each, requests));
}

function reaches(scope: Scope, requests: DeclaredEndpoint['requests']): boolean {
  return scope === 'everything' || scope === 'unknown' || (typeof scope === 'object' && scope.overlaps(requests));
}

/** Whether a role was declared as a caller of an endpoint, by any of the paths that an intent may name it by. */
export function isDeclaredCaller(resource: Resource, { callers }: DeclaredEndpoint): boolean {
  return pathsOfCaller(resource).some((path) => callers.includes(path));
}

/** The paths that an intent may name a role by. */
export function pathsOfCaller({ intent, constructPath }: Resource): readonly string[] {
  return [
    ...(intent?.kind === 'role' ? [intent.path] : []),
    ...(constructPath === undefined ? [] : [constructPath, constructPath.replace(/\/Resource$/, '')]),
  ];
}
