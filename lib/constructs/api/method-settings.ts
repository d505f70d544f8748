import { Lazy } from 'aws-cdk-lib';
import type { IResolvable } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** What one endpoint has of its own. */
export interface EndpointSettings {
  readonly method: string;
  readonly path: string;
  readonly throttle?: apigateway.ThrottleSettings;
  readonly cacheSeconds?: number;
}

/**
 * The settings of a stage: what holds for all methods, and throttles and caching of single endpoints, asked for when
 * the template is written. An entry for one method replaces the common one as a whole, so that each says everything.
 *
 * Execution logs stay off: they can hold request data, and the access log says who called what.
 */
export function methodSettings(
  common: apigateway.ThrottleSettings,
  endpoints: readonly EndpointSettings[],
): IResolvable {
  const entry = (
    httpMethod: string,
    resourcePath: string,
    throttle: apigateway.ThrottleSettings,
    cacheSeconds?: number,
  ) => ({
    httpMethod,
    resourcePath,
    metricsEnabled: true,
    dataTraceEnabled: false,
    loggingLevel: 'OFF',
    cachingEnabled: cacheSeconds !== undefined,
    ...(cacheSeconds === undefined ? {} : { cacheDataEncrypted: true, cacheTtlInSeconds: cacheSeconds }),
    throttlingRateLimit: throttle.rateLimit,
    throttlingBurstLimit: throttle.burstLimit,
  });
  return Lazy.any({
    produce: () => [
      entry('*', '/*', common),
      ...endpoints.map(({ method, path, throttle, cacheSeconds }) =>
        // A slash inside of the path is written `~1`.
        entry(method, `/${path.replaceAll('/', '~1')}`, { ...common, ...throttle }, cacheSeconds),
      ),
    ],
  });
}
