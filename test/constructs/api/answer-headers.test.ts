import type { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { newApi, resources } from './support';

const NOSNIFF = 'method.response.header.X-Content-Type-Options';
const HSTS = 'method.response.header.Strict-Transport-Security';
const CACHE = 'method.response.header.Cache-Control';

/** The one method of a verb, after an endpoint that answers so. */
function answered(verb: string, integration: apigateway.Integration, methodResponses?: apigateway.MethodResponse[]) {
  const { api, stack, reader } = newApi({ cors: { allowOrigins: ['https://shop.example.com'] } });
  api.addEndpoint('GET /orders', { callers: [reader], integration, methodResponses });
  const [found] = resources(stack, 'AWS::ApiGateway::Method').filter(
    ({ Properties }) => Properties.HttpMethod === verb,
  );
  return found.Properties;
}

const mock = (responseParameters?: Record<string, string>) =>
  new apigateway.MockIntegration({
    requestTemplates: { 'application/json': '{"statusCode":200}' },
    integrationResponses: [{ statusCode: '404' }, { statusCode: '200', responseParameters }],
  });

describe('headers of answers', () => {
  it('stand on what a mock answers, where its answer is declared', () => {
    const { Integration, MethodResponses } = answered('GET', mock(), [{ statusCode: '200' }]);
    const [undeclared, declared] = Integration.IntegrationResponses;
    expect(declared.ResponseParameters).toMatchObject({ [NOSNIFF]: "'nosniff'", [CACHE]: "'no-store'" });
    expect(declared.ResponseParameters[HSTS]).toMatch(/^'max-age=\d+/);
    expect(MethodResponses).toEqual([
      { StatusCode: '200', ResponseParameters: { [NOSNIFF]: false, [HSTS]: false, [CACHE]: false } },
    ]);
    expect(undeclared).toEqual({ StatusCode: '404' });
  });

  it('leave alone what the integration sets itself', () => {
    const own = { 'method.response.header.cache-control': "'max-age=60'" };
    const declared = { statusCode: '200', responseParameters: { 'method.response.header.cache-control': true } };
    const { Integration, MethodResponses } = answered('GET', mock(own), [declared]);
    expect(Integration.IntegrationResponses[1].ResponseParameters).toEqual({
      ...own,
      [NOSNIFF]: "'nosniff'",
      [HSTS]: expect.any(String),
    });
    expect(MethodResponses[0].ResponseParameters).toEqual({
      'method.response.header.cache-control': true,
      [NOSNIFF]: false,
      [HSTS]: false,
    });
  });

  it('stand on preflights, beside those of CORS', () => {
    const { Integration, MethodResponses } = answered('OPTIONS', mock());
    expect(Integration.IntegrationResponses[0].ResponseParameters).toMatchObject({
      'method.response.header.Access-Control-Allow-Origin': "'https://shop.example.com'",
      [NOSNIFF]: "'nosniff'",
    });
    expect(Object.keys(MethodResponses[0].ResponseParameters)).toEqual(
      expect.arrayContaining(Object.keys(Integration.IntegrationResponses[0].ResponseParameters)),
    );
  });

  it('are left to a proxy', () => {
    const { Integration, MethodResponses } = answered(
      'GET',
      new apigateway.HttpIntegration('https://orders.example.com'),
    );
    expect(Integration.IntegrationResponses).toBeUndefined();
    expect(MethodResponses).toBeUndefined();
  });

  it.each<[string, readonly string[], string | undefined]>([
    ['of the one origin', ['https://shop.example.com'], "'https://shop.example.com'"],
    ['of none, where there are several', ['https://shop.example.com', 'https://b.example.com'], undefined],
  ])('let refusals be read by pages %s', (_, allowOrigins, origin) => {
    const { api, stack, reader } = newApi({ cors: { allowOrigins: [...allowOrigins], allowCredentials: true } });
    api.addEndpoint('GET /orders', { callers: [reader], integration: mock() });
    const answers = resources(stack, 'AWS::ApiGateway::GatewayResponse');
    expect(answers).toHaveLength(2);
    for (const { Properties } of answers) {
      const given = Properties.ResponseParameters;
      expect(given['gatewayresponse.header.Access-Control-Allow-Origin']).toBe(origin);
      expect(given['gatewayresponse.header.Access-Control-Allow-Credentials']).toBe(origin && "'true'");
    }
  });
});

describe('answers of API Gateway itself', () => {
  it('of one type twice fail the synth, which the deployment would, with what to do', () => {
    const { api, stack, reader } = newApi();
    api.addEndpoint('GET /orders', { callers: [reader], integration: mock() });
    api.restApi.addGatewayResponse('Refused', { type: apigateway.ResponseType.DEFAULT_4XX });
    expect(() => resources(stack, 'AWS::ApiGateway::Method')).toThrow(
      /BH1048: the gateway response DEFAULT_4XX is there twice, by Orders\/Api\/.*Answer.* and Orders\/Api\/.*Refused.*; take the second away/,
    );
  });

  it('of another type go before it', () => {
    const { api, stack, reader } = newApi();
    api.addEndpoint('GET /orders', { callers: [reader], integration: mock() });
    api.restApi.addGatewayResponse('Refused', { type: apigateway.ResponseType.ACCESS_DENIED });
    // Of another API.
    newPlain(stack).addGatewayResponse('Refused', { type: apigateway.ResponseType.DEFAULT_4XX });
    expect(resources(stack, 'AWS::ApiGateway::GatewayResponse')).toHaveLength(4);
  });
});

function newPlain(stack: Stack): apigateway.RestApi {
  const api = new apigateway.RestApi(stack, 'Plain', { cloudWatchRole: false });
  api.root.addMethod('GET');
  return api;
}
