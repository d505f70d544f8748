import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import type { EndpointOptions } from '../../../lib/constructs/api/endpoint-options';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { guardOf, integration, newApi, resources } from './support';

const cache = { ttl: Duration.minutes(5), sameForEveryCaller: true };

function cachedMethod(endpoint: string, options: Partial<EndpointOptions> = {}) {
  const { stack, api, reader, clerk } = newApi({ cacheSize: '0.5' });
  api.addEndpoint(endpoint, { callers: [reader], integration, cache, ...options });
  api.addEndpoint('PUT /other', { callers: [clerk], integration });
  const [method] = resources(stack, 'AWS::ApiGateway::Method').filter((each) => each.Properties.HttpMethod === 'GET');
  return { stack, method: method.Properties, stage: resources(stack, 'AWS::ApiGateway::Stage')[0].Properties };
}

describe('the cache of an endpoint', () => {
  it('is encrypted, for that endpoint alone, and nobody may empty it', () => {
    const { stack, stage } = cachedMethod('GET /prices');
    expect(stage).toMatchObject({ CacheClusterEnabled: true, CacheClusterSize: '0.5' });
    expect(stage.MethodSettings).toMatchObject([
      { HttpMethod: '*', ResourcePath: '/*', CachingEnabled: false },
      {
        HttpMethod: 'GET',
        ResourcePath: '/~1prices',
        CachingEnabled: true,
        CacheDataEncrypted: true,
        CacheTtlInSeconds: 300,
        ThrottlingRateLimit: 100,
      },
    ]);
    expect(guardOf(stack)).toContainEqual(
      expect.objectContaining({
        Effect: 'Deny',
        Principal: '*',
        Action: expect.arrayContaining(['execute-api:InvalidateCache']),
        Resource: 'execute-api:/*',
      }),
    );
  });

  it('has path, query and headers in its key, whatever the integration says', () => {
    const own = new apigateway.MockIntegration({ cacheNamespace: 'shared', cacheKeyParameters: [] });
    const requestParameters = { 'method.request.querystring.page': false };
    const { method } = cachedMethod('GET /prices/{shop}/{kind}', { integration: own, requestParameters });
    expect(method.Integration.CacheKeyParameters).toEqual([
      'method.request.path.shop',
      'method.request.path.kind',
      'method.request.querystring.page',
    ]);
    expect(method.Integration.CacheNamespace).toBeUndefined();
    expect(method.RequestParameters).toEqual({
      'method.request.path.shop': true,
      'method.request.path.kind': true,
      'method.request.querystring.page': false,
    });
  });

  it('has the token in its key, where one is asked for', () => {
    const { stack, api } = newApi({ cacheSize: '0.5' });
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Tokens', {
      owner: 'shop-team',
      issuer: 'https://login.example.com',
      audience: ['shop'],
    });
    const ttl = Duration.minutes(1);
    api.addEndpoint('GET /basket', { callers: [], jwtAuthorizer, scopes: ['basket'], integration, cache: { ttl } });
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::Method');
    expect(Properties.Integration.CacheKeyParameters).toEqual(['method.request.header.Authorization']);
    expect(Properties.RequestParameters).toEqual({ 'method.request.header.Authorization': true });
  });

  it('that changes its key deploys the stage anew', () => {
    const deployment = (name: string): string[] => {
      const { stack, api, reader } = newApi({ cacheSize: '0.5' });
      const requestParameters = { [`method.request.querystring.${name}`]: false };
      api.addEndpoint('GET /prices', { callers: [reader], integration, cache, requestParameters });
      return [JSON.stringify(resources(stack, 'AWS::ApiGateway::Stage')[0].Properties.DeploymentId)];
    };
    expect(deployment('page')).not.toEqual(deployment('size'));
  });

  it.each<[string, string, Partial<EndpointOptions>]>([
    ['for a write', 'POST /prices', {}],
    ['where callers would share answers', 'GET /prices', { cache: { ttl: Duration.minutes(5) } }],
    ['for more than an hour', 'GET /prices', { cache: { ...cache, ttl: Duration.hours(2) } }],
    ['for no time', 'GET /prices', { cache: { ...cache, ttl: Duration.seconds(0) } }],
  ])('is refused %s', (_, endpoint, options) => {
    expect(() => cachedMethod(endpoint, options)).toThrow('BH1034');
  });

  it('is refused where the API has none, and in a size that does not exist', () => {
    const { api, reader } = newApi();
    expect(() => api.addEndpoint('GET /', { callers: [reader], integration, cache })).toThrow(/BH1034: .*cacheSize/);
    expect(() => newApi({ cacheSize: '1' })).toThrow('BH1034');
  });
});
