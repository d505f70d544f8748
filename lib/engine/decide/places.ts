import type { PolicyText } from '../../model/policy';
import { isUnknown, unknown } from '../../model/value';
import { actionMayMatch, actionMustMatch } from '../match/action-pattern';
import { patternOf, templatePattern } from '../match/pattern';
import type { Pattern } from '../match/pattern';
import { canMeet, exactPattern } from '../match/symbolic';
import { accountOfArn } from '../world/principals';
import type { Api, ApiMethod, ResourcePolicy, World } from '../world/world';
import type { Question } from './decision';
import { abroadOf } from './public-access';
import { isPreferred, serving } from './endpoints';
import type { Region } from './region';
import { append, serviceOf, trustTarget } from './target';
import type { Target } from './target';

/** Requests of a pattern to which the same rules apply. */
export interface Place {
  readonly target: Target;
  readonly region: Region;
}

const TRUST_ACTIONS = [
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:TagSession',
  'sts:SetSourceIdentity',
  'sts:SetContext',
];
/** Past this many, resources with rules of their own are not taken out of the rest: it may be more than in truth. */
const MOST_TAKEN_OUT = 12;

/**
 * The requests of a pattern, by what guards them: each resource with a policy, each role that can be assumed, each
 * method of an API, and all the rest.
 */
export function* placesOf({ action, resource }: Question, world: World): Generator<Place> {
  const whole: Region = {
    actions: [action],
    notActions: [],
    resources: [resource],
    asked: resource,
    places: [],
    notResources: [],
  };
  const asks = (pattern: string): boolean => actionMayMatch(pattern, action);
  const taken: Pattern[] = [];
  if (TRUST_ACTIONS.some(asks)) yield* roles(whole, resource, world);
  for (const policy of world.resourcePolicies.values()) {
    const service = serviceOf(policy.arn);
    if (policy.key !== '' && world.apis.has(policy.key)) continue;
    if (service !== undefined && !asks(`${service}:*`)) continue;
    for (const space of spacesOf(policy, service)) {
      if (!canMeet(space, resource)) continue;
      taken.push(patternOf(space));
      yield {
        target: {
          rules: service === 'kms' ? 'key' : 'general',
          ...(policy.resource === undefined ? {} : { resource: policy.resource.key }),
          account: policy.account,
          policies: policy.policies,
          sure: true,
          ...abroadOf(policy),
        },
        region: {
          ...whole,
          resources: both(resource, space),
          ...(service === undefined ? {} : ofService(whole, service)),
        },
      };
    }
  }
  if (asks('execute-api:*')) {
    for (const api of world.apis.values()) {
      const space = append(api.arnPrefix, '/*');
      if (!canMeet(space, resource)) continue;
      taken.push(patternOf(space));
      yield* methods(api, ofService(whole, 'execute-api'), resource, world);
    }
  }
  yield* rest(whole, resource, taken.length > MOST_TAKEN_OUT ? [] : taken, asks);
}

function ofService(region: Region, service: string): Region {
  return { ...region, actions: [...region.actions.filter((each) => each !== '*'), ...narrowed(region, service)] };
}

/** Nothing to add where the action names the service already. */
function narrowed({ actions }: Region, service: string): readonly PolicyText[] {
  const pattern = `${service}:*`;
  return actions.some((each) => each !== '*' && actionMustMatch(pattern, each)) ? [] : [pattern];
}

function both(resource: PolicyText, space: PolicyText): readonly PolicyText[] {
  return resource === '*' ? [space] : [resource, space];
}

/** The ARNs that a resource policy protects: the resource and what is in it. */
function spacesOf({ arn }: ResourcePolicy, service: string | undefined): readonly PolicyText[] {
  if (isUnknown(arn)) return [arn];
  if (service === 's3' || service === 'dynamodb') return [arn, append(arn, '/*')];
  return service === 'lambda' ? [arn, append(arn, ':*')] : [arn];
}

