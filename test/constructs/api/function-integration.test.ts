import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { FunctionIntegration } from '../../../lib/constructs/api/function-integration';
import { newApi, resources, show } from './support';

function newFunction(stack: Stack, functionName?: string): lambda.Function {
  return new lambda.Function(stack, 'Handler', {
    functionName,
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
  });
}

describe('FunctionIntegration', () => {
  it('gives the API one permission for a function, on its stage, and none for test invocations', () => {
    const { stack, api, clerk } = newApi();
    const handler = newFunction(stack);
    for (const name of ['GET /orders', 'POST /orders', 'GET /orders/{id}']) {
      api.addEndpoint(name, { callers: [clerk], integration: new FunctionIntegration(handler) });
    }
    const [permission, ...more] = resources(stack, 'AWS::Lambda::Permission');
    expect(more).toEqual([]);
    const { Ref: id } = stack.resolve(api.restApi.restApiId);
    const { Ref: stage } = stack.resolve(api.stage.stageName);
    expect(permission.Properties.Principal).toBe('apigateway.amazonaws.com');
    expect(show(permission.Properties.SourceArn)).toBe(
      `arn:\${AWS::Partition}:execute-api:eu-west-1:111122223333:\${${id}}/\${${stage}}/*/*`,
    );
  });

  it('deploys the stage anew when the function is renamed', () => {
    const deployments = ['one', 'two'].map((name) => {
      const { stack, api, clerk } = newApi();
      api.addEndpoint('GET /', { callers: [clerk], integration: new FunctionIntegration(newFunction(stack, name)) });
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
    });
    expect(new Set(deployments).size).toBe(2);
  });

  it('is a proxy', () => {
    const { stack, api, clerk } = newApi();
    api.addEndpoint('GET /', { callers: [clerk], integration: new FunctionIntegration(newFunction(stack)) });
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::Method');
    expect(Properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
    expect(show(Properties.Integration.Uri)).toContain(':lambda:path/2015-03-31/functions/${Handler');
  });
});

describe('an integration that admits test invocations', () => {
  it.each([
    {},
    { allowTestInvoke: true },
    { scopePermissionToMethod: false },
    { scopePermissionToMethod: false, allowTestInvoke: false },
  ])('is refused: %j', (options) => {
    const { stack, api, clerk } = newApi();
    const integration = new apigateway.LambdaIntegration(newFunction(stack), options);
    expect(() => api.addEndpoint('GET /', { callers: [clerk], integration })).toThrow(
      'BH1010: the integration of endpoint `GET /` admits test invocations, at Orders/Api',
    );
  });

  it('is taken once test invocations are off', () => {
    const { stack, api, clerk } = newApi();
    const integration = new apigateway.LambdaIntegration(newFunction(stack), { allowTestInvoke: false });
    api.addEndpoint('GET /', { callers: [clerk], integration });
    Template.fromStack(stack).resourceCountIs('AWS::Lambda::Permission', 1);
  });
});
