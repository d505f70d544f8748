import { App, Stack } from 'aws-cdk-lib';
import type { CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { api23 } from '../../../lib/rules/api/api23-method-not-declared';
import { runRules } from '../../../lib/rules/run-rules';
import { env, integration, newStack, workload } from '../../constructs/api/support';

function found(...stacks: readonly Stack[]): readonly string[] {
  const snapshot = snapshotOf(
    stacks.map((stack) => ({ name: stack.stackName, file: '', ...env, body: Template.fromStack(stack).toJSON() })),
  );
  return runRules(snapshot, [api23]).map(({ detail }) => String(detail));
}

function restApi() {
  const stack = newStack(new App());
  const api = new LeastPrivilegeRestApi(stack, 'Api', { cors: { allowOrigins: ['https://shop.example'] } });
  api.addEndpoint('GET /orders/{id}', { callers: [workload(stack, 'Reader')], integration });
  const [resource] = stack.node.findAll().filter((each) => each.node.id === '{id}') as apigateway.Resource[];
  return { stack, api, below: resource };
}

const by = (restApiId: string, resourceId: string, more: Partial<apigateway.CfnMethodProps> = {}) => ({
  restApiId,
  resourceId,
  httpMethod: 'GET',
  authorizationType: 'AWS_IAM',
  ...more,
});

describe('API23, a method that was not declared', () => {
  it('finds none beside declared endpoints and preflights', () => {
    expect(found(restApi().stack)).toEqual([]);
  });

  it('finds the method that a resource of CloudFormation adds below a declared endpoint', () => {
    const { stack, api, below } = restApi();
    const secret = new apigateway.CfnResource(stack, 'Secret', {
      restApiId: api.restApi.restApiId,
      parentId: below.resourceId,
      pathPart: 'secret',
    });
    new apigateway.CfnMethod(stack, 'Get', by(api.restApi.restApiId, secret.ref));
    expect(found(stack)).toEqual(['Operation::GET /orders/{id}/secret']);
  });

  it('finds it when another stack adds it', () => {
    const { stack, api, below } = restApi();
    const other = new Stack(stack.node.root, 'Other', { env });
    new apigateway.CfnMethod(other, 'Delete', by(api.restApi.restApiId, below.resourceId, { httpMethod: 'DELETE' }));
    expect(found(stack, other)).toEqual([expect.stringMatching(/^Operation::DELETE /)]);
  });

  it('finds OPTIONS that a function answers', () => {
    const { stack, api, below } = restApi();
    const method = by(api.restApi.restApiId, below.resourceId, {
      httpMethod: 'OPTIONS',
      integration: { type: 'HTTP_PROXY', uri: 'https://example.com', integrationHttpMethod: 'GET' },
    });
    new apigateway.CfnMethod(stack, 'Options', method);
    expect(found(stack)).toEqual(['Operation::OPTIONS /orders/{id}']);
  });

  it('finds what is added to an API under guard, by a resource and in its definition', () => {
    const stack = newStack(new App());
    const reader = workload(stack, 'Reader');
    const plain = new apigateway.RestApi(stack, 'Plain', {
      cloudWatchRole: false,
      defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    });
    plain.root.addResource('orders').addMethod('GET', integration);
    LeastPrivilegeRestApi.guard(plain, { 'GET /orders': [reader] });
    new apigateway.CfnMethod(stack, 'Root', by(plain.restApiId, plain.restApiRootResourceId));
    const operation = {
      'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
      'x-amazon-apigateway-integration': { type: 'mock' },
      security: [{ sigv4: [] }],
    };
    const defined = new apigateway.SpecRestApi(stack, 'Defined', {
      apiDefinition: apigateway.ApiDefinition.fromInline({
        openapi: '3.0.1',
        info: { title: 'orders', version: '1' },
        paths: { '/orders': { get: operation } },
        components: {
          securitySchemes: {
            sigv4: {
              type: 'apiKey',
              name: 'Authorization',
              in: 'header',
              'x-amazon-apigateway-authtype': 'awsSigv4',
            },
          },
        },
      }),
    });
    LeastPrivilegeRestApi.guard(defined, { 'GET /orders': [reader] });
    (defined.node.defaultChild as CfnResource).addPropertyOverride('Body.paths./refunds', { get: operation });
    expect([...found(stack)].sort()).toEqual(['Operation::GET /', 'Operation::GET /refunds']);
  });

  it('finds a route of an HTTP API that the template has beside', () => {
    const stack = newStack(new App());
    const api = new LeastPrivilegeHttpApi(stack, 'Api');
    const target = new HttpUrlIntegration('Url', 'https://example.com');
    api.addEndpoint('GET /orders', { callers: [workload(stack, 'Reader')], integration: target });
    const body = Template.fromStack(stack).toJSON();
    const judged = () =>
      runRules(snapshotOf([{ name: 'Orders', file: '', ...env, body }]), [api23]).map(({ detail }) => detail);
    expect(judged()).toEqual([]);
    const ApiId = stack.resolve(api.httpApi.apiId);
    body.Resources.More = { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId, RouteKey: 'GET /more' } };
    expect(judged()).toEqual(['Operation::GET /more']);
  });

  it('leaves alone the methods of an API whose callers nobody declared', () => {
    const stack = newStack(new App());
    const plain = new apigateway.RestApi(stack, 'Plain', { cloudWatchRole: false });
    plain.root.addMethod('GET', integration);
    expect(found(stack)).toEqual([]);
  });
});
