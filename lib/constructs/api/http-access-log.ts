/**
 * One JSON object a call: who, from where, what, how it was decided. Of tokens the subject and the client, never the
 * token.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
const FIELDS: Readonly<Record<string, string>> = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  timeEpoch: '$context.requestTimeEpoch',
  apiId: '$context.apiId',
  stage: '$context.stage',
  domainName: '$context.domainName',
  method: '$context.httpMethod',
  path: '$context.path',
  routeKey: '$context.routeKey',
  callerArn: '$context.identity.userArn',
  caller: '$context.identity.caller',
  callerAccount: '$context.identity.accountId',
  tokenIssuer: '$context.authorizer.claims.iss',
  tokenSubject: '$context.authorizer.claims.sub',
  tokenClient: '$context.authorizer.claims.client_id',
  tokenAudience: '$context.authorizer.claims.aud',
  sourceIp: '$context.identity.sourceIp',
  authorizerError: '$context.authorizer.error',
  errorType: '$context.error.responseType',
  errorMessage: '$context.error.message',
  status: '$context.status',
  integrationError: '$context.integrationErrorMessage',
  integrationStatus: '$context.integration.status',
  integrationRequestId: '$context.integration.requestId',
  integrationLatency: '$context.integration.latency',
  responseLatency: '$context.responseLatency',
  responseLength: '$context.responseLength',
};

/** The format of the access log of an HTTP API. */
export function httpAccessLogFormat(): string {
  return JSON.stringify(FIELDS);
}
