import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { HttpFunctionIntegration } from '../../../lib/constructs/api/http-function-integration';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { allowedTo, env, list, newStack, resources, show, workload } from './support';

const { GET, POST } = apigatewayv2.HttpMethod;
const url = () => new HttpUrlIntegration('Backend', 'https://backend.example.com');

/** An HTTP API as the CDK makes it, with two routes. */
function plain(props: apigatewayv2.HttpApiProps = { defaultAuthorizer: new HttpIamAuthorizer() }) {
  const stack = newStack(new App());
  const api = new apigatewayv2.HttpApi(stack, 'Legacy', props);
  const integration = url();
  api.addRoutes({ path: '/orders', methods: [POST], integration });
  api.addRoutes({ path: '/orders/{id}', methods: [GET], integration });
  const [reader, clerk] = ['Reader', 'Clerk'].map((id) => workload(stack, id));
  return { stack, api, reader, clerk, integration };
}

function guarded(more?: apigatewayv2.HttpApiProps) {
  const made = plain(more);
  const { api, reader, clerk } = made;
  LeastPrivilegeHttpApi.guard(api, { 'POST /orders': [clerk], 'GET /orders/{id}': [reader, clerk] });
  return made;
}

describe('a plain HttpApi under guard', () => {
  it('gives each caller exactly its routes', () => {
    const { stack, reader, clerk } = guarded();
    expect(allowedTo(stack, reader, '$default/GET/orders/1')).toBe(true);
    expect(allowedTo(stack, reader, '$default/POST/orders')).toBe(false);
    expect(allowedTo(stack, clerk, '$default/POST/orders')).toBe(true);
    expect(allowedTo(stack, clerk, '$default/DELETE/orders')).toBe(false);
  });

  it('tells the rules who calls, who then find nothing but what the API itself lacks', () => {
    const { stack } = guarded();
    const found = runRules(
      snapshotOf([{ name: 'Orders', file: '', ...env, body: Template.fromStack(stack).toJSON() }]),
      // The stack has no trail, and its templates are not searched for secrets.
      allRules.filter(({ id }) => id !== 'SEC4' && id !== 'AUD13'),
    );
    expect(found.map(({ ruleId }) => ruleId).sort()).toEqual(['Bulkhead-API14', 'Bulkhead-API15']);
  });

  it('names its stage where that is another', () => {
    const stack = newStack(new App());
    const api = new apigatewayv2.HttpApi(stack, 'Legacy', {
      defaultAuthorizer: new HttpIamAuthorizer(),
      createDefaultStage: false,
    });
    const reader = workload(stack, 'Reader');
    api.addRoutes({ path: '/orders', methods: [GET], integration: url() });
    expect(() => LeastPrivilegeHttpApi.guard(api, { 'GET /orders': [reader] })).toThrow('BH1011');
    api.node.tryRemoveChild('Bulkhead');
    api.addStage('Live', { stageName: 'live' });
    LeastPrivilegeHttpApi.guard(api, { 'GET /orders': [reader] });
    expect(allowedTo(stack, reader, 'live/GET/orders')).toBe(true);
    expect(allowedTo(stack, reader, 'test/GET/orders')).toBe(false);
  });

  it('fails the synth where it gets a second stage', () => {
    const { stack, api } = guarded();
    api.addStage('Test', { stageName: 'test' });
    expect(() => Template.fromStack(stack)).toThrow(/BH1011: the API has several stages/);
  });

  it('leaves routes for tokens to their authorizer', () => {
    const { stack, api, reader, clerk, integration } = plain();
    const authorizer = new HttpJwtAuthorizer('Tokens', 'https://login.example.com', { jwtAudience: ['shop'] });
    api.addRoutes({ path: '/orders/{id}/label', methods: [GET], integration, authorizer });
    const callers = { 'POST /orders': [clerk], 'GET /orders/{id}': [reader] };
    LeastPrivilegeHttpApi.guard(api, callers, { tokenEndpoints: ['GET /orders/{id}/label'] });
    expect(allowedTo(stack, reader, '$default/GET/orders/1')).toBe(true);
    const [route] = resources(stack, 'AWS::ApiGatewayV2::Route').filter(
      ({ Properties }) => Properties.AuthorizationType === 'JWT',
    );
    expect(route.Metadata['cdk-bulkhead']).toMatchObject({ endpoint: 'GET /orders/{id}/label', callers: [] });
  });

  it('fails the synth where a route is left out, asks for something else, or is not there', () => {
    const missing = plain();
    LeastPrivilegeHttpApi.guard(missing.api, { 'POST /orders': [missing.clerk] });
    expect(() => Template.fromStack(missing.stack)).toThrow(/BH1032: method `GET \/orders\/{id}` has no callers/);

    const both = (made: ReturnType<typeof plain>) => ({
      'POST /orders': [made.clerk],
      'GET /orders/{id}': [made.reader],
    });
    const open = plain({});
    LeastPrivilegeHttpApi.guard(open.api, both(open));
    expect(() => Template.fromStack(open.stack)).toThrow(/BH1032: .*has the authorization NONE, where AWS_IAM/);

    const other = plain();
    LeastPrivilegeHttpApi.guard(other.api, { ...both(other), 'PUT /orders': [other.clerk] });
    expect(() => Template.fromStack(other.stack)).toThrow(/BH1032: .*no such method/);

    const tokens = plain();
    const { 'POST /orders': post } = both(tokens);
    LeastPrivilegeHttpApi.guard(tokens.api, { 'POST /orders': post }, { tokenEndpoints: ['GET /orders/{id}'] });
    expect(() => Template.fromStack(tokens.stack)).toThrow(/the authorization AWS_IAM, where JWT or CUSTOM/);
  });

  it.each([
    ['$default', { path: '/{proxy+}', methods: undefined }, /method `ANY \/{proxy\+}` has no callers/],
    ['the catch-all', undefined, /method `\$default` has no callers/],
  ])('fails the synth where it has %s', (_, options, message) => {
    const { stack, api } = guarded();
    const integration = url();
    if (options === undefined) {
      new apigatewayv2.HttpRoute(stack, 'All', {
        httpApi: api,
        routeKey: apigatewayv2.HttpRouteKey.DEFAULT,
        integration,
      });
    } else api.addRoutes({ ...options, integration });
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  it('fails the synth where a definition adds routes, or a listed one comes too late', () => {
    const defined = guarded();
    (defined.api.node.defaultChild as apigatewayv2.CfnApi).body = { openapi: '3.0.1', paths: {} };
    expect(() => Template.fromStack(defined.stack)).toThrow(
      /BH1032: .*definition.*; make each route with `addRoutes`.*SpecRestApi/,
    );

    const late = plain();
    const callers = { 'POST /orders': [late.clerk], 'GET /orders/{id}': [late.reader], 'GET /stock': [late.reader] };
    LeastPrivilegeHttpApi.guard(late.api, callers);
    late.api.addRoutes({ path: '/stock', methods: [GET], integration: url() });
    expect(() => Template.fromStack(late.stack)).toThrow(/BH1032: method `GET \/stock` was added after `guard`/);
  });

  it('is refused where it is imported, or an endpoint takes every method or nobody', () => {
    const { stack, api, reader } = plain();
    const imported = apigatewayv2.HttpApi.fromHttpApiAttributes(stack, 'Imported', { httpApiId: 'abc' });
    expect(() => LeastPrivilegeHttpApi.guard(imported, {})).toThrow('BH1030');
    expect(() => LeastPrivilegeHttpApi.guard(api, { 'ANY /orders': [reader] })).toThrow('BH1002');
    api.node.tryRemoveChild('Bulkhead');
    expect(() => LeastPrivilegeHttpApi.guard(api, { 'GET /orders/{id}': [] })).toThrow('BH1003');
  });
});

describe('a function behind a plain HttpApi', () => {
  function withFunction() {
    const stack = newStack(new App());
    const reader = workload(stack, 'Reader');
    const handler = new lambda.Function(stack, 'Handler', {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
    });
    const api = new apigatewayv2.HttpApi(stack, 'Legacy', { defaultAuthorizer: new HttpIamAuthorizer() });
    const integration = new HttpFunctionIntegration(handler);
    api.addRoutes({ path: '/orders', methods: [GET, POST], integration });
    return { stack, reader, api };
  }

  it('gets one permission, for its stage, and the policy of its guard', () => {
    const { stack, reader, api } = withFunction();
    LeastPrivilegeHttpApi.guard(api, { 'GET /orders': [reader], 'POST /orders': [reader] });
    const [permission, ...others] = resources(stack, 'AWS::Lambda::Permission');
    expect(others).toEqual([]);
    expect(show(permission.Properties.SourceArn)).toMatch(/\/\$default\/\*\/\*$/);
    const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
    expect(list(Properties.Environment.Variables.BULKHEAD_GUARD).join()).toContain('"stage":"$default"');
    expect(list(Properties.Environment.Variables.BULKHEAD_GUARD).join()).toContain('"POST /orders":[0]');
  });

  it('can be called without a guard, and then is told nothing', () => {
    const { stack } = withFunction();
    expect(show(resources(stack, 'AWS::Lambda::Permission')[0].Properties.SourceArn)).toMatch(/\/\*\/\*\/\*$/);
    expect(resources(stack, 'AWS::Lambda::Function')[0].Properties.Environment?.Variables ?? {}).toEqual({});
  });
});
