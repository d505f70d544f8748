import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { OpenApiProps } from '../../../lib/constructs/api/open-api-props';
import { newStack, resources, workload } from './support';

const FUNCTION = 'arn:aws:lambda:eu-west-1:111122223333:function:orders';
const uriOf = (arn: string) => `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${arn}/invocations`;
const URL = 'https://orders.example.com/{id}';

/** The stack of an API whose operations are answered as the document says. */
function answeredBy(integrations: readonly unknown[], props: Partial<OpenApiProps> = {}) {
  const stack = newStack();
  const reader = workload(stack, 'Reader');
  const names = integrations.map((_, index) => `op${index}`);
  const paths = Object.fromEntries(
    integrations.map((each, index) => [
      `/p${index}/{id}`,
      { get: { 'operationId': names[index], 'x-amazon-apigateway-integration': each } },
    ]),
  );
  LeastPrivilegeRestApi.fromOpenApi(
    stack,
    'Api',
    { paths },
    {
      callersByOperation: Object.fromEntries(names.map((name) => [name, [reader]])),
      ...props,
    },
  );
  return stack;
}

function methodOf(integration: unknown, props?: Partial<OpenApiProps>): any {
  return resources(answeredBy([integration], props), 'AWS::ApiGateway::Method')[0].Properties;
}

describe('an integration of an OpenAPI document', () => {
  it('is a function by its ARN, with one permission for the API', () => {
    const proxy = { type: 'aws_proxy', httpMethod: 'POST', uri: uriOf(FUNCTION) };
    const stack = answeredBy([proxy, proxy]);
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::Method');
    expect(Properties.Integration).toMatchObject({ Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST' });
    expect(JSON.stringify(Properties.Integration.Uri)).toContain(`functions/${FUNCTION}/invocations`);
    const permissions = resources(stack, 'AWS::Lambda::Permission');
    expect(permissions).toMatchObject([{ Properties: { FunctionName: FUNCTION } }]);
    expect(JSON.stringify(permissions)).not.toContain('test-invoke');
  });

  it('is an HTTP proxy, with the parameters that it maps', () => {
    const requestParameters = { 'integration.request.path.id': 'method.request.path.id' };
    const found = methodOf({
      type: 'HTTP_PROXY',
      httpMethod: 'GET',
      uri: URL,
      requestParameters,
      timeoutInMillis: 900,
    });
    expect(found.Integration).toMatchObject({ Type: 'HTTP_PROXY', Uri: URL, TimeoutInMillis: 900 });
    expect(found.Integration.RequestParameters).toMatchObject(requestParameters);
    expect(found.RequestParameters).toEqual({ 'method.request.path.id': true });
  });

  it('is a mock, with what it answers', () => {
    const responseParameters = { 'method.response.header.X-Kind': "'mock'" };
    const found = methodOf({
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      responses: { 'default': { statusCode: '200', responseParameters }, '4..': { statusCode: 400 } },
    });
    expect(found.Integration).toMatchObject({
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{"statusCode": 200}' },
      IntegrationResponses: [
        { StatusCode: '200', ResponseParameters: responseParameters },
        { StatusCode: '400', SelectionPattern: '4..' },
      ],
    });
    expect(found.MethodResponses).toMatchObject([
      { StatusCode: '200', ResponseParameters: { 'method.response.header.X-Kind': false } },
      { StatusCode: '400' },
    ]);
  });

  it('is a service of AWS, as a role', () => {
    const credentials = 'arn:aws:iam::111122223333:role/queue';
    const uri = 'arn:aws:apigateway:eu-west-1:sqs:path/111122223333/orders';
    const found = methodOf({ type: 'aws', httpMethod: 'POST', uri, credentials });
    expect(found.Integration).toMatchObject({ Type: 'AWS', Uri: uri, Credentials: credentials });
  });

  it('gives way to what is listed for the operation, and goes before what is given for all', () => {
    const http = new apigateway.HttpIntegration('https://listed.example.com');
    expect(methodOf({ type: 'mock' }, { integrationByOperation: { op0: http } }).Integration.Type).toBe('HTTP_PROXY');
    expect(methodOf({ type: 'mock' }, { integration: http }).Integration.Type).toBe('MOCK');
  });

  it.each<[string, unknown, RegExp]>([
    ['it is computed', { type: 'aws_proxy', uri: { 'Fn::Sub': uriOf('${Fn.Arn}') } }, /is not written out/],
    [
      'a stage variable names the function',
      { type: 'aws_proxy', uri: uriOf('${stageVariables.f}') },
      /not written out/,
    ],
    ['it is no map', 'mock', /is not written out/],
    [
      'a function of another account answers',
      { type: 'aws_proxy', uri: uriOf(FUNCTION.replace('1111', '9999')) },
      /account/,
    ],
    [
      'another service is a proxy',
      { type: 'aws_proxy', uri: 'arn:aws:apigateway:eu-west-1:sqs:path/x' },
      /literal ARN/,
    ],
    ['a function has a role', { type: 'aws_proxy', uri: uriOf(FUNCTION), credentials: 'x' }, /`credentials` beside/],
    ['a service has no role', { type: 'aws', uri: uriOf(FUNCTION) }, /without `credentials`/],
    [
      'a role is none',
      { type: 'aws', uri: 'arn:aws:apigateway:x', credentials: 'admin' },
      /`credentials` that are neither/,
    ],
    ['it goes through a VPC link', { type: 'http_proxy', uri: URL, connectionType: 'VPC_LINK' }, /`connectionType`/],
    ['there is no address', { type: 'http' }, /has no `uri`/],
    ['what passes is unknown', { type: 'mock', passthroughBehavior: 'x' }, /`passthroughBehavior` that/],
    ['its type is unknown', { type: 'magic' }, /no `type`/],
  ])('is refused where %s', (_, integration, message) => {
    expect(() => methodOf(integration)).toThrow(/BH1039: .*operation `op0`.*integrationByOperation/);
    expect(() => methodOf(integration)).toThrow(message);
  });
});
