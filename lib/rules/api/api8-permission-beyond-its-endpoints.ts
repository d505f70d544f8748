import { analysed } from '../../engine/analysed';
import { nameOf } from '../../engine/world/resource-name';
import type { PolicyText, Statement } from '../../model/policy';
import { show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { declaredApi, requestOfApi } from '../support/api-example';
import { allApis } from '../support/api-parts';
import { coversAction } from '../support/coverage';
import { callsIn, isDeclaredCaller, isServedBeside } from '../support/effective-callers';
import type { DeclaredEndpoint } from '../support/effective-callers';
import { coverageOf, scopeOf } from '../support/execute-api';
import type { Scope } from '../support/execute-api';
import { apiNamed, leaksOf, namedRequests } from '../support/plain-apis';

const INVOKE = 'execute-api:Invoke';

/**
 * Of policies that name an API of the templates. What the resource policy of the API stops counts all the same: it is a
 * second wall, not a reason to leave the first one open. `*` for everything is IAM2's. Where no callers were declared, the
 * pattern of an endpoint that also reaches another is found, unless the role has that one by a pattern of its own.
 */
export const api8: Rule = {
  id: 'API8',
  title: 'A permission reaches methods or endpoints that are not meant',
  severity: 'error',
  why: 'A `*` in the ARN of a method also stands for slashes: `GET/orders/*` is `GET /orders/1` and `GET /orders/1/refunds`. A `*` in place of the verb or of everything is permission for what somebody adds tomorrow.',
  fix: 'Name stage, verb and path of each endpoint that is meant, and deny the deeper endpoints that the pattern of a parameter matches too. The callers of `LeastPrivilegeRestApi.addEndpoint` get exactly that.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    if (allApis(snapshot).length === 0) return [];
    const policies = analysed(snapshot).world.principal(resource.key)?.policies ?? [];
    const statements = policies
      .flatMap(({ document }) => document.statements)
      .filter(({ actions }) => coversAction(actions, INVOKE) !== 'no');
    const allows = statements.filter(({ effect }) => effect === 'Allow');
    const denies = statements.filter(({ effect, conditions }) => effect === 'Deny' && conditions.length === 0);
    return allows.flatMap((allow) => judge(allow, denies, resource, snapshot));
  },
  examples: {
    bad: declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Reader'] }, { Resource: requestOfApi('prod/*/') }),
    good: declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Reader'] }, { Resource: requestOfApi('prod/GET/') }),
  },
};

function judge(
  allow: Statement,
  denies: readonly Statement[],
  resource: Resource,
  snapshot: Snapshot,
): readonly Violation[] {
  const { resources, guards } = allow;
  if (resources === undefined || resources.negated) return [];
  return resources.patterns.flatMap((pattern) => {
    const api = apiNamed(pattern, snapshot);
    const reached = api === undefined ? '' : beyond(pattern, scopeOf(pattern, api), denies, resource, api, snapshot);
    if (reached === '') return [];
    const open = guards.map(({ condition }) => `condition "${condition.slice(condition.indexOf('#') + 1)}"`);
    return [
      {
        message: `found \`${show(pattern)}\`, which also reaches ${reached}; expected stage, verb and path of its endpoints only`,
        detail: `Resource::${show(pattern)}`,
        about: [allow],
        principal: nameOf(resource),
        ...(open.length > 0 ? { certainty: 'possible' as const, unknowns: open } : {}),
      },
    ];
  });
}

function beyond(
  pattern: PolicyText,
  scope: Scope,
  denies: readonly Statement[],
  resource: Resource,
  api: Resource,
  snapshot: Snapshot,
): string {
  if (scope === undefined || scope === 'unknown') return '';
  if (scope === 'everything') return 'every method of every endpoint';
  const shown = show(pattern);
  const [, stage = '', verb = ''] = shown.slice(shown.indexOf('/')).split('/');
  if (/[*?]/.test(verb)) return 'every method there';
  const denied = denies.map(({ resources }) => coverageOf(resources, api));
  const endpoints = callsIn(snapshot).endpoints.filter((endpoint) => endpoint.api === api);
  const others =
    endpoints.length === 0
      ? leaking(pattern, resource, snapshot)
      : endpoints.filter(
          (endpoint) =>
            !isDeclaredCaller(resource, endpoint) &&
            scope.overlaps(endpoint.requests) &&
            !isServedBeside(scope, endpoint, endpoints),
        );
  const names = others
    .filter(({ requests }) => !denied.some((covers) => covers(requests)))
    .map(({ name }) => `\`${name}\``);
  // Callers are declared for one stage: another one, made later, may serve anything.
  const isOfEachStage = endpoints.length > 0 && /[*?]/.test(stage);
  return [...names, ...(isOfEachStage ? ['every other stage'] : [])].join(', ');
}

function leaking(pattern: PolicyText, resource: Resource, snapshot: Snapshot): readonly DeclaredEndpoint[] {
  const named = namedRequests(resource, snapshot);
  const one = named.find((each) => each.pattern === pattern);
  return one === undefined ? [] : leaksOf(one, named, snapshot);
}
