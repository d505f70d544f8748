import type { EndpointIntent } from '../../model/intent';
import type { GuardToken } from '../../model/guard-policy';
import { alternatives } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { pathsOfCaller } from './effective-callers';

/** An endpoint of any API of the templates, as declared, whatever it asks callers for. */
export interface DeclaredCall extends Pick<EndpointIntent, 'api' | 'endpoint' | 'highValue'> {
  readonly isReading: boolean;
  /** Keys of roles in the templates; of others `111122223333/Name`, or the construct path where that is not known. */
  readonly callers: ReadonlySet<string>;
  readonly tokens: readonly GuardToken[];
}

/** What was declared of who calls what, over all APIs. */
export interface DeclaredCalls {
  readonly all: readonly DeclaredCall[];
  of(caller: string): readonly DeclaredCall[];
  /** At a method or route. */
  at(resource: Resource): DeclaredCall | undefined;
}

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);
const PARTS = ['AWS::ApiGateway::Method', 'AWS::ApiGatewayV2::Route'];
const APIS = ['AWS::ApiGateway::RestApi', 'AWS::ApiGatewayV2::Api'];
const known = new WeakMap<Snapshot, DeclaredCalls>();

/** Read once for all that ask. */
export function declaredCallsIn(snapshot: Snapshot): DeclaredCalls {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const made = read(snapshot);
  known.set(snapshot, made);
  return made;
}

/** Whether a verb changes nothing. */
export function isReadingVerb(verb: string): boolean {
  return READING.has(verb);
}

/**
 * Whether whoever holds the one token may use it for the other, or the reverse: of one issuer, for one client, with
 * scopes of which one list holds the other.
 */
export function areOneCaller(one: GuardToken, other: GuardToken): boolean {
  if (one.issuer !== other.issuer || !one.audience.some((each) => other.audience.includes(each))) return false;
  if (one.use !== undefined && other.use !== undefined && one.use !== other.use) return false;
  const [a, b] = [one.scopes ?? [], other.scopes ?? []];
  return a.every((each) => b.includes(each)) || b.every((each) => a.includes(each));
}

function read(snapshot: Snapshot): DeclaredCalls {
  const ofResources = PARTS.flatMap((type) => snapshot.ofType(type)).flatMap((resource) =>
    resource.intent?.kind === 'endpoint' ? [{ resource, said: resource.intent }] : [],
  );
  const ofDefinitions = APIS.flatMap((type) => snapshot.ofType(type)).flatMap((resource) => {
    if (resource.intent?.kind !== 'api') return [];
    const { path, operations = [] } = resource.intent;
    return operations.map((each) => ({ resource, said: { api: path, highValue: false, ...each } }));
  });
  const identify = identifier(snapshot);
  const places = new Map<Resource, DeclaredCall>();
  const byCaller = new Map<string, DeclaredCall[]>();
  const all = [...ofResources, ...ofDefinitions].map(({ resource, said }): DeclaredCall => {
    const { api, endpoint, highValue } = said;
    const isReading = isReadingVerb(endpoint.split(' ')[0] ?? '');
    const call = { api, endpoint, highValue, isReading, callers: identify(said), tokens: tokensOf(said) };
    places.set(resource, call);
    for (const caller of call.callers) byCaller.set(caller, [...(byCaller.get(caller) ?? []), call]);
    return call;
  });
  return { all, of: (caller) => byCaller.get(caller) ?? [], at: (resource) => places.get(resource) };
}

type Said = Pick<EndpointIntent, 'callers' | 'identities'>;

/** An import of a role that is in the templates by its name is that role. */
function identifier(snapshot: Snapshot): (said: Said) => ReadonlySet<string> {
  const roles = [...snapshot.ofType('AWS::IAM::Role'), ...snapshot.ofType('AWS::IAM::User')];
  const byPath = new Map(roles.flatMap((role) => pathsOfCaller(role).map((path) => [path, role.key] as const)));
  const byName = new Map(roles.flatMap((role) => namesOf(role).map((name) => [name, role.key] as const)));
  return ({ callers, identities = [] }) => {
    const names = new Map(
      identities.flatMap((each): readonly (readonly [string, string])[] => {
        const [name, ...path] = each.split(' ');
        return each.startsWith('{') || name === undefined ? [] : [[path.join(' '), name]];
      }),
    );
    return new Set(
      callers.map((path) => {
        const name = names.get(path);
        return byPath.get(path) ?? (name === undefined ? path : (byName.get(name) ?? name));
      }),
    );
  };
}

function namesOf({ type, properties, template: { account } }: Resource): readonly string[] {
  if (type !== 'AWS::IAM::Role' || account === undefined) return [];
  return alternatives(properties['RoleName']).flatMap((name) =>
    typeof name === 'string' ? [`${account}/${name}`] : [],
  );
}

function tokensOf({ identities = [] }: Said): readonly GuardToken[] {
  return identities.flatMap((each): readonly GuardToken[] => {
    if (!each.startsWith('{')) return [];
    try {
      const token = JSON.parse(each) as GuardToken;
      const lists = [token.audience, token.scopes ?? []];
      return typeof token.issuer === 'string' && lists.every(Array.isArray) ? [token] : [];
    } catch {
      return [];
    }
  });
}
