import { elements, member, show } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import type { Rule } from '../rule';
import { example } from '../support/examples';
import { resourcesNamed } from '../support/lookup';

const PLAN = 'AWS::ApiGateway::UsagePlan';
const PLAN_KEY = 'AWS::ApiGateway::UsagePlanKey';
const API_KEY = 'AWS::ApiGateway::ApiKey';
const plan = (...apis: readonly string[]) =>
  example(PLAN, { ApiStages: apis.map((ApiId) => ({ ApiId, Stage: 'prod' })) });

export const sec10: Rule = {
  id: 'SEC10',
  title: 'A key of API Gateway is valid for several APIs',
  severity: 'error',
  why: 'A key of API Gateway opens every API of its usage plan. One that was handed out for the one API is a key to all of them, those included that are added to the plan later. The same is a key that is put into several plans.',
  fix: 'Make a usage plan for each API, with keys of its own, as `ApiGatewayKey` does.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html',
  controls: ['NIST 800-53 r5 AC-6', 'NIST 800-53 r5 IA-5'],
  types: [PLAN, PLAN_KEY, API_KEY],
  check(resource, snapshot) {
    if (resource.type === PLAN_KEY) return inSeveralPlans(resource, snapshot);
    if (resource.type === API_KEY) return ofSeveralStages(resource);
    const apis = apisOf(resource);
    if (apis.size < 2) return [];
    return [{ message: `found the APIs ${[...apis].join(', ')} in one usage plan; expected one API` }];
  },
  examples: { bad: plan('orders', 'billing'), good: plan('orders') },
};

function apisOf({ properties }: Resource): ReadonlySet<string> {
  return new Set(elements(properties['ApiStages']).map((stage) => show(member(stage, 'ApiId'))));
}

const known = new WeakMap<Snapshot, ReadonlyMap<string, readonly Resource[]>>();

/** What puts keys into plans, by what it calls the key. */
function placings(snapshot: Snapshot): ReadonlyMap<string, readonly Resource[]> {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const found = new Map<string, Resource[]>();
  for (const each of snapshot.ofType(PLAN_KEY)) {
    const key = show(each.properties['KeyId']);
    const same = found.get(key);
    if (same === undefined) found.set(key, [each]);
    else same.push(each);
  }
  known.set(snapshot, found);
  return found;
}

/** Said once, at the first of those that put the key into a plan. */
function inSeveralPlans(placing: Resource, snapshot: Snapshot): ReturnType<Rule['check']> {
  const key = show(placing.properties['KeyId']);
  const all = placings(snapshot).get(key) ?? [];
  if (all.length < 2 || all[0] !== placing) return [];
  const plans = all.map((each) => resourcesNamed(each.properties['UsagePlanId'], PLAN, each, snapshot));
  const apis = new Set(plans.flat().flatMap((each) => [...apisOf(each)]));
  const elsewhere = new Set(
    all.flatMap((each, index) => (plans[index].length === 0 ? [show(each.properties['UsagePlanId'])] : [])),
  );
  if (apis.size < 2) return elsewhere.size === 0 ? [] : inOtherPlans(key, elsewhere, new Set(plans.flat()).size);
  return [
    {
      message: `found the key \`${key}\` in ${all.length} usage plans, of the APIs ${[...apis].sort().join(', ')}; expected a key for each API`,
      detail: `Key::${key}`,
    },
  ];
}

/** Of plans that are in no template nobody knows the APIs: two of them may be of one. */
function inOtherPlans(key: string, elsewhere: ReadonlySet<string>, here: number): ReturnType<Rule['check']> {
  if (elsewhere.size + here < 2) return [];
  const named = [...elsewhere].sort();
  return [
    {
      message: `found the key \`${key}\` in several usage plans, of which ${named.join(', ')} ${named.length === 1 ? 'is' : 'are'} in no template; expected a key for each API`,
      detail: `Key::${key}`,
      certainty: 'possible',
      unknowns: named.map((each) => `the APIs of the usage plan \`${each}\``),
    },
  ];
}

/** Before there were usage plans, keys named stages themselves. */
function ofSeveralStages({ properties }: Resource): ReturnType<Rule['check']> {
  const apis = new Set(elements(properties['StageKeys']).map((stage) => show(member(stage, 'RestApiId'))));
  if (apis.size < 2) return [];
  return [{ message: `found the APIs ${[...apis].join(', ')} at one key; expected one API`, detail: 'StageKeys' }];
}
