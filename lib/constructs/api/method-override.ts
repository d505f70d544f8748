import type * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { misuse } from '../../private/errors';

/** What web frameworks take for the method of a request; API Gateway documents the first. */
const OVERRIDES = ['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override'];
const FROM_CLIENT = new RegExp(`method\\.request\\.(?:multivalue)?header\\.(?:${OVERRIDES.join('|')})$`, 'i');

/**
 * Keeps a header by which a client asks for another method from what answers an endpoint over HTTP. A proxy passes all
 * headers on, so that it gets in their place the method that the integration calls it by; any other integration passes on what it
 * maps, and may not map these. A function gets the event as it is: `guard` of the runtime denies.
 *
 * @throws BH1018 where an integration passes such a header on
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function pinMethod(endpoint: string, method: apigateway.Method): void {
  const resource = method.node.defaultChild as apigateway.CfnMethod;
  const integration = (resource.integration ?? {}) as apigateway.CfnMethod.IntegrationProperty;
  const { type, requestParameters = {}, integrationHttpMethod: sent } = integration;
  for (const [to, from] of Object.entries(requestParameters as Readonly<Record<string, unknown>>)) {
    if (typeof from !== 'string' || !FROM_CLIENT.test(from)) continue;
    throw misuse(method.api, {
      code: 'BH1018',
      what: `the integration of endpoint \`${endpoint}\` passes \`${from}\` on as \`${to}\``,
      why: 'a client could have the call taken for another method than the one that was authorized',
      mend: 'leave the header out of `requestParameters`',
    });
  }
  if (type !== 'HTTP_PROXY') return;
  // What the backend is asked by anyhow: another value would itself ask for another method.
  const pinned = sent === undefined || sent === 'ANY' ? method.httpMethod : sent;
  for (const name of OVERRIDES) {
    const place = `integration\\.request\\.header\\.${name}`;
    resource.addPropertyOverride(`Integration.RequestParameters.${place}`, `'${pinned}'`);
  }
  method.api.latestDeployment?.addToLogicalId({ pinned: [pinned, method.resource.path] });
}
