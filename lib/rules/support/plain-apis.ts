import { analysed } from '../../engine/analysed';
import type { PolicyText } from '../../model/policy';
import { holes, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isText } from '../../model/value';
import { allApis, isCalledByHttp } from './api-parts';
import { coversAction } from './coverage';
import { callsTo, isServedBeside } from './effective-callers';
import type { Calls, DeclaredEndpoint } from './effective-callers';
import { scopeOf } from './execute-api';
import type { Scope } from './execute-api';
import { iamEndpoints } from './iam-endpoints';

const INVOKE = 'execute-api:Invoke';

/** A pattern by which an Allow of a role names an API of the templates. */
export interface NamedRequests {
  readonly pattern: PolicyText;
  readonly api: Resource;
  readonly scope: Scope;
  /** `GET/orders/*`: what follows the stage. */
  readonly request: string;
}

const callsOf = new WeakMap<Snapshot, Calls>();
const namedBy = new WeakMap<Resource, readonly NamedRequests[]>();
const endpointsOf = new WeakMap<Resource, PlainEndpoints>();

/** The endpoints of an API, each by the pattern that names it alone, its verb and its path with `*`, and by how that begins. */
interface PlainEndpoints {
  readonly all: readonly DeclaredEndpoint[];
  readonly byRequest: ReadonlyMap<string, readonly DeclaredEndpoint[]>;
  readonly byHead: ReadonlyMap<string, readonly DeclaredEndpoint[]>;
}

/**
 * The endpoints with AWS_IAM of an API for which nobody declared a caller, as far as their paths are known; none of one
 * with a caller. Who is meant to call them is said by permissions alone.
 */
function plainEndpoints(api: Resource, snapshot: Snapshot): readonly DeclaredEndpoint[] {
  return endpointsIn(api, snapshot).all;
}

/** The endpoints whose very pattern this is. */
export function endpointsNamed({ api, request }: NamedRequests, snapshot: Snapshot): readonly DeclaredEndpoint[] {
  return endpointsIn(api, snapshot).byRequest.get(request) ?? [];
}

function endpointsIn(api: Resource, snapshot: Snapshot): PlainEndpoints {
  const before = endpointsOf.get(api);
  if (before !== undefined) return before;
  const found = api.intent === undefined ? iamEndpoints(api, snapshot) : [];
  const all = found.some(({ declared }) => declared !== undefined)
    ? []
    : found
        .filter(({ path }) => path !== undefined)
        .map((endpoint) => ({ ...endpoint, api, apiPath: placeOf(api), callers: [] }));
  const made = {
    all,
    byRequest: grouped(all, ownRequest),
    byHead: grouped(all, (endpoint) => headOf(ownRequest(endpoint))),
  };
  endpointsOf.set(api, made);
  return made;
}

/** The calls that roles and users can make to such endpoints, asked only of whom somebody asks about. */
export function plainCallsIn(snapshot: Snapshot): Calls {
  const before = callsOf.get(snapshot);
  if (before !== undefined) return before;
  const made = callsTo(
    allApis(snapshot).flatMap((api) => plainEndpoints(api, snapshot)),
    snapshot,
  );
  callsOf.set(snapshot, made);
  return made;
}

/** The API of the templates that a pattern names. */
export function apiNamed(pattern: PolicyText, snapshot: Snapshot): Resource | undefined {
  if (!isText(pattern)) return undefined;
  const found = holes(pattern).flatMap(({ resource: key }) => (key === undefined ? [] : [snapshot.byKey(key)]));
  return found.find((each) => each !== undefined && isCalledByHttp(each));
}

/** By which patterns the Allows of a role or user name APIs; found once. */
export function namedRequests(resource: Resource, snapshot: Snapshot): readonly NamedRequests[] {
  const before = namedBy.get(resource);
  if (before !== undefined) return before;
  const made = findNamed(resource, snapshot);
  namedBy.set(resource, made);
  return made;
}

function findNamed({ key }: Resource, snapshot: Snapshot): readonly NamedRequests[] {
  const policies = analysed(snapshot).world.principal(key)?.policies ?? [];
  return policies.flatMap(({ document }) =>
    document.statements.flatMap(({ effect, actions, resources }) => {
      if (effect !== 'Allow' || resources === undefined || resources.negated) return [];
      if (coversAction(actions, INVOKE) === 'no') return [];
      return resources.patterns.flatMap((pattern): readonly NamedRequests[] => {
        const api = apiNamed(pattern, snapshot);
        if (api === undefined) return [];
        return [{ pattern, api, scope: scopeOf(pattern, api), request: requestOf(pattern) }];
      });
    }),
  );
}

function grouped(
  all: readonly DeclaredEndpoint[],
  by: (endpoint: DeclaredEndpoint) => string,
): ReadonlyMap<string, readonly DeclaredEndpoint[]> {
  const groups = new Map<string, DeclaredEndpoint[]>();
  for (const endpoint of all) {
    const key = by(endpoint);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [endpoint]);
    else group.push(endpoint);
  }
  return groups;
}

function ownRequest({ verb, path = '' }: DeclaredEndpoint): string {
  return `${verb}${path.replaceAll(/\{[^}]*\}/g, '*')}`;
}

/**
 * The endpoints that the pattern of one endpoint reaches besides: `GET/orders/*`, which is that of `GET /orders/{id}`,
 * matches `GET /orders/7/refunds` too. A pattern of no endpoint, `GET/*`, says itself that it is for several.
 */
export function leaksOf(
  one: NamedRequests,
  all: readonly NamedRequests[],
  snapshot: Snapshot,
): readonly DeclaredEndpoint[] {
  const { scope, api } = one;
  if (typeof scope !== 'object') return [];
  const own = endpointsNamed(one, snapshot);
  if (own.length === 0) return [];
  const { all: endpoints, byHead } = endpointsIn(api, snapshot);
  const others = all.filter((other) => other.api === api && other.request !== one.request);
  const head = headOf(one.request);
  const alike = head === '' ? endpoints : [...(byHead.get(head) ?? []), ...(byHead.get('') ?? [])];
  return alike.filter(
    (endpoint) =>
      !own.includes(endpoint) &&
      scope.overlaps(endpoint.requests) &&
      !isServedBeside(scope, endpoint, endpoints) &&
      !others.some((other) => endpointsNamed(other, snapshot).includes(endpoint) || isWiderThan(other, endpoint)),
  );
}

/** Verb and first segment, without which nothing else is compared; empty where one of them is open. */
function headOf(request: string): string {
  const [verb = '', first = ''] = request.split('/');
  return verb === 'ANY' || /[*?<$]/.test(`${verb}${first}`) ? '' : `${verb}/${first}`;
}

function isWiderThan({ scope }: NamedRequests, { requests }: DeclaredEndpoint): boolean {
  return scope === 'everything' || (typeof scope === 'object' && scope.covers(requests));
}

/** What follows the stage of an ARN, `GET/orders/*`. */
function requestOf(pattern: PolicyText): string {
  const shown = show(pattern);
  const [, , ...request] = shown.slice(shown.indexOf('/')).split('/');
  return request.join('/');
}

function placeOf({ constructPath, logicalId }: Resource): string {
  return constructPath?.replace(/\/Resource$/, '') ?? logicalId;
}
