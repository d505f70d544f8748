import { App, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointOptions } from '../../../lib/constructs/api/endpoint-options';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { OpenApiProps } from '../../../lib/constructs/api/open-api-props';
import { THOROUGH } from '../../support/effort';
import { integration, newApi, newStack, workload } from './support';

const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_122);
const PARTNER = 'arn:aws:iam::999988887777:role/partner';

/** Paths whose patterns do not meet, so that whatever is declared of each can be expressed. */
const PLACES = ['GET /a', 'POST /a', 'PUT /b/{id}', 'DELETE /c/{id}/d', 'GET /e/{rest+}', 'GET /f'] as const;
const some = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const throttle = fc.record({ rateLimit: fc.integer({ min: 1, max: 50 }), burstLimit: fc.integer({ min: 1, max: 99 }) });

const drawnEndpoint = fc.record({
  callers: fc.constantFrom<readonly ('Reader' | 'Clerk' | 'Partner')[]>(
    ['Reader'],
    ['Reader', 'Clerk'],
    ['Partner'],
    ['Clerk', 'Partner'],
  ),
  tokens: fc.constantFrom(false, false, false, true),
  highValue: fc.boolean(),
  apiKeyRequired: fc.constantFrom(undefined, true),
  reviewBy: some(fc.constant('2027-06-30')),
  lastDay: some(fc.constant('2027-01-31')),
  throttle: some(throttle),
  sourceRanges: some(fc.constantFrom<string[]>(['203.0.113.0/24'], ['203.0.113.0/24', '198.51.100.7/32'])),
  vpce: some(fc.constantFrom('vpce-1', 'vpce-2')),
  requestParameters: some(
    fc.dictionary(fc.constantFrom('method.request.querystring.page', 'method.request.header.X-Tenant'), fc.boolean(), {
      minKeys: 1,
    }),
  ),
  body: some(fc.constantFrom('plain', 'defined')),
  cached: fc.boolean(),
});
const drawnApi = fc.record({
  endpoints: fc
    .subarray([...PLACES], { minLength: 1 })
    .chain((names) => fc.tuple(...names.map((name) => drawnEndpoint.map((drawn) => ({ name, ...drawn }))))),
  isPrivate: fc.boolean(),
  throttle: some(throttle),
  stageName: some(fc.constantFrom('prod', 'v2')),
});
type Drawn = typeof drawnApi extends fc.Arbitrary<infer T> ? T : never;

const SCHEMAS: Readonly<Record<string, unknown>> = {
  plain: { type: 'object', required: ['n'], properties: { n: { type: 'integer', minimum: 1 } } },
  defined: {
    type: 'object',
    properties: { lines: { type: 'array', items: { $ref: '#/definitions/Line' } } },
    definitions: { Line: { type: 'object', properties: { next: { $ref: '#/definitions/Line' } } } },
  },
};

/** What both APIs are given by hand. */
function world({ isPrivate, endpoints }: Drawn) {
  const stack = newStack(new App());
  const roles = {
    Reader: workload(stack, 'Reader'),
    Clerk: workload(stack, 'Clerk'),
    Partner: iam.Role.fromRoleArn(stack, 'Partner', PARTNER),
  };
  const issuer = 'https://login.example.com';
  // One without an API is none.
  const jwtAuthorizer = endpoints.some(({ tokens }) => tokens)
    ? new JwtAuthorizer(stack, 'Tokens', { owner: 'shop-team', issuer, audience: ['shop'] })
    : undefined;
  const vpces = ['vpce-1', 'vpce-2'].map((vpcEndpointId) =>
    ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, vpcEndpointId, { vpcEndpointId, port: 443 }),
  );
  const props = { cacheSize: '0.5', ...(isPrivate ? { vpcEndpoints: vpces } : {}) };
  return { stack, roles, jwtAuthorizer, vpces, props };
}

const idOf = (name: string) => name.replaceAll(/\W+/g, '-');

