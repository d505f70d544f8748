import { CfnParameter, Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { OpenApiProps } from '../../../lib/constructs/api/open-api-props';
import { deniedTo, integration, newApi, newStack, resources, workload } from './support';

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

  it.each<[string, object, object, boolean]>([
    ['a key of API Gateway', { type: 'apiKey', name: 'x-api-key', in: 'header' }, { security: [{ k: [] }] }, true],
    [
      'one beside a signature',
      { type: 'apiKey', name: 'X-Api-Key', in: 'header' },
      { security: [{ s: [], k: [] }] },
      true,
    ],
    ['a key that nothing names', { type: 'apiKey', name: 'x-api-key', in: 'header' }, {}, false],
    ['a key of another header', { type: 'apiKey', name: 'x-own', in: 'header' }, { security: [{ k: [] }] }, false],
    [
      'a signature',
      { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      { security: [{ k: [] }] },
      false,
    ],
  ])('asks for a key where its security is %s', (_, scheme, security, needed) => {
    const { stack, api } = made({
      paths: {
        '/orders': { post: { operationId: 'createOrder', ...security } },
        '/b': { get: { operationId: 'readOrder' } },
      },
      components: { securitySchemes: { k: scheme } },
    });
    const keys = resources(stack, 'AWS::ApiGateway::Method').map(
      ({ Properties }) => Properties.ApiKeyRequired ?? false,
    );
    expect(keys.filter((each) => each)).toHaveLength(needed ? 1 : 0);
    const { paths, components } = api.openApi();
    expect(Object.keys(paths['/orders'].post.security[0])).toEqual(needed ? ['sigv4', 'apiKey'] : ['sigv4']);
    expect(paths['/b'].get.security).toEqual([{ sigv4: [] }]);
    expect(components.securitySchemes.apiKey?.name).toBe(needed ? 'x-api-key' : undefined);
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

describe('what was declared of an endpoint', () => {
  it('is all in the access matrix, and in columns of the table that are there only where something is', () => {
    const { stack, api, reader } = newApi({ cacheSize: '0.5' });
    const partner = iam.Role.fromRoleArn(stack, 'Partner', 'arn:aws:iam::444455556666:role/desk');
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Tokens', {
      owner: 'shop-team',
      issuer: 'https://login.example.com',
      audience: ['shop'],
    });
    api.addEndpoint('GET /a', {
      callers: [reader],
      partners: [partner],
      integration,
      sourceRanges: ['203.0.113.0/24'],
      requestParameters: { 'method.request.querystring.page': false },
      cache: { ttl: Duration.seconds(60), sameForEveryCaller: true },
      reviewBy: '2027-06-30',
    });
    api.addEndpoint('POST /a', {
      callers: [reader],
      integration,
      highValue: true,
      throttle: { rateLimit: new CfnParameter(stack, 'Rate', { type: 'Number' }).valueAsNumber, burstLimit: 9 },
      requestModel: api.restApi.addModel('Body', { schema: {} }),
      lastDay: '2027-01-31',
      replacedBy: 'GET /a',
    });
    api.addEndpoint('GET /c/{rest+}', {
      callers: [],
      jwtAuthorizer,
      scopes: ['c/read'],
      integration,
      wildcardReason: 'files | all',
    });
    expect(api.accessMatrix()).toEqual([
      {
        endpoint: 'GET /a',
        callers: ['Orders/Reader', 'Orders/Partner'],
        partners: ['arn:aws:iam::444455556666:role/desk'],
        highValue: false,
        sourceRanges: ['203.0.113.0/24'],
        requestParameters: { 'method.request.querystring.page': false },
        cache: { ttlSeconds: 60, sameForEveryCaller: true },
        reviewBy: '2027-06-30',
      },
      {
        endpoint: 'POST /a',
        callers: ['Orders/Reader'],
        highValue: true,
        throttle: { rateLimit: 'known at deployment', burstLimit: 9 },
        requestModel: true,
        lastDay: '2027-01-31',
        replacedBy: 'GET /a',
      },
      {
        endpoint: 'GET /c/{rest+}',
        callers: [],
        highValue: false,
        scopes: ['c/read'],
        tokens: { issuer: 'https://login.example.com', audience: ['shop'], use: 'access' },
        wildcardReason: 'files | all',
      },
    ]);
    expect(api.accessMatrixMarkdown().split('\n')).toEqual([
      '| Endpoint | Orders/Partner (arn:aws:iam::444455556666:role/desk) | Orders/Reader | Scopes of tokens | Whose tokens | Throttle | Source ranges | Parameters | Body | Cache | Review by | Last day | Why a wildcard |',
      `|${' --- |'.repeat(13)}`,
      '| GET /a | ● | ● |  |  |  | 203.0.113.0/24 | querystring.page (optional) |  | 60 s, same for every caller | 2027-06-30 |  |  |',
      '| POST /a (high value) |  | ● |  |  | known at deployment a second, 9 at once |  |  | checked by a model |  |  | 2027-01-31, then GET /a |  |',
      '| GET /c/{rest+} |  |  | c/read | https://login.example.com |  |  |  |  |  |  |  | files \\| all |',
    ]);
  });
});

describe('what openApi() writes', () => {
  function written() {
    const it = newApi();
    const { stack, api, reader, clerk } = it;
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Tokens', {
      owner: 'shop-team',
      issuer: 'https://login.example.com',
      audience: ['shop'],
    });
    const listed = { integration, reviewBy: '2027-06-30' };
    api.addEndpoint('GET /orders', { callers: [reader, clerk], operationName: 'list', ...listed });
    api.addEndpoint('POST /orders', { callers: [clerk], operationName: 'pay', integration, highValue: true });
    const going = { replacedBy: 'GET /orders', lastDay: '2027-01-31', integration };
    api.addEndpoint('GET /v0/orders', { callers: [reader], operationName: 'old', ...going });
    const files = { wildcardReason: 'all files of one owner', integration };
    api.addEndpoint('GET /files/{proxy+}', { callers: [reader], operationName: 'files', ...files });
    api.addEndpoint('GET /shop', {
      callers: [],
      operationName: 'shop',
      integration,
      jwtAuthorizer,
      scopes: ['shop/a'],
    });
    const callersByOperation = { list: [reader, clerk], pay: [clerk], old: [reader], files: [reader], shop: [] };
    return { ...it, jwtAuthorizer, callersByOperation };
  }

  it('reads as the same matrix again, with high value, dates, reasons and scopes', () => {
    const { stack, api, jwtAuthorizer: _, callersByOperation } = written();
    const tokens = { owner: 'shop-team', issuer: 'https://login.example.com', audience: ['shop'] };
    const jwtAuthorizer = new JwtAuthorizer(stack, 'SameTokens', tokens);
    const props = { callersByOperation, integration, jwtAuthorizer };
    const again = LeastPrivilegeRestApi.fromOpenApi(stack, 'Again', api.openApi(), props);
    expect(again.accessMatrix()).toEqual(api.accessMatrix());
    expect(again.accessMatrix()).toContainEqual(expect.objectContaining({ operationName: 'shop', scopes: ['shop/a'] }));
    expect(again.openApi().paths).toEqual(api.openApi().paths);
  });

  it.each<[string, (of: ReturnType<typeof written>) => object, RegExp]>([
    ['other callers', ({ reader, callersByOperation: all }) => ({ ...all, pay: [reader] }), /BH1036: .*`pay` names/],
    ['a caller more', ({ reader, clerk, callersByOperation: all }) => ({ ...all, pay: [clerk, reader] }), /BH1036/],
    ['tokens and nobody to decide', ({ callersByOperation }) => callersByOperation, /BH1036: .*`shop` has `scopes`/],
  ])('is refused with %s', (_, callers, message) => {
    const it = written();
    const props = { callersByOperation: callers(it) as OpenApiProps['callersByOperation'], integration };
    expect(() => LeastPrivilegeRestApi.fromOpenApi(it.stack, 'Again', it.api.openApi(), props)).toThrow(message);
  });

  it.each([[{ highvalue: true }], [{ highValue: 'yes' }], [{ scopes: 'a' }], [[]], ['x']])(
    'is refused where it says what is not read: %j',
    (declared) => {
      const document = { paths: { '/a': { get: { 'operationId': 'a', 'x-cdk-bulkhead': declared } } } };
      const { stack, reader } = newApi();
      const props = { callersByOperation: { a: [reader] }, integration };
      expect(() => LeastPrivilegeRestApi.fromOpenApi(stack, 'Again', document, props)).toThrow('BH1036');
    },
  );
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
