import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { OpenApiProps } from '../../../lib/constructs/api/open-api-props';
import { deniedTo, integration, newStack, resources, workload } from './support';

const DOCUMENT = {
  openapi: '3.0.1',
  paths: {
    '/orders': { parameters: [], post: { operationId: 'createOrder' } },
    '/orders/{id}': { get: { operationId: 'readOrder', security: [] } },
  },
};

function made(document: object, props: (reader: any, clerk: any) => Partial<OpenApiProps> = () => ({})) {
  const stack = newStack();
  const [reader, clerk] = [workload(stack, 'Reader'), workload(stack, 'Clerk')];
  const callersByOperation = { createOrder: [clerk], readOrder: [reader, clerk] };
  const api = LeastPrivilegeRestApi.fromOpenApi(stack, 'Api', document, {
    callersByOperation,
    integration,
    ...props(reader, clerk),
  });
  return { stack, reader, clerk, api };
}

describe('an OpenAPI document', () => {
  it('becomes endpoints with their callers', () => {
    const { stack, reader, clerk } = made(DOCUMENT);
    expect(deniedTo(stack, reader, 'prod/POST/orders')).not.toEqual([]);
    expect(deniedTo(stack, clerk, 'prod/POST/orders')).toEqual([]);
    expect(
      resources(stack, 'AWS::ApiGateway::Method')
        .map(({ Properties }) => Properties.OperationName)
        .sort(),
    ).toEqual(['createOrder', 'readOrder']);
  });

  it.each<[string, string, object]>([
    ['an operation without an id', 'BH1035', { paths: { '/a': { get: {} } } }],
    [
      'two operations of one id',
      'BH1035',
      { paths: { '/a': { get: { operationId: 'x' }, put: { operationId: 'x' } } } },
    ],
    ['a referenced path', 'BH1035', { paths: { '/a': { $ref: '#/x' } } }],
    ['any method', 'BH1035', { paths: { '/a': { 'x-amazon-apigateway-any-method': {} } } }],
    ['no operations', 'BH1035', {}],
    [
      'an operation without callers',
      'BH1036',
      { paths: { ...DOCUMENT.paths, '/new': { get: { operationId: 'more' } } } },
    ],
    ['callers of no operation', 'BH1036', { paths: { '/orders': DOCUMENT.paths['/orders'] } }],
  ])('is refused with %s', (_, code, document) => {
    expect(() => made(document)).toThrow(code);
  });

  it('is refused where nothing would answer', () => {
    expect(() => made(DOCUMENT, () => ({ integration: undefined }))).toThrow('BH1037');
  });
});

describe('the access matrix', () => {
  it('comes out as data, as a table, and as a document that reads the same again', () => {
    const { api } = made(DOCUMENT);
    expect(api.accessMatrix()[1]).toEqual({
      endpoint: 'GET /orders/{id}',
      callers: ['Orders/Reader', 'Orders/Clerk'],
      operationName: 'readOrder',
      highValue: false,
    });
    expect(api.accessMatrixMarkdown().split('\n')).toEqual([
      '| Endpoint | Orders/Clerk | Orders/Reader |',
      '| --- | --- | --- |',
      '| POST /orders | ● |  |',
      '| GET /orders/{id} | ● | ● |',
    ]);
    expect(made(api.openApi()).api.accessMatrix()).toEqual(api.accessMatrix());
  });
});
