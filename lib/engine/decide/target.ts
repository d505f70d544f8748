import type { PolicyText } from '../../model/policy';
import { holes, show } from '../../model/read';
import type { Resource } from '../../model/snapshot';
import { isText, isUnknown, unknown } from '../../model/value';
import type { Unknown } from '../../model/value';
import { actionInfo } from '../actions/action-info';
import { canMeet, canonical, sameText } from '../match/symbolic';
import { accountOf, accountOfArn } from '../world/principals';
import type { Api, Principal, ResourcePolicy, SourcedPolicy, World } from '../world/world';
import { serving } from './endpoints';
import { abroadOf } from './public-access';
import type { Abroad } from './public-access';
import { BY_URL, urlsOf } from './function-urls';
import type { FunctionUrls } from './function-urls';

/**
 * By which rules a resource is guarded. `general`: identity or resource policy; `signed`: likewise, but for callers
 * with credentials only; `key`: the key policy decides and may
 * hand on to IAM; `trust`: likewise the trust policy; `open`: a method without authorization, whoever calls;
 * `authorizer`: a method whose authorizer decides, of which nothing is known here.
 */
export type Rules = 'general' | 'signed' | 'key' | 'trust' | 'open' | 'authorizer';

/** What a request is about. */
export interface Target {
  readonly rules: Rules;
  /** The key of the resource, where it is among the templates. */
  readonly resource?: string;
  readonly account?: PolicyText;
  /** Resource or trust policies. */
  readonly policies: readonly SourcedPolicy[];
  /** Whether it is this one for sure. */
  readonly sure: boolean;
  /** Why nothing is allowed for sure, such as a key policy that is not among the templates. */
  readonly unknown?: Unknown;
  /** Set where a policy of the resource must be there, but is not among the templates. */
  readonly lacksPolicy?: Unknown;
  /** Of a function: how its URLs authenticate. */
  readonly urls?: FunctionUrls;
  /** Of a bucket that may block public access: what is left of an Allow for who is not of its account. */
  readonly abroad?: Abroad;
  /** Why it is not known what the resource's own policy says, which must allow callers of other accounts. */
  readonly foreign?: () => Unknown | undefined;
}

const TRUST = /^sts:(assumerole|assumerolewithsaml|assumerolewithwebidentity|tagsession|setsourceidentity|setcontext)$/;
/** Actions of KMS on no key, or on something else besides. */
const KEYLESS = /^kms:(createkey|list(keys|aliases)|generaterandom|.*customkeystores?)$/;

interface Cache {
  /** By action, then by resource. */
  readonly targets: Map<string, Map<string, readonly Target[]>>;
  readonly principals: ReadonlyMap<string, Principal>;
  readonly policies: ReadonlyMap<string, ResourcePolicy>;
  /** Resource policies by service. */
  readonly services: ReadonlyMap<string, readonly ResourcePolicy[]>;
  readonly apis: ReadonlyMap<string, Api>;
  readonly buckets: ReadonlyMap<string, Resource>;
}

const caches = new WeakMap<World, Cache>();

function cacheOf(world: World): Cache {
  let found = caches.get(world);
  if (found === undefined) {
    found = {
      targets: new Map(),
      principals: new Map(world.principals.map((each) => [canonical(each.arn), each])),
      policies: new Map([...world.resourcePolicies.values()].map((each) => [canonical(each.arn), each])),
      services: byService(world.resourcePolicies.values()),
      apis: new Map([...world.apis.values()].map((each) => [canonical(each.arnPrefix), each])),
      buckets: new Map(
        world.snapshot.ofType('AWS::S3::Bucket').flatMap((each): readonly [string, Resource][] => {
          const { arn } = each;
          return typeof arn === 'string' || isText(arn) ? [[canonical(arn), each]] : [];
        }),
      ),
    };
    caches.set(world, found);
  }
  return found;
}

/** What a request for one resource may be about, by an action in lower case. Asked once for each of both. */
export function targetsOf(action: string, resource: PolicyText, world: World): readonly Target[] {
  const cache = cacheOf(world);
  let ofAction = cache.targets.get(action);
  if (ofAction === undefined) cache.targets.set(action, (ofAction = new Map()));
  const form = canonical(resource);
  let found = ofAction.get(form);
  if (found === undefined) ofAction.set(form, (found = find(action, resource, world, cache)));
  return found;
}

