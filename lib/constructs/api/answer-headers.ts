import { CfnResource } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import type { Construct, IConstruct } from 'constructs';
import { misuse } from '../../private/errors';

/** For a client that is a browser, or passes answers on to one. */
const HEADERS = {
  'Strict-Transport-Security': "'max-age=63072000; includeSubDomains'",
  'X-Content-Type-Options': "'nosniff'",
  'Cache-Control': "'no-store'",
};

/**
 * Puts them on what API Gateway answers itself where it refuses a call. With CORS for one origin, a page of it can read
 * the refusal. Of several origins such an answer can name none, since it holds no condition: pages get an error without it.
 */
export function setErrorHeaders(api: apigateway.RestApi, cors?: apigateway.CorsOptions): void {
  const [origin, ...others] = cors?.allowOrigins ?? [];
  const responseHeaders = {
    ...HEADERS,
    ...(origin === undefined || others.length > 0 ? {} : { 'Access-Control-Allow-Origin': `'${origin}'` }),
    ...(origin !== undefined && others.length === 0 && cors?.allowCredentials === true
      ? { 'Access-Control-Allow-Credentials': "'true'" }
      : {}),
  };
  for (const type of [apigateway.ResponseType.DEFAULT_4XX, apigateway.ResponseType.DEFAULT_5XX]) {
    api.addGatewayResponse(`Answer${type.responseType}`, { type, responseHeaders });
  }
}

/** BH1048 where an answer of API Gateway itself is there twice, of which it takes one. */
export function twiceAnswered(at: Construct, api: apigateway.RestApi): string[] {
  const answers = api.node.root.node
    .findAll()
    .filter((each): each is apigateway.CfnGatewayResponse => isGatewayResponse(each))
    .filter(({ restApiId }) => restApiId === api.restApiId);
  const seen = new Map<string, string>();
  return answers.flatMap(({ responseType, node }) => {
    const first = seen.get(responseType);
    seen.set(responseType, first ?? node.path);
    if (first === undefined) return [];
    const error = misuse(at, {
      code: 'BH1048',
      what: `the gateway response ${responseType} is there twice, by ${first} and ${node.path}`,
      why: 'an API has one of each type, and the deployment would fail',
      mend: `take the second away; answer a type that is more to the point, such as ACCESS_DENIED or UNAUTHORIZED, which goes before DEFAULT_4XX; or change the first: \`api.restApi.node.findChild('Answer${responseType}').node.defaultChild\``,
    });
    return [error.message];
  });
}

function isGatewayResponse(each: IConstruct): boolean {
  return CfnResource.isCfnResource(each) && each.cfnResourceType === 'AWS::ApiGateway::GatewayResponse';
}

/**
 * Puts them on the answers that API Gateway makes of an integration: those of mocks, preflights among them, and of
 * integrations that are no proxies. What the integration sets itself stays. A proxy sets its own: API Gateway passes on what
 * it answers.
 *
 * @param responses as they were declared for the method, in their order
 */
export function setAnswerHeaders(method: apigateway.Method, responses: readonly apigateway.MethodResponse[]): void {
  const resource = method.node.defaultChild as apigateway.CfnMethod;
  const { integrationResponses = [] } = (resource.integration ?? {}) as apigateway.CfnMethod.IntegrationProperty;
  if (!Array.isArray(integrationResponses)) return;
  for (const [place, each] of (integrationResponses as readonly apigateway.IntegrationResponse[]).entries()) {
    const declared = responses.findIndex(({ statusCode }) => statusCode === each.statusCode);
    // A header has to be declared where the answer is; of an answer that is not, there is nothing.
    if (declared === -1) continue;
    const own = Object.keys(each.responseParameters ?? {}).map((name) => name.toLowerCase());
    for (const [header, value] of Object.entries(HEADERS)) {
      const name = `method.response.header.${header}`;
      if (own.includes(name.toLowerCase())) continue;
      const member = `ResponseParameters.${name.replaceAll('.', '\\.')}`;
      resource.addPropertyOverride(`Integration.IntegrationResponses.${place}.${member}`, value);
      resource.addPropertyOverride(`MethodResponses.${declared}.${member}`, false);
    }
  }
  // An override is not among what the deployment of the CDK depends on.
  if (integrationResponses.length > 0) method.api.latestDeployment?.addToLogicalId({ headers: method.resource.path });
}
