import { Lazy } from 'aws-cdk-lib';
import type { IResolvable } from 'aws-cdk-lib';
import type * as apigateway from 'aws-cdk-lib/aws-apigateway';

/** The throttle of one endpoint. */
export interface EndpointThrottle {
  readonly method: string;
  readonly path: string;
  readonly throttle: apigateway.ThrottleSettings;
}

/**
 * The settings of a stage: what holds for all methods, and the throttles of single endpoints, asked for when the
 * template is written. An entry for one method replaces the common one as a whole, so that each says everything.
 *
 * Execution logs stay off: they can hold request data, and the access log says who called what.
 */
export function methodSettings(
  common: apigateway.ThrottleSettings,
  endpoints: readonly EndpointThrottle[],
): IResolvable {
  const entry = (httpMethod: string, resourcePath: string, throttle: apigateway.ThrottleSettings) => ({
    httpMethod,
    resourcePath,
    metricsEnabled: true,
    dataTraceEnabled: false,
    loggingLevel: 'OFF',
    cachingEnabled: false,
    throttlingRateLimit: throttle.rateLimit,
    throttlingBurstLimit: throttle.burstLimit,
  });
  return Lazy.any({
    produce: () => [
      entry('*', '/*', common),
      ...endpoints.map(({ method, path, throttle }) =>
        // A slash inside of the path is written `~1`.
        entry(method, `/${path.replaceAll('/', '~1')}`, { ...common, ...throttle }),
      ),
    ],
  });
}