function find(action: string, resource: PolicyText, world: World, cache: Cache): readonly Target[] {
  if (resource === '*') return [{ rules: 'general', policies: [], sure: true }];
  if (TRUST.test(action)) return trustTargets(resource, world, cache);
  const service = action.split(':')[0];
  const isKey = service === 'kms' && !KEYLESS.test(action);
  const account = accountOfArn(resource);
  if (service === 'execute-api') {
    const api = stem(resource, cache.apis);
    if (api !== undefined) return serving(api, resource, world.resourcePolicies.get(api.resource.key)?.policies ?? []);
  }
  const policy = stem(resource, cache.policies);
  if (policy !== undefined) return [byUrl(action, targetOf(policy, isKey, true), world)];
  const near = [...(cache.services.get(service) ?? []), ...(cache.services.get('') ?? [])].filter((each) =>
    isNear(each, resource),
  );
  const outside: Target = {
    rules: isKey ? 'key' : 'general',
    policies: [],
    ...(account === undefined ? ownerOf(resource, world, cache) : { account, ...describedBy(resource, world) }),
    sure: near.length === 0,
    ...(isKey ? { lacksPolicy: unknown('attribute', 'the policy of a key outside of the templates') } : {}),
    // Of IAM only roles have policies of their own, which are found above.
    ...(isKey || service === 'iam' ? {} : { foreign: () => foreignPolicy(resource, world) }),
  };
  return [...near.map((each) => targetOf(each, isKey, false)), byUrl(action, outside, world)];
}

const arns = new WeakMap<World, ReadonlyMap<string, string>>();

/** A resource of the templates has the policies that they give it; of any other it is not known what it has. */
function foreignPolicy(resource: PolicyText, world: World): Unknown | undefined {
  if (keyOf(resource, world) !== undefined) return undefined;
  return unknown('attribute', `the policy of ${show(resource)}, which is in none of the templates`);
}

/** The resource of the templates: its tags are condition keys, and nobody's to choose. */
function describedBy(resource: PolicyText, world: World): { readonly resource?: string } {
  const key = keyOf(resource, world);
  return key === undefined ? {} : { resource: key };
}

function keyOf(resource: PolicyText, world: World): string | undefined {
  let known = arns.get(world);
  if (known === undefined) {
    known = new Map(
      world.snapshot.resources.flatMap(({ arn, key }): readonly [string, string][] =>
        typeof arn === 'string' || isText(arn) ? [[canonical(arn), key]] : [],
      ),
    );
    arns.set(world, known);
  }
  return stem(resource, known);
}

function byUrl(action: string, target: Target, world: World): Target {
  if (action !== BY_URL || target.resource === undefined) return target;
  return { ...target, urls: urlsOf(target.resource, world) };
}

function targetOf(policy: ResourcePolicy, isKey: boolean, sure: boolean): Target {
  return {
    rules: isKey ? 'key' : 'general',
    ...(policy.resource === undefined ? {} : { resource: policy.resource.key }),
    account: policy.account,
    policies: policy.policies,
    sure,
    ...abroadOf(policy),
  };
}

/** ARNs of S3 and API Gateway name no account. */
function ownerOf(
  resource: PolicyText,
  world: World,
  { buckets }: Cache,
): { readonly account?: PolicyText; readonly resource?: string } {
  const bucket = stem(resource, buckets);
  if (bucket === undefined) return accountByHoles(resource, world);
  return { account: accountOf(bucket.template), resource: bucket.key };
}

function accountByHoles(
  resource: PolicyText,
  world: World,
): { readonly account?: PolicyText; readonly resource?: string } {
  if (!isText(resource)) return {};
  for (const { resource: key } of holes(resource)) {
    const found = key === undefined ? undefined : world.snapshot.byKey(key);
    if (found !== undefined) return { account: accountOf(found.template), resource: found.key };
  }
  return {};
}

