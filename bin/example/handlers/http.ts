import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';

export function answer(statusCode: number, body: unknown): APIGatewayProxyResult {
  return {
    statusCode,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: JSON.stringify(body),
  };
}

/** Who called what: ids only, never bodies or headers. */
export function logCall(event: APIGatewayProxyEvent): void {
  console.log(
    JSON.stringify({
      caller: event.requestContext.identity.userArn,
      endpoint: `${event.httpMethod} ${event.resource}`,
      request: event.requestContext.extendedRequestId,
    }),
  );
}
