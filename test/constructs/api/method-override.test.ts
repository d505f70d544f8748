import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { newApi, resources } from './support';

const URL = 'https://orders.example.com/{id}';

function parametersOf(integration: apigateway.Integration): Record<string, string> | undefined {
  const { stack, reader, api } = newApi();
  api.addEndpoint('GET /orders', { callers: [reader], integration });
  return resources(stack, 'AWS::ApiGateway::Method')[0].Properties.Integration.RequestParameters;
}

describe('a header that asks for another method', () => {
  it('comes to an HTTP proxy as the method that it is called by, beside what is mapped', () => {
    const mapped = { 'integration.request.path.id': 'method.request.querystring.id' };
    const proxy = new apigateway.HttpIntegration(URL, { options: { requestParameters: mapped } });
    expect(parametersOf(proxy)).toEqual({
      ...mapped,
      'integration.request.header.X-HTTP-Method-Override': "'GET'",
      'integration.request.header.X-HTTP-Method': "'GET'",
      'integration.request.header.X-Method-Override': "'GET'",
    });
  });

  it.each([
    ['POST', "'POST'"],
    ['ANY', "'GET'"],
  ])('asks for no other method than the proxy calls by itself, which is %s', (httpMethod, pinned) => {
    const parameters = parametersOf(new apigateway.HttpIntegration(URL, { httpMethod })) ?? {};
    expect([...new Set(Object.values(parameters))]).toEqual([pinned]);
  });

  it('does not come to other integrations, which pass on what is mapped only', () => {
    expect(parametersOf(new apigateway.HttpIntegration(URL, { proxy: false }))).toBeUndefined();
    expect(parametersOf(new apigateway.MockIntegration({}))).toBeUndefined();
  });

  it.each(['method.request.header.X-HTTP-Method-Override', 'method.request.multivalueheader.x-http-method'])(
    'is refused where an integration maps %s',
    (from) => {
      const requestParameters = { 'integration.request.header.Verb': from };
      const mapping = new apigateway.HttpIntegration(URL, { proxy: false, options: { requestParameters } });
      expect(() => parametersOf(mapping)).toThrow(/BH1018: .*`GET \/orders`/);
    },
  );
});