function* roles(whole: Region, resource: PolicyText, world: World): Generator<Place> {
  for (const role of world.principals) {
    if (role.kind !== 'role' || !canMeet(role.arn, resource)) continue;
    for (const each of TRUST_ACTIONS) {
      if (!whole.actions.every((action) => actionMayMatch(action, each))) continue;
      yield {
        target: trustTarget(role, true),
        region: { ...whole, actions: [each], resources: both(resource, role.arn) },
      };
    }
  }
}

function* methods(api: Api, whole: Region, resource: PolicyText, world: World): Generator<Place> {
  const policies = world.resourcePolicies.get(api.resource.key)?.policies ?? [];
  const base = { resource: api.resource.key, account: api.account, policies, sure: true } as const;
  const region: Region = { ...whole, resources: both(resource, append(api.arnPrefix, '/*')) };
  if (api.methods.length === 0 || api.unknownMethods !== undefined) {
    const lost = api.unknownMethods;
    yield { target: { ...base, rules: 'signed', ...(lost === undefined ? {} : { unknown: lost }) }, region };
    if (lost !== undefined) yield { target: { ...base, rules: 'open', unknown: lost }, region };
  }
  for (const method of api.methods) {
    const pattern = patternOfMethod(api, method);
    const preferred = api.methods.filter((other) => other !== method && isPreferred(other, method));
    const rules = serving({ ...api, methods: [method] }, append(api.arnPrefix, exampleOf(method)), policies);
    for (const target of rules) {
      yield {
        target,
        region: {
          ...region,
          resources: [resource],
          places: [pattern],
          notResources: preferred.map((other) => patternOfMethod(api, other)),
        },
      };
    }
  }
}

/** The ARNs of the requests that a method serves. */
function patternOfMethod({ arnPrefix }: Api, { verb, path }: ApiMethod): Pattern {
  const segment = templatePattern('{any}').tokens;
  const slash = templatePattern('/').tokens;
  const verbTokens = typeof verb === 'string' && verb !== '*' ? exactPattern(verb).tokens : segment;
  const pathTokens = typeof path === 'string' ? templatePattern(path).tokens : patternOf('/*').tokens;
  return {
    tokens: [...exactPattern(arnPrefix).tokens, ...slash, ...segment, ...slash, ...verbTokens, ...pathTokens],
    segments: 0,
  };
}

function exampleOf({ verb, path }: ApiMethod): string {
  const shown = typeof path === 'string' ? path.replaceAll(/\{[^{}]*\}/g, 'a') : '/';
  return `/a/${typeof verb === 'string' && verb !== '*' ? verb : 'GET'}${shown}`;
}

const ABROAD = unknown('attribute', 'the policies of resources of another account, which are in none of the templates');

/** All that has no rules of its own. */
function* rest(
  whole: Region,
  resource: PolicyText,
  notResources: readonly Pattern[],
  asks: (pattern: string) => boolean,
): Generator<Place> {
  const account = accountOfArn(resource);
  const base = { policies: [], sure: true, ...(account === undefined ? {} : { account }) } as const;
  const outside: Region = { ...whole, notResources };
  yield {
    target: { ...base, rules: 'general', foreign: () => ABROAD },
    region: { ...outside, notActions: [...TRUST_ACTIONS, 'kms:*'] },
  };
  if (asks('kms:*')) {
    const lacksPolicy = unknown('attribute', 'the policy of a key outside of the templates');
    yield { target: { ...base, rules: 'key', lacksPolicy }, region: ofService(outside, 'kms') };
  }
  if (TRUST_ACTIONS.some(asks)) {
    const lacksPolicy = unknown('attribute', 'the trust policy of a role outside of the templates');
    for (const each of TRUST_ACTIONS) {
      if (!asks(each)) continue;
      yield { target: { ...base, rules: 'trust', lacksPolicy }, region: { ...outside, actions: [each] } };
    }
  }
}