function declared(drawn: Drawn): LeastPrivilegeRestApi {
  const { stack, roles, jwtAuthorizer, vpces, props } = world(drawn);
  const { throttle: common, stageName, isPrivate } = drawn;
  const api = new LeastPrivilegeRestApi(stack, 'Api', { ...props, throttle: common, stageName });
  for (const { name, callers, tokens, vpce, body, cached, lastDay, ...rest } of drawn.endpoints) {
    const options: Omit<EndpointOptions, 'callers' | 'integration'> = {
      ...rest,
      operationName: idOf(name),
      sourceRanges: isPrivate ? undefined : rest.sourceRanges,
      vpcEndpoints: isPrivate && vpce !== undefined ? vpces.filter((each) => each.vpcEndpointId === vpce) : undefined,
      ...(lastDay === undefined ? {} : { lastDay, replacedBy: 'GET https://next.example.com/z' }),
      wildcardReason: name.includes('+') ? 'one owner' : undefined,
      requestModel:
        body && api.restApi.addModel(`Body${idOf(name)}`, { schema: SCHEMAS[body] as apigateway.JsonSchema }),
      cache: cached && name.startsWith('GET') ? { ttl: Duration.seconds(60), sameForEveryCaller: true } : undefined,
      ...(tokens ? { jwtAuthorizer, scopes: ['shop/a'] } : {}),
    };
    api.addEndpoint(name, {
      ...options,
      integration,
      callers: tokens ? [] : callers.filter((each) => each !== 'Partner').map((each) => roles[each]),
      partners: !tokens && callers.includes('Partner') ? [roles.Partner] : undefined,
    });
  }
  return api;
}

function readAgain(document: unknown, drawn: Drawn): LeastPrivilegeRestApi {
  const { stack, roles, jwtAuthorizer, props } = world(drawn);
  const of = (isPartner: boolean): { [operation: string]: iam.IRole[] } =>
    Object.fromEntries(
      drawn.endpoints.map(({ name, callers, tokens }) => [
        idOf(name),
        tokens ? [] : callers.filter((each) => (each === 'Partner') === isPartner).map((each) => roles[each]),
      ]),
    );
  return LeastPrivilegeRestApi.fromOpenApi(stack, 'Api', document, {
    ...props,
    callersByOperation: of(false),
    partnersByOperation: of(true),
    jwtAuthorizer,
    integration,
  });
}

describe(`random APIs, seed ${SEED}`, () => {
  it('are the same template, policies and throttles included, when read from the document that they wrote', () => {
    fc.assert(
      fc.property(drawnApi, (drawn) => {
        const before = declared(drawn);
        const after = readAgain(before.openApi(), drawn);
        expect(after.accessMatrix()).toEqual(before.accessMatrix());
        expect(after.openApi()).toEqual(before.openApi());
        expect(Template.fromStack(Stack.of(after)).toJSON()).toEqual(Template.fromStack(Stack.of(before)).toJSON());
      }),
      { numRuns: THOROUGH ? 30 : 3, seed: SEED, endOnFailure: true },
    );
  }, 120_000);
});

/** The document of an API with one endpoint, `GET /a` for a reader, and who reads it again. */
function once(
  options: (of: ReturnType<typeof newApi>) => Partial<EndpointOptions>,
  props?: ConstructorParameters<typeof LeastPrivilegeRestApi>[2],
) {
  const it = newApi(props);
  let times = 0;
  it.api.addEndpoint('GET /a', { callers: [it.reader], operationName: 'a', integration, ...options(it) });
  const again = (given: Partial<OpenApiProps> = {}, document: unknown = it.api.openApi()) => {
    const callersByOperation = { a: [it.reader] };
    return LeastPrivilegeRestApi.fromOpenApi(it.stack, `Again${(times += 1)}`, document, {
      callersByOperation,
      integration,
      ...given,
    });
  };
  return { ...it, again };
}

