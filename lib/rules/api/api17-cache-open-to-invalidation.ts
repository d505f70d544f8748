import { resourcePolicy } from '../../engine/parse/policies-of';
import { elements, member } from '../../model/read';
import type { Resource, Snapshot } from '../../model/snapshot';
import { isAbsent } from '../../model/value';
import type { Value } from '../../model/value';
import type { Rule, Violation } from '../rule';
import { apiOfPart } from '../support/api-parts';
import { deniesToAll } from '../support/guards';
import { about, isTrue, judge, violationOf } from '../support/property';
import { STAGES, makesStage, methodSettings, stageSetting } from '../support/stage-settings';

const INVALIDATE = 'execute-api:InvalidateCache';

const cached = (policy: object) => ({
  Resources: {
    Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders', ...policy } },
    Example: {
      Type: 'AWS::ApiGateway::Stage',
      Properties: {
        RestApiId: { Ref: 'Api' },
        StageName: 'prod',
        CacheClusterEnabled: true,
        MethodSettings: [{ HttpMethod: '*', ResourcePath: '/*', CachingEnabled: true, CacheDataEncrypted: true }],
      },
    },
  },
});

/** The check that API Gateway itself can make of who invalidates is in no template: a Deny is. */
export const api17: Rule = {
  id: 'API17',
  title: 'The cache of a stage is open',
  severity: 'error',
  why: 'Where nothing denies it, every client empties the cache with one header, and every request then costs a call of the backend. What lies in a cache without encryption is readable to whoever gets at it.',
  fix: 'Deny execute-api:InvalidateCache to everybody in the resource policy of the API, and set `CacheDataEncrypted: true`; in CDK, `cacheDataEncrypted`. Or do not cache.',
  page: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html',
  controls: ['NIST 800-53 r5 AC-3', 'NIST 800-53 r5 SC-5', 'NIST 800-53 r5 SC-28'],
  types: STAGES.filter((type) => type !== 'AWS::ApiGatewayV2::Stage'),
  check(stage, snapshot) {
    if (!makesStage(stage)) return [];
    const found = cachingOf(stage).flatMap((setting) => [
      ...invalidation(setting, stage, snapshot),
      ...violationOf(
        judge(member(setting, 'CacheDataEncrypted'), isTrue),
        'found a cache without `CacheDataEncrypted`; expected true',
        'CacheDataEncrypted',
      ),
    ]);
    return about(found, ...methodSettings(stage));
  },
  examples: {
    bad: cached({}),
    good: cached({
      Policy: { Statement: [{ Effect: 'Deny', Principal: '*', Action: INVALIDATE, Resource: 'execute-api:/*' }] },
    }),
  },
};

/** The settings by which something is cached; none where the stage has no cache. */
function cachingOf(stage: Resource): readonly Value[] {
  const cluster = stageSetting(stage, 'CacheClusterEnabled');
  if (cluster === false || isAbsent(cluster)) return [];
  return [
    ...methodSettings(stage),
    ...elements(stageSetting(stage, 'CachingEnabled')).map((each) => whole(stage, each)),
  ]
    .filter((each) => judge(member(each, 'CachingEnabled'), isTrue).certainty !== 'certain')
    .slice(0, 1);
}

function whole(stage: Resource, CachingEnabled: Value): Value {
  return { CachingEnabled, CacheDataEncrypted: stageSetting(stage, 'CacheDataEncrypted') ?? false };
}

function invalidation(setting: Value, stage: Resource, snapshot: Snapshot): readonly Violation[] {
  const api = apiOfPart(stage, snapshot);
  const document = api === undefined ? undefined : resourcePolicy(api);
  const isDenied =
    document !== undefined && deniesToAll(document, [INVALIDATE]).some(({ conditions }) => conditions.length === 0);
  if (isDenied) return [];
  const { certainty, unknowns } = judge(member(setting, 'CachingEnabled'), isTrue);
  const open = [
    ...(certainty === undefined ? [] : unknowns),
    ...(api === undefined ? ['the API of the stage, which is not in the templates'] : []),
    ...(document?.unknowns ?? []).map(({ detail }) => detail),
  ];
  return [
    {
      message: `found a cache, and no Deny of ${INVALIDATE} to everybody in the resource policy of the API; expected one`,
      detail: 'InvalidateCache',
      ...(open.length > 0 ? { certainty: 'possible', unknowns: open } : {}),
    },
  ];
}
