import { App } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { HttpFunctionIntegration } from '../../../lib/constructs/api/http-function-integration';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import type { LeastPrivilegeHttpApiProps } from '../../../lib/constructs/api/least-privilege-http-api-props';
import { accessMatrixOf } from '../../../lib/engine/declared/access-matrix-of';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { env, list, newStack, policiesOf, resources, show, workload } from './support';

/** The stacks here have no trail. */
const rules = allRules.filter(({ id }) => id !== 'AUD13');

const jwtIssuer = { issuer: 'https://login.example.com', audience: ['orders'] };

function newApi(props?: LeastPrivilegeHttpApiProps) {
  const stack = newStack(new App());
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
  });
  return {
    stack,
    handler,
    reader: workload(stack, 'Reader'),
    clerk: workload(stack, 'Clerk'),
    api: new LeastPrivilegeHttpApi(stack, 'Api', props),
    integration: new HttpFunctionIntegration(handler),
  };
}

/** An API with overlapping paths, and an endpoint for tokens. */
function ordersApi(props?: LeastPrivilegeHttpApiProps) {
  const made = newApi(props);
  const { api, reader, clerk, integration } = made;
  api.addEndpoint('GET /orders/{id}', { callers: [reader, clerk], integration });
  api.addEndpoint('GET /orders/{id}/refunds', { callers: [clerk], integration, throttle: { rateLimit: 5 } });
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  api.addEndpoint('GET /catalogue', { callers: [], integration, jwtIssuer, scopes: ['catalogue/read'] });
  return made;
}

function snapshotOfStack(stack: Stack) {
  const body = Template.fromStack(stack).toJSON();
  return snapshotOf([{ name: 'Orders', file: 'orders.template.json', ...env, body }]);
}

function routes(stack: Stack): Record<string, any> {
  const all = resources(stack, 'AWS::ApiGatewayV2::Route');
  return Object.fromEntries(all.map(({ Properties, Metadata }) => [Properties.RouteKey, { Properties, Metadata }]));
}

