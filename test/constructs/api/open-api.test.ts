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

describe('the schema of a body', () => {
  const withBody = (schema: object, schemas: object = {}, more: object = {}) => ({
    ...DOCUMENT,
    paths: {
      ...DOCUMENT.paths,
      '/orders': {
        post: { operationId: 'createOrder', requestBody: { content: { 'application/json': { schema }, ...more } } },
      },
    },
    components: { schemas },
  });

  it('becomes a model, with what it refers to', () => {
    const { stack } = made(
      withBody(
        { $ref: '#/components/schemas/Order' },
        {
          Order: {
            type: 'object',
            example: {},
            required: ['note'],
            properties: {
              note: { type: 'string', nullable: true, enum: ['a'] },
              example: { type: 'array', items: { $ref: '#/components/schemas/Order' } },
            },
          },
          Other: { oneOf: [] },
        },
      ),
    );
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::Model');
    const order = {
      type: 'object',
      required: ['note'],
      properties: {
        note: { type: ['string', 'null'], enum: ['a', null] },
        example: { type: 'array', items: { $ref: '#/definitions/Order' } },
      },
    };
    expect(Properties.Schema).toEqual({
      $schema: 'http://json-schema.org/draft-04/schema#',
      ...order,
      definitions: { Order: order },
    });
    const [post] = resources(stack, 'AWS::ApiGateway::Method').filter((each) => each.Properties.HttpMethod === 'POST');
    expect(Object.keys(post.Properties.RequestModels)).toEqual(['$default']);
  });

  it.each<[string, object, RegExp]>([
    ['a keyword', { properties: { a: { oneOf: [] } } }, /BH1038: .*keyword `oneOf` at `body.properties.a`/],
    ['a reference elsewhere', { $ref: 'other.json' }, /BH1038: .*reference to `other.json`/],
    ['a reference to nothing', { $ref: '#/components/schemas/None' }, /BH1038/],
    ['itself', { $ref: '#/components/schemas/Loop' }, /BH1038/],
    ['null and no type', { nullable: true }, /BH1038/],
  ])('is refused with %s that API Gateway does not check', (_, schema, message) => {
    expect(() => made(withBody(schema, { Loop: { $ref: '#/components/schemas/Loop' } }))).toThrow(message);
    expect(() => made(withBody(schema), () => ({ validateBodies: false }))).not.toThrow();
  });

  it('is refused beside another content type', () => {
    expect(() => made(withBody({}, {}, { 'text/plain': {} }))).toThrow(/BH1038: .*content type/);
  });
});