/** Policies by the service that their ARN names; those of which it is not known under nothing. */
function byService(policies: Iterable<ResourcePolicy>): ReadonlyMap<string, readonly ResourcePolicy[]> {
  const found = new Map<string, ResourcePolicy[]>();
  for (const policy of policies) {
    const service = serviceOf(policy.arn) ?? '';
    const list = found.get(service);
    if (list === undefined) found.set(service, [policy]);
    else list.push(policy);
  }
  return found;
}

/** The service in an ARN, where it is literal. */
export function serviceOf(arn: PolicyText): string | undefined {
  // A colon inside of a hole's symbol is none of the ARN.
  return /^arn:[^:]*:([a-z0-9-]+):/.exec(canonical(arn).replaceAll(/\u0001[^\u0002]*\u0002/g, 'x'))?.[1];
}

/** A policy whose resource this may be, for all that is known. */
function isNear({ arn }: ResourcePolicy, resource: PolicyText): boolean {
  if (isUnknown(arn) || isUnknown(resource)) return true;
  const [one, other] = [canonical(arn), canonical(resource)];
  // Two literal ARNs were compared already.
  if (!one.includes('\u0001') && !other.includes('\u0001')) return false;
  return [arn, append(arn, '/*'), append(arn, ':*')].some((each) => canMeet(each, resource));
}

export function append(source: PolicyText, end: string): PolicyText {
  if (isUnknown(source)) return source;
  return typeof source === 'string' ? source + end : { ...source, parts: [...source.parts, end] };
}

/** What a text begins with, up to a `/` or `:`. */
function stem<T>(resource: PolicyText, table: ReadonlyMap<string, T>): T | undefined {
  const form = canonical(resource);
  const whole = table.get(form);
  if (whole !== undefined) return whole;
  const ends: number[] = [];
  let inside = false;
  for (let at = 0; at < form.length; at += 1) {
    const character = form.charCodeAt(at);
    if (character <= 2) inside = character === 1;
    else if (!inside && (character === 47 || character === 58)) ends.push(at);
  }
  for (let at = ends.length - 1; at >= 0; at -= 1) {
    const found = table.get(form.slice(0, ends[at]));
    if (found !== undefined) return found;
  }
  return undefined;
}

function trustTargets(resource: PolicyText, world: World, cache: Cache): readonly Target[] {
  const exact = cache.principals.get(canonical(resource));
  if (exact !== undefined) return [trustTarget(exact, true)];
  const near =
    typeof resource === 'string' && /^arn:[^:*?]+:iam::\d{12}:role\//.test(resource)
      ? world.principals.filter(
          ({ kind, arn }) => kind === 'role' && typeof arn !== 'string' && sameText(arn, resource) !== 'no',
        )
      : world.principals.filter(({ kind, arn }) => kind === 'role' && sameText(arn, resource) !== 'no');
  const account = accountOfArn(resource);
  return [
    ...near.map((role) => trustTarget(role, false)),
    {
      rules: 'trust',
      policies: [],
      ...(account === undefined ? {} : { account }),
      sure: near.length === 0,
      lacksPolicy: unknown('attribute', 'the trust policy of a role outside of the templates'),
    },
  ];
}

export function trustTarget(role: Principal, sure: boolean): Target {
  return {
    rules: 'trust',
    resource: role.key,
    account: role.account,
    policies: trustPolicies(role),
    sure,
    ...(role.trust === undefined && role.kind === 'role'
      ? { unknown: unknown('malformed', `the trust policy of ${role.resource.logicalId}, which is not there`) }
      : {}),
  };
}

const trusts = new WeakMap<Principal, readonly SourcedPolicy[]>();

function trustPolicies(role: Principal): readonly SourcedPolicy[] {
  let found = trusts.get(role);
  if (found === undefined) trusts.set(role, (found = role.trust === undefined ? [] : [role.trust]));
  return found;
}

const withoutResource = new Map<string, boolean>();

/** Whether a request of this action, in lower case, names no resource: only `*` in a policy is about it. */
export function isWithoutResource(action: string): boolean {
  let found = withoutResource.get(action);
  if (found === undefined) withoutResource.set(action, (found = actionInfo(action)?.resourceLevel === false));
  return found;
}