describe('what a document cannot hold', () => {
  it.each<[string, Parameters<typeof once>[0], RegExp]>([
    [
      'a model of another app',
      ({ stack }) => ({ requestModel: apigateway.Model.fromModelName(stack, 'Theirs', 'theirs') }),
      /BH1036: .*operation `a`.*`requestModel`/,
    ],
    [
      'a model that refers to another API',
      ({ api }) => ({ requestModel: api.restApi.addModel('M', { schema: { ref: 'https://x/models/Theirs' } }) }),
      /BH1036: .*`requestModel`/,
    ],
    [
      'a throttle that is known only at deployment',
      ({ stack }) => ({ throttle: { rateLimit: new CfnParameter(stack, 'Rate', { type: 'Number' }).valueAsNumber } }),
      /BH1036: .*`throttle`/,
    ],
    [
      'a parameter that is none of OpenAPI',
      () => ({ requestParameters: { 'method.request.multivaluequerystring.a': true } }),
      /BH1036: .*`requestParameters`/,
    ],
  ])('is named in it, and refused where it is read: %s', (_, options, message) => {
    expect(() => once(options).again()).toThrow(message);
  });

  it('is not missed by who gives it: a domain, a web ACL, VPC endpoints', () => {
    const { again } = once(() => ({}), { managedWebAcl: true });
    expect(() => again()).toThrow(/BH1036: .*of the document says that its API has `webAcl`/);
    expect(() => again({ managedWebAcl: true })).not.toThrow();
    const stack = newStack(new App(), 'Vpc');
    const vpce = (vpcEndpointId: string) =>
      ec2.InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(stack, vpcEndpointId, { vpcEndpointId, port: 443 });
    const [one, other] = [vpce('vpce-1'), vpce('vpce-2')];
    const hidden = once(() => ({}), { vpcEndpoints: [one] });
    expect(() => hidden.again()).toThrow(/BH1036: .*private, by the VPC endpoints `vpce-1`/);
    expect(() => hidden.again({ vpcEndpoints: [other] })).toThrow('BH1036');
    expect(() => hidden.again({ vpcEndpoints: [one] })).not.toThrow();
  });
});

describe('a document that says who is let in', () => {
  it('lets no partner in by itself', () => {
    const partner = iam.Role.fromRoleArn(newStack(new App(), 'Theirs'), 'Partner', PARTNER);
    const { again } = once(() => ({ partners: [partner] }));
    expect(() => again()).toThrow(/BH1036: .*names the partners .*999988887777.*`partnersByOperation` none/);
    expect(() => again({ partnersByOperation: { a: [partner] } })).not.toThrow();
  });

  it('is not answered with tokens of another issuer', () => {
    const of = (stack: Stack, id: string, issuer: string) =>
      new JwtAuthorizer(stack, id, { owner: 'shop-team', issuer, audience: ['shop'] });
    const it = once(({ stack }) => ({
      callers: [],
      scopes: ['a'],
      jwtAuthorizer: of(stack, 'T', 'https://one.example'),
    }));
    const given = (issuer: string) => ({
      callersByOperation: { a: [] },
      jwtAuthorizer: of(it.stack, issuer.slice(8), issuer),
    });
    expect(() => it.again(given('https://two.example'))).toThrow(/BH1036: .*`issuer` "https:\/\/one.example"/);
  });

  it.each<[string, object, RegExp]>([
    ['a member of the API', { 'x-cdk-bulkhead': { throtle: {} } }, /BH1036: .*`throtle`/],
    ['a member of a throttle', { 'x-cdk-bulkhead': { throttle: { rate: 1 } } }, /BH1036: .*`throttle.rate`/],
    ['a detail', { 'x-cdk-bulkhead': { guardDetail: 'none' } }, /BH1036: .*`guardDetail`/],
  ])('is refused with %s that is not known', (_, more, message) => {
    const { again, api } = once(() => ({}));
    expect(() => again({}, { ...api.openApi(), ...more })).toThrow(message);
  });
});

describe('parameters of a document', () => {
  const withParameters = (operation: object[], item: object[] = []) => ({
    paths: { '/a': { parameters: item, get: { operationId: 'a', parameters: operation } } },
    components: { parameters: { Page: { name: 'page', in: 'query', required: true } } },
  });

  it('are asked for: of the operation, of its path, and shared ones', () => {
    const { again } = once(() => ({}));
    const api = again(
      {},
      withParameters(
        [{ $ref: '#/components/parameters/Page' }, { name: 'sort', in: 'query' }, { name: 'sid', in: 'cookie' }],
        [
          { name: 'X-Tenant', in: 'header', required: true },
          { name: 'sort', in: 'query', required: true },
        ],
      ),
    );
    expect(api.accessMatrix()[0].requestParameters).toEqual({
      'method.request.querystring.page': true,
      'method.request.querystring.sort': false,
      'method.request.header.X-Tenant': true,
    });
  });

  it.each<[string, object]>([
    ['a required cookie', { name: 'sid', in: 'cookie', required: true }],
    ['a body of Swagger 2', { name: 'body', in: 'body' }],
    ['a name that API Gateway does not take', { name: 'filter[a]', in: 'query', required: true }],
    ['a reference elsewhere', { $ref: 'other.json' }],
  ])('are refused with %s', (_, parameter) => {
    const { again } = once(() => ({}));
    expect(() => again({}, withParameters([parameter]))).toThrow('BH1038');
  });
});
