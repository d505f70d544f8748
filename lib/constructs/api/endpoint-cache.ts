import type { Duration } from 'aws-cdk-lib';

/**
 * How answers of an endpoint are kept in the cache of the stage. The key of an answer is the path with its parameters,
 * the query string parameters and headers in `requestParameters`, and the token where there is one.
 *
 * What is not among `requestParameters` is not in the key, but reaches the integration all the same: an answer must
 * not depend on it. Who may call is decided before the cache is looked at, for every call; the integration, and with it
 * a guard of its own, sees a call only where nothing is cached.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-caching.html
 */
export interface EndpointCache {
  /** How long an answer is kept: a second to an hour. What a caller may no longer see, it may still get for as long. */
  readonly ttl: Duration;
  /**
   * Says that the answer does not depend on who calls. An endpoint with AWS_IAM needs it: API Gateway takes parameters
   * of the request into the key of an answer and nothing of the signature says who signed, so that one caller is given
   * what was answered to another. With `jwtAuthorizer` the token is in the key, and it is not needed.
   *
   * @default false
   */
  readonly sameForEveryCaller?: boolean;
}
