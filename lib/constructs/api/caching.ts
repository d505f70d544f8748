import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { IConstruct } from 'constructs';
import { misuse } from '../../private/errors';
import type { EndpointName } from './endpoint-name';
import type { EndpointOptions } from './endpoint-options';

/** What the method and the stage have to know. */
export interface CachedEndpoint {
  readonly ttlSeconds: number;
  /** As `method.request.path.id`; each of them also is a parameter of the method. */
  readonly keys: readonly string[];
}

/** Sizes of a cache in GB. @see https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
const SIZES = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'];

/**
 * How an endpoint is cached; `undefined` where it is not.
 *
 * @throws BH1034 where it writes, the API has no cache, the time is out of range, or callers would share answers
 */
export function cacheOf(
  at: IConstruct,
  { method, path }: EndpointName,
  { cache, jwtAuthorizer, requestParameters = {} }: EndpointOptions,
  cacheSize: string | undefined,
): CachedEndpoint | undefined {
  if (cache === undefined) return undefined;
  const ttlSeconds = cache.ttl.toSeconds();
  const faults = [
    [method !== 'GET', 'only GET is cached: an answer from the cache does nothing', 'leave `cache` out'],
    [cacheSize === undefined, 'the API has no cache', 'give the API a `cacheSize`'],
    [
      !(ttlSeconds >= 1 && ttlSeconds <= 3600),
      `\`ttl\` must be between 1 second and 1 hour, got ${ttlSeconds} seconds`,
      'give a shorter one',
    ],
    [
      jwtAuthorizer === undefined && cache.sameForEveryCaller !== true,
      'its callers would get the answers of each other',
      'leave `cache` out, or say `sameForEveryCaller: true` where the answer does not depend on who calls',
    ],
  ] as const;
  const fault = faults.find(([isFault]) => isFault);
  if (fault !== undefined) {
    const [, why, mend] = fault;
    throw misuse(at, { code: 'BH1034', what: `endpoint \`${method} ${path}\` cannot be cached`, why, mend });
  }
  const inPath = [...path.matchAll(/\{([\w.-]+)\+?\}/g)].map(([, name]) => `method.request.path.${name}`);
  const token = jwtAuthorizer === undefined ? [] : ['method.request.header.Authorization'];
  return { ttlSeconds, keys: [...new Set([...inPath, ...token, ...Object.keys(requestParameters)])] };
}

/** Which of them a method has to declare, to have them in the key. */
export function parametersOf(
  { requestParameters }: EndpointOptions,
  cached: CachedEndpoint | undefined,
): { [name: string]: boolean } | undefined {
  if (cached === undefined) return requestParameters;
  return { ...Object.fromEntries(cached.keys.map((key) => [key, true])), ...requestParameters };
}

/** Puts the key into the method, whatever the integration says of caching. */
export function setCacheKey(method: apigateway.Method, cached: CachedEndpoint | undefined): void {
  if (cached === undefined) return;
  const resource = method.node.defaultChild as apigateway.CfnMethod;
  resource.addPropertyOverride('Integration.CacheKeyParameters', cached.keys);
  // Methods of one namespace share answers.
  resource.addPropertyDeletionOverride('Integration.CacheNamespace');
  method.api.latestDeployment?.addToLogicalId({ cacheKey: [method.httpMethod, method.resource.path, cached.keys] });
}

/** What the stage is told of its cache. @throws BH1034 where there is no such size */
export function cacheClusterOf(at: IConstruct, size: string | undefined): apigateway.StageOptions {
  if (size === undefined) return {};
  if (SIZES.includes(size)) return { cacheClusterEnabled: true, cacheClusterSize: size };
  throw misuse(at, {
    code: 'BH1034',
    what: `\`cacheSize\` must be one of ${SIZES.map((each) => `\`${each}\``).join(', ')}, got \`${size}\``,
    why: 'API Gateway has caches of these sizes, in GB',
    mend: 'use one of them',
  });
}
