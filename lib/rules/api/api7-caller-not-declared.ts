import type { Fact, Step } from '../../engine/reach/reach';
import { variantsOf } from '../../engine/reach/variants';
import { nameOf } from '../../engine/world/resource-name';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule, Violation } from '../rule';
import { declaredApi, requestOfApi } from '../support/api-example';
import { callsIn, isDeclaredCaller } from '../support/effective-callers';
import type { Call } from '../support/effective-callers';
import { isAdministrator, isByItsPolicies, reachOfResource, wayInWords } from '../support/escalations';

/** How many endpoints a message names. */
const NAMED = 3;

/**
 * Of endpoints that were declared with cdk-bulkhead, by the policies of the caller, of the API, and its boundary; or by
 * becoming somebody who may call, or changing policies, groups or boundaries. An administrator may call everything: ESC1 and the rules on policies tell.
 */
export const api7: Rule = {
  id: 'API7',
  title: 'A role can call an endpoint that it was not declared for',
  severity: 'error',
  why: 'The access matrix says who calls an endpoint, and it is what people review. Here somebody else gets in: by a permission of its own that the resource policy of the API does not deny, or by becoming one of the callers.',
  fix: 'Take the permission away, or declare the role in `callers` of the endpoint. Where it becomes a caller, break a step of the trace.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 AC-6', 'NIST 800-53 r5 AC-4'],
  types: ['AWS::IAM::Role', 'AWS::IAM::User'],
  check(resource, snapshot) {
    const calls = callsIn(snapshot);
    if (calls.endpoints.length === 0) return [];
    const ways = [...ownCalls(resource, snapshot), ...callsOfOthers(resource, snapshot)];
    if (ways.length === 0) return [];
    const reached = reachOfResource(resource, snapshot);
    if (reached !== undefined && isAdministrator(reached)) return [];
    return byApi(ways).map((group) => violation(resource, group));
  },
  examples: {
    bad: declaredApi({ GET: ['Orders/Clerk'], POST: ['Orders/Clerk'] }, { Resource: requestOfApi('prod/GET/') }),
    good: declaredApi({ GET: ['Orders/Reader'], POST: ['Orders/Clerk'] }, { Resource: requestOfApi('prod/GET/') }),
  },
};

/** A call, and the steps before it; none where it is by its own permissions. */
interface Way extends Call {
  readonly steps: readonly Step[];
}

function ownCalls(resource: Resource, snapshot: Snapshot): readonly Way[] {
  return callsIn(snapshot)
    .of(resource.key)
    .filter(({ endpoint }) => !isDeclaredCaller(resource, endpoint))
    .map((call) => ({ ...call, steps: [] }));
}

function callsOfOthers(resource: Resource, snapshot: Snapshot): readonly Way[] {
  const reached = reachOfResource(resource, snapshot);
  if (reached === undefined) return [];
  const own = new Set(ownCalls(resource, snapshot).map(({ endpoint }) => endpoint));
  const add = (calls: readonly Call[], isSure: boolean, stepsThere: () => readonly Step[]): readonly Way[] => {
    const others = calls.filter(({ endpoint }) => !own.has(endpoint) && !isDeclaredCaller(resource, endpoint));
    if (others.length === 0) return [];
    const steps = stepsThere();
    if (isByItsPolicies(steps)) return [];
    return others.map((call): Way => {
      own.add(call.endpoint);
      return { ...call, steps, certainty: isSure ? call.certainty : 'possible' };
    });
  };
  const byBecoming = reached.facts.flatMap((fact: Fact) =>
    fact.goal.kind === 'principal'
      ? add(callsIn(snapshot).of(fact.goal.principal.key), fact.certainty === 'certain', () => reached.trace(fact))
      : [],
  );
  const byChanging = [...variantsOf(reached)].flatMap(({ principal, way }) =>
    add(callsIn(snapshot).by(principal), true, () => way().steps),
  );
  return [...byBecoming, ...byChanging];
}

/** One finding for each API, and for each way there. */
function byApi(ways: readonly Way[]): readonly (readonly [Way, ...Way[]])[] {
  const groups = new Map<string, [Way, ...Way[]]>();
  for (const way of ways) {
    const key = `${way.endpoint.apiPath}::${way.steps.map(({ technique }) => technique).join('>')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [way]);
    else group.push(way);
  }
  return [...groups.values()];
}

function violation(resource: Resource, ways: readonly [Way, ...Way[]]): Violation {
  const [{ endpoint, steps }] = ways;
  const names = ways.map((way) => `\`${way.endpoint.name}\``);
  const shown = [...names.slice(0, NAMED), ...(names.length > NAMED ? [`${names.length - NAMED} more`] : [])];
  const way = steps.length === 0 ? 'by its own permissions' : wayInWords(steps);
  const isCertain = ways.some(({ certainty }) => certainty === 'certain');
  return {
    message: `may call ${shown.join(', ')} of ${endpoint.apiPath}, ${way}; expected its declared callers only (${endpoint.callers.join(', ')})`,
    about: [
      ...ways.map((each) => each.endpoint.name),
      ...steps.flatMap(({ evidence }) => evidence.map((one) => one.statement)),
    ],
    detail: `Api::${endpoint.apiPath}${steps.length === 0 ? '' : `::${steps.map(({ technique }) => technique).join('>')}`}`,
    principal: nameOf(resource),
    ...(steps.length === 0
      ? {}
      : { trace: steps.map(({ technique, from, to, because }) => `${from} -> ${to} (${technique}): ${because}`) }),
    ...(isCertain
      ? {}
      : {
          certainty: 'possible',
          unknowns: [
            ...new Set([
              ...ways.flatMap(({ unknowns }) => unknowns),
              ...steps.flatMap(({ unknowns }) => unknowns.map(({ detail }) => detail)),
            ]),
          ],
        }),
  };
}
