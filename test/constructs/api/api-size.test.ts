import { App, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { checkResources, checkRoutes, checkStackSize } from '../../../lib/constructs/api/api-size';
import { CallerGrouping } from '../../../lib/constructs/api/caller-grouping';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { integration, newApi, newStack, workload } from './support';

const at = new Stack(new App(), 'Orders');
const paths = (count: number) => Array.from({ length: count }, (_, index) => `/part-${index}`);

describe('the resources of a REST API', () => {
  it('are the parts of its paths, each once, and the root', () => {
    expect(checkResources(at, ['/a/{id}/b', '/a/{id}', '/a/c', '/'], 5)).toEqual([]);
    expect(checkResources(at, ['/a/{id}/b', '/a/{id}', '/a/c', '/'], 4)).toEqual([
      expect.stringMatching(
        /^BH1044: the API has 5 resources .*, the limit is 4, at Orders; .*several APIs behind one domain.*`resourceLimit`/,
      ),
    ]);
  });

  it('are 300 by default', () => {
    expect(checkResources(at, paths(299))).toEqual([]);
    expect(checkResources(at, paths(300))).toHaveLength(1);
  });

  it('are counted at synth, by the quota that the API has', () => {
    const declared = (resourceLimit: number) => () => {
      const { stack, api, reader } = newApi({ resourceLimit });
      api.addEndpoint('GET /orders/{id}', { callers: [reader], integration });
      Template.fromStack(stack);
    };
    expect(declared(2)).toThrow(/BH1044: the API has 3 resources .*, the limit is 2/);
    expect(declared(3)).not.toThrow();
  });

  it('are counted of an API that was there, too', () => {
    const stack = newStack();
    const restApi = new apigateway.RestApi(stack, 'Old', {
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    });
    restApi.root.addResource('orders').addMethod('GET', integration);
    const callers = [workload(stack, 'Reader')];
    LeastPrivilegeRestApi.guard(restApi, { 'GET /orders': callers }, { resourceLimit: 1 });
    expect(() => Template.fromStack(stack)).toThrow(/BH1044: the API has 2 resources .*, the limit is 1/);
  });
});

describe('the routes of an HTTP API', () => {
  it('are 300 by default', () => {
    expect(checkRoutes(at, 300)).toEqual([]);
    expect(checkRoutes(at, 301)).toEqual([
      expect.stringMatching(/^BH1045: the API has 301 routes, the limit is 300, at Orders; .*`routeLimit`/),
    ]);
  });

  it('are counted at synth, by the quota that the API has', () => {
    const stack = newStack();
    const httpApi = new apigatewayv2.HttpApi(stack, 'Old', { defaultAuthorizer: new HttpIamAuthorizer() });
    const methods = [apigatewayv2.HttpMethod.GET, apigatewayv2.HttpMethod.PUT];
    httpApi.addRoutes({ path: '/a', methods, integration: new HttpUrlIntegration('A', 'https://a.example') });
    const callers = [workload(stack, 'Reader')];
    LeastPrivilegeHttpApi.guard(httpApi, { 'GET /a': callers, 'PUT /a': callers }, { routeLimit: 1 });
    expect(() => Template.fromStack(stack)).toThrow(/BH1045: the API has 2 routes, the limit is 1/);
  });
});

describe('an HTTP API', () => {
  it('refuses what is about resource policies, which it does not have', () => {
    const stack = newStack();
    const options = { callersBy: CallerGrouping.TAG };
    expect(() => new LeastPrivilegeHttpApi(stack, 'New', options as object)).toThrow(/BH1064: `callersBy` is set/);
    const httpApi = new apigatewayv2.HttpApi(stack, 'Old', { defaultAuthorizer: new HttpIamAuthorizer() });
    expect(() => LeastPrivilegeHttpApi.guard(httpApi, {}, options as object)).toThrow(/BH1064: .*, at Orders\/Old/);
  });
});

describe('the resources of a stack', () => {
  const limited = (limit: number) => new App({ context: { '@aws-cdk/core:stackResourceLimit': limit } });
  const withApi = (app: App) => {
    const stack = newStack(app);
    const api = new LeastPrivilegeRestApi(stack, 'Api');
    api.addEndpoint('GET /orders', { callers: [workload(stack, 'Reader')], integration });
    return { stack, api };
  };

  it('are counted with what the API has of them, and what to do is said', () => {
    const { stack } = withApi(limited(5));
    expect(() => Template.fromStack(stack)).toThrow(
      /BH1046: the stack has \d+ resources, the limit is 5; \d+ of them are of this API: .*\d AWS::\w+::\w+.* and \d others, at Orders\/Api; .*several APIs behind one domain.*`SpecRestApi`/,
    );
  });

  it('are as many as the template has', () => {
    const { stack, api } = withApi(new App());
    const { length } = Object.keys(Template.fromStack(stack).toJSON().Resources);
    const counted = (limit: number) => checkStackSize(api, api, limit).length;
    expect([counted(length), counted(length - 1), counted(0)]).toEqual([0, 1, 0]);
  });
});