const deployment = (stack: Stack) =>
  Object.keys(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Deployment'));

describe('a LeastPrivilegeHttpApi', () => {
  it('asks for AWS_IAM, or for tokens of an issuer with a scope', () => {
    const { stack } = ordersApi();
    const all = routes(stack);
    expect(all['GET /orders/{id}'].Properties.AuthorizationType).toBe('AWS_IAM');
    expect(all['GET /catalogue'].Properties).toMatchObject({
      AuthorizationType: 'JWT',
      AuthorizationScopes: ['catalogue/read'],
    });
    expect(resources(stack, 'AWS::ApiGatewayV2::Authorizer')[0].Properties.JwtConfiguration).toEqual({
      Issuer: 'https://login.example.com',
      Audience: ['orders'],
    });
    expect(Object.keys(all)).not.toContain('$default');
  });

  it('says which of its endpoints are of high value, whose callers then read nothing', () => {
    const { stack, api, clerk, integration } = ordersApi();
    api.addEndpoint('POST /payments', { callers: [clerk], integration, highValue: true });
    const found = runRules(snapshotOfStack(stack), rules).map(({ ruleId, detail }) => `${ruleId} ${detail}`);
    expect(found).toEqual(['Bulkhead-API9 HighValue::POST /payments']);
  });

  it('keeps issuers apart, and audiences of one issuer', () => {
    const { stack, api, integration } = newApi();
    const others = { ...jwtIssuer, issuer: 'https://other.example.com' };
    const partners = { ...jwtIssuer, audience: ['partners'] };
    for (const [path, issuer] of Object.entries({ a: jwtIssuer, b: others, c: partners, d: jwtIssuer })) {
      api.addEndpoint(`GET /${path}`, { callers: [], integration, jwtIssuer: issuer, scopes: [] });
    }
    const all = routes(stack);
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((path) => all[`GET /${path}`].Properties.AuthorizerId.Ref);
    expect(new Set([a, b, c]).size).toBe(3);
    expect(d).toBe(a);
    const template = Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Authorizer');
    expect(template[b].Properties.JwtConfiguration.Issuer).toBe('https://other.example.com');
  });

  it('gives each caller exactly its routes, and denies what their patterns match too much', () => {
    const { stack, reader } = ordersApi();
    const [allow, deny] = policiesOf(stack, reader);
    const tail = (each: string) => each.slice(each.indexOf('/'));
    expect(allow.Effect).toBe('Allow');
    expect(list(allow.Resource).map(tail)).toEqual(['/$default/GET/orders/*']);
    expect(show(allow.Resource)).toMatch(/:execute-api:eu-west-1:111122223333:\$\{ApiHttpApi\w+\}\/\$default\//);
    expect(deny.Effect).toBe('Deny');
    expect(list(deny.Resource).map(tail)).toContain('/$default/GET/orders/*/refunds');
  });

  it('leaves room in the boundary of its callers, without naming the API', () => {
    const { stack } = ordersApi();
    const [boundary] = resources(stack, 'AWS::IAM::ManagedPolicy').filter(
      ({ Properties }) => Properties.Description === 'The most that Reader may do: Reader',
    );
    const invoke = boundary.Properties.PolicyDocument.Statement.filter(
      ({ Action }: { Action: unknown }) => Action === 'execute-api:Invoke',
    );
    expect(invoke.map(({ Resource }: any) => show(Resource))).toEqual([
      'arn:${AWS::Partition}:execute-api:eu-west-1:111122223333:*/$default/GET/orders/*',
    ]);
  });

  it('is found clean by every rule', () => {
    expect(runRules(snapshotOfStack(ordersApi().stack), rules)).toEqual([]);
  });

  it('says in the template who may call what', () => {
    const { stack, api } = ordersApi();
    const [matrix] = accessMatrixOf(snapshotOfStack(stack));
    expect(matrix).toMatchObject({ api: 'Orders/Api', stage: '$default', callers: ['Orders/Clerk', 'Orders/Reader'] });
    expect(matrix.endpoints.map(({ endpoint, callers }) => [endpoint, callers])).toEqual([
      ['GET /catalogue', []],
      ['POST /orders', ['Orders/Clerk']],
      ['GET /orders/{id}', ['Orders/Clerk', 'Orders/Reader']],
      ['GET /orders/{id}/refunds', ['Orders/Clerk']],
    ]);
    expect(api.accessMatrix()).toHaveLength(4);
    expect(api.accessMatrix()).toContainEqual(
      expect.objectContaining({ endpoint: 'GET /catalogue', tokens: expect.objectContaining({ use: 'access' }) }),
    );
    expect(api.accessMatrixMarkdown()).toMatch(/Scopes of tokens \| Whose tokens \| Throttle/);
    expect(api.accessMatrixMarkdown()).toContain('| POST /orders | ● |');
  });

  it('is throttled, as a whole and by route', () => {
    const [{ Properties }] = resources(ordersApi().stack, 'AWS::ApiGatewayV2::Stage');
    expect(Properties.DefaultRouteSettings).toMatchObject({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    expect(Properties.RouteSettings).toEqual({
      'GET /orders/{id}/refunds': {
        ThrottlingRateLimit: 5,
        ThrottlingBurstLimit: 200,
        DetailedMetricsEnabled: true,
      },
    });
  });

  it('logs who called, into a log group with a key and an end', () => {
    const { stack } = ordersApi();
    const [{ Properties }] = resources(stack, 'AWS::ApiGatewayV2::Stage');
    const format = JSON.parse(Properties.AccessLogSettings.Format);
    expect(Object.values(format)).toEqual(
      expect.arrayContaining(['$context.identity.userArn', '$context.authorizer.claims.sub', '$context.routeKey']),
    );
    const [log] = resources(stack, 'AWS::Logs::LogGroup');
    expect(log.Properties).toMatchObject({ RetentionInDays: 365, KmsKeyId: expect.anything() });
    expect(log.DeletionPolicy).toBe('Retain');
  });

  it('lets its stage invoke a function by one permission, and tells the function who may call', () => {
    const { stack } = ordersApi();
    const [permission, ...more] = resources(stack, 'AWS::Lambda::Permission');
    expect(more).toEqual([]);
    expect(show(permission.Properties.SourceArn)).toMatch(/:\$\{ApiHttpApi\w+\}\/\$default\/\*\/\*$/);
    const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
    const guard = JSON.parse(show(Properties.Environment.Variables.BULKHEAD_GUARD));
    expect(guard).toMatchObject({ stage: '$default' });
    expect(Object.keys(guard.endpoints)).toEqual([
      'GET /orders/{id}',
      'GET /orders/{id}/refunds',
      'POST /orders',
      'GET /catalogue',
    ]);
    expect(guard.callers.at(-1)).toEqual({ ...jwtIssuer, use: 'access', scopes: ['catalogue/read'] });
  });

  it('closes the default endpoint where it has a domain', () => {
    const stack = newStack(new App());
    const certificate = acm.Certificate.fromCertificateArn(
      stack,
      'Certificate',
      'arn:aws:acm:eu-west-1:111122223333:certificate/11111111-2222-3333-4444-555555555555',
    );
    const api = new LeastPrivilegeHttpApi(stack, 'Api', { domain: { name: 'api.example.com', certificate } });
    api.addEndpoint('GET /', {
      callers: [workload(stack, 'Reader')],
      integration: new HttpUrlIntegration('Url', 'https://example.com'),
    });
    expect(resources(stack, 'AWS::ApiGatewayV2::Api')[0].Properties.DisableExecuteApiEndpoint).toBe(true);
    expect(resources(stack, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(1);
    expect(runRules(snapshotOfStack(stack), rules)).toEqual([]);
  });
});

describe('its stage', () => {
  it('is not deployed by itself, and is deployed anew when a route, an issuer or a function changes', () => {
    const { stack } = ordersApi();
    const [{ Properties }] = resources(stack, 'AWS::ApiGatewayV2::Stage');
    expect(Properties).toMatchObject({ AutoDeploy: false, DeploymentId: { Ref: deployment(stack)[0] } });
    expect(deployment(ordersApi().stack)).toEqual(deployment(stack));

    const more = ordersApi();
    more.api.addEndpoint('GET /orders', { callers: [more.reader], integration: more.integration });
    const other = ordersApi();
    const issuer = other.api.node.findAll().find((each) => apigatewayv2.CfnAuthorizer.isCfnAuthorizer(each));
    (issuer as apigatewayv2.CfnAuthorizer).addPropertyOverride('JwtConfiguration.Audience', ['others']);
    const ids = [stack, more.stack, other.stack].flatMap(deployment);
    expect(new Set(ids).size).toBe(3);
  });

  it('is deployed anew when a function is renamed, which has another ARN', () => {
    const named = ['one', 'two'].map((name) => {
      const { stack, handler } = ordersApi();
      (handler.node.defaultChild as lambda.CfnFunction).functionName = name;
      return { stack, handler };
    });
    for (const { stack, handler } of named) {
      const api = new LeastPrivilegeHttpApi(stack, 'Named');
      const integration = new HttpFunctionIntegration(handler, { guardPolicy: false });
      api.addEndpoint('GET /', { callers: [workload(stack, 'Named Reader')], integration });
    }
    const [one, two] = named.map(({ stack }) => deployment(stack).find((id) => id.startsWith('Named')));
    expect(one).not.toBe(two);
  });

  it('does not change with who may call, which needs no deployment', () => {
    const { stack, api, reader, integration } = ordersApi();
    const before = ordersApi();
    api.addEndpoint('PUT /orders', { callers: [reader], integration });
    before.api.addEndpoint('PUT /orders', { callers: [before.clerk], integration: before.integration });
    expect(deployment(stack)).toEqual(deployment(before.stack));
  });

  it('can have a name, which stands in every ARN', () => {
    const { stack, reader } = ordersApi({ stageName: 'live' });
    expect(show(policiesOf(stack, reader)[0].Resource)).toMatch(/\/live\/GET\/orders\/\*$/);
    expect(runRules(snapshotOfStack(stack), rules)).toEqual([]);
  });
});

describe('an endpoint is refused', () => {
  const cases: [string, string, (made: ReturnType<typeof newApi>) => void][] = [
    [
      'BH1001',
      'without a method',
      ({ api, reader, integration }) => api.addEndpoint('/a', { callers: [reader], integration }),
    ],
    [
      'BH1002',
      'for every method',
      ({ api, reader, integration }) => api.addEndpoint('ANY /a', { callers: [reader], integration }),
    ],
    [
      'BH1001',
      'as a catch-all',
      ({ api, reader, integration }) => api.addEndpoint('$default', { callers: [reader], integration }),
    ],
    ['BH1003', 'without callers', ({ api, integration }) => api.addEndpoint('GET /a', { callers: [], integration })],
    [
      'BH1004',
      'twice',
      ({ api, reader, integration }) => {
        api.addEndpoint('GET /a', { callers: [reader], integration });
        api.addEndpoint('GET /a', { callers: [reader], integration });
      },
    ],
    [
      'BH1005',
      'with a caller twice',
      ({ api, reader, integration }) => api.addEndpoint('GET /a', { callers: [reader, reader], integration }),
    ],
    [
      'BH1006',
      'with a greedy path',
      ({ api, reader, integration }) => api.addEndpoint('GET /{all+}', { callers: [reader], integration }),
    ],
    [
      'BH1008',
      'with a caller of another account',
      ({ stack, api, integration }) => {
        const foreign = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::444455556666:role/Foreign');
        api.addEndpoint('GET /a', { callers: [foreign], integration });
      },
    ],
    [
      'BH1012',
      'without a call a second',
      ({ api, reader, integration }) =>
        api.addEndpoint('GET /a', { callers: [reader], integration, throttle: { rateLimit: 0 } }),
    ],
    [
      'BH1027',
      'with a date that is none',
      ({ api, reader, integration }) => api.addEndpoint('GET /a', { callers: [reader], integration, reviewBy: 'soon' }),
    ],
    [
      'BH1060',
      'with an issuer that is no address',
      ({ api, integration }) =>
        api.addEndpoint('GET /a', {
          callers: [],
          integration,
          jwtIssuer: { ...jwtIssuer, issuer: 'http://a' },
          scopes: [],
        }),
    ],
    [
      'BH1060',
      'for tokens for anybody',
      ({ api, integration }) =>
        api.addEndpoint('GET /a', { callers: [], integration, jwtIssuer: { ...jwtIssuer, audience: [] }, scopes: [] }),
    ],
    [
      'BH1061',
      'with a malformed scope',
      ({ api, integration }) => api.addEndpoint('GET /a', { callers: [], integration, jwtIssuer, scopes: ['a b'] }),
    ],
    [
      'BH1063',
      'with callers and tokens',
      ({ api, reader, integration }) =>
        api.addEndpoint('GET /a', { callers: [reader], integration, jwtIssuer, scopes: ['a'] }),
    ],
    [
      'BH1063',
      'with tokens but no word on scopes',
      ({ api, integration }) => api.addEndpoint('GET /a', { callers: [], integration, jwtIssuer }),
    ],
    [
      'BH1070',
      'with scopes of which any one would do',
      ({ api, integration }) => api.addEndpoint('GET /a', { callers: [], integration, jwtIssuer, scopes: ['a', 'b'] }),
    ],
  ];
  it.each(cases)('%s: %s', (code, _, add) => {
    expect(() => add(newApi())).toThrow(code);
  });

  it('with a caller of another account, who is not told of partners', () => {
    const { stack, api, integration } = newApi();
    const foreign = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::444455556666:role/Foreign');
    expect(() => api.addEndpoint('GET /a', { callers: [foreign], integration })).toThrow(
      /no resource policy.*; let the other account assume a PartnerRole/,
    );
  });

  it('where no policy tells it from another', () => {
    const { stack, api, reader, clerk, integration } = newApi();
    api.addEndpoint('GET /orders/{id}/refunds', { callers: [reader], integration });
    api.addEndpoint('GET /{kind}/{id}/{part}', { callers: [clerk], integration });
    api.addEndpoint('GET /orders/{id}/{part}/{more}/refunds', { callers: [clerk], integration });
    expect(() => Template.fromStack(stack)).toThrow(/BH101[34]/);
  });
});

describe('an API is refused', () => {
  it.each([
    ['BH1011', { stageName: '*' }],
    ['BH1012', { throttle: { burstLimit: 0 } }],
    ['BH1026', { cors: { allowOrigins: ['*'] } }],
    ['BH1026', { cors: { allowOrigins: ['https://*.example.com'] } }],
    ['BH1029', { domain: { name: 'api.example.com' } }],
  ] as const)('%s: %j', (code, props) => {
    expect(() => newApi(props as unknown as LeastPrivilegeHttpApiProps)).toThrow(code);
  });

  it('with a route or a stage that was added by hand', () => {
    const { stack, api, handler } = ordersApi();
    api.httpApi.addRoutes({
      path: '/open',
      methods: [apigatewayv2.HttpMethod.GET],
      integration: new HttpFunctionIntegration(handler),
    });
    expect(() => Template.fromStack(stack)).toThrow(/BH1009: route `GET \/open` was added by hand/);
    const staged = ordersApi();
    staged.api.httpApi.addStage('Second', { stageName: 'second', autoDeploy: true });
    expect(() => Template.fromStack(staged.stack)).toThrow(/BH1009: stage `second`/);
  });
});
