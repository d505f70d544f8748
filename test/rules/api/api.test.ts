import { describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { api1 } from '../../../lib/rules/api/api1-endpoint-without-authorization';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { api3 } from '../../../lib/rules/api/api3-test-invoke-permission';
import { example } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

const method = (properties: Readonly<Record<string, unknown>>) =>
  example('AWS::ApiGateway::Method', { RestApiId: 'a1', ResourceId: 'r1', HttpMethod: 'GET', ...properties });
const count = (rule: Parameters<typeof findingsOf>[0], body: unknown) => findingsOf(rule, body).length;

describe('API1', () => {
  it('takes an absent authorization for none', () => expect(count(api1, method({}))).toBe(1));

  it('takes an API key for none, and says so', () => {
    const findings = findingsOf(api1, method({ AuthorizationType: 'NONE', ApiKeyRequired: true }));
    expect(findings).toMatchObject([{ message: expect.stringContaining('API key only') }]);
  });

  it('excepts OPTIONS answered by a mock, and no other OPTIONS or mock', () => {
    const open = (HttpMethod: string, Type: string) =>
      count(api1, method({ HttpMethod, AuthorizationType: 'NONE', Integration: { Type } }));
    expect([open('OPTIONS', 'MOCK'), open('OPTIONS', 'AWS_PROXY'), open('GET', 'MOCK')]).toEqual([0, 1, 1]);
  });

  it('takes authorizers', () => {
    const authorizations = ['AWS_IAM', 'CUSTOM', 'COGNITO_USER_POOLS'];
    expect(authorizations.map((AuthorizationType) => count(api1, method({ AuthorizationType })))).toEqual([0, 0, 0]);
  });

  it('calls a parameter possible', () => {
    const { Resources } = method({ AuthorizationType: { Ref: 'Auth' } });
    const body = { Parameters: { Auth: { Type: 'String', Default: 'AWS_IAM' } }, Resources };
    expect(findingsOf(api1, body)).toMatchObject([{ certainty: 'possible' }]);
  });

  it('looks at routes of HTTP APIs, and at the connect route of WebSocket APIs only', () => {
    const routes = (ProtocolType: string, ...keys: readonly string[]) => ({
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType } },
        ...Object.fromEntries(
          keys.map((RouteKey, index) => [
            `Route${index}`,
            { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey } },
          ]),
        ),
      },
    });
    expect(count(api1, routes('HTTP', 'GET /orders', '$default'))).toBe(2);
    expect(count(api1, routes('WEBSOCKET', '$connect', '$disconnect', 'send'))).toBe(1);
  });

  it('finds an open function URL', () => {
    const url = (AuthType: string) => example('AWS::Lambda::Url', { AuthType, TargetFunctionArn: 'f' });
    expect([count(api1, url('NONE')), count(api1, url('AWS_IAM'))]).toEqual([1, 0]);
  });

  it('reads OpenAPI definitions operation by operation, and ignores security at the root', () => {
    const Body = {
      openapi: '3.0.1',
      security: [{ sigv4: [] }],
      components: {
        securitySchemes: {
          sigv4: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'awsSigv4' },
          key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
        },
      },
      paths: {
        '/a': {
          get: { security: [{ sigv4: [] }] },
          put: { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } },
          post: {},
          delete: { security: [{ key: [] }] },
          patch: { security: [{ sigv4: [] }, {}] },
          options: { 'x-amazon-apigateway-integration': { type: 'mock' } },
        },
      },
    };
    const findings = findingsOf(api1, example('AWS::ApiGateway::RestApi', { Body }));
    expect(findings.map(({ detail }) => detail)).toEqual([
      'Operation::POST /a',
      'Operation::DELETE /a',
      'Operation::PATCH /a',
    ]);
  });

  it('calls what of a definition cannot be read possible, never empty', () => {
    for (const Body of [{ 'Fn::ImportValue': 'api' }, { paths: { 'Fn::ImportValue': 'paths' } }]) {
      expect(findingsOf(api1, example('AWS::ApiGateway::RestApi', { Body }))).toMatchObject([
        { certainty: 'possible' },
      ]);
    }
  });

  it('says that a definition elsewhere is not read', () => {
    const body = example('AWS::ApiGateway::RestApi', { BodyS3Location: { Bucket: 'b', Key: 'k' } });
    expect(findingsOf(api1, body)).toMatchObject([{ certainty: 'possible' }]);
  });
});

interface Deny {
  readonly Resource?: unknown;
  readonly NotResource?: unknown;
  readonly Condition?: unknown;
  readonly Action?: unknown;
  readonly Principal?: unknown;
}
const CLERK = { 'Fn::GetAtt': ['Clerk', 'Arn'] };
const READER = { 'Fn::GetAtt': ['Reader', 'Arn'] };
const all = 'execute-api:/*';
const OVER_HTTP: Deny = { Resource: all, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const except = (...arns: readonly unknown[]) => ({ ArnNotEquals: { 'aws:PrincipalArn': arns } });

const role = (path: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Statement: [] } },
  Metadata: { 'aws:cdk:path': `${path}/Resource` },
});

/** `GET /orders` for clerk and reader, `POST /orders/{id}` for the clerk. */
function api(denies: readonly Deny[], options: { readonly isDeclared?: boolean; readonly template?: object } = {}) {
  const methodOf = (ResourceId: unknown, HttpMethod: string, endpoint: string, callers: readonly string[]) => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: { RestApiId: { Ref: 'Api' }, ResourceId, HttpMethod, AuthorizationType: 'AWS_IAM' },
    ...(options.isDeclared === false
      ? {}
      : { Metadata: { [INTENT_KEY]: { kind: 'endpoint', api: 'Orders/Api', endpoint, callers, highValue: false } } }),
  });
  return {
    ...options.template,
    Resources: {
      Clerk: role('Orders/Clerk'),
      Reader: role('Orders/Reader'),
      Api: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Policy: {
            Statement: denies.map((deny) => ({
              Effect: 'Deny',
              Principal: '*',
              Action: 'execute-api:Invoke',
              ...deny,
            })),
          },
        },
      },
      Orders: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          PathPart: 'orders',
        },
      },
      Order: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: { RestApiId: { Ref: 'Api' }, ParentId: { Ref: 'Orders' }, PathPart: '{id}' },
      },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
      List: methodOf({ Ref: 'Orders' }, 'GET', 'GET /orders', ['Orders/Clerk', 'Orders/Reader']),
      Change: methodOf({ Ref: 'Order' }, 'POST', 'POST /orders/{id}', ['Orders/Clerk']),
    },
  };
}

const EACH: readonly Deny[] = [
  { Resource: 'execute-api:/prod/GET/orders', Condition: except(CLERK, READER) },
  { Resource: 'execute-api:/prod/POST/orders/*', Condition: except(CLERK) },
  OVER_HTTP,
];
const details = (body: unknown) => findingsOf(api2, body).map(({ detail, certainty }) => `${certainty} ${detail}`);

describe('API3', () => {
  const found = (SourceArn: unknown) =>
    findingsOf(api3, {
      Parameters: { Stage: { Type: 'String' } },
      Resources: {
        Rest: { Type: 'AWS::ApiGateway::RestApi' },
        Http: { Type: 'AWS::ApiGatewayV2::Api' },
        Deployed: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Rest' }, StageName: 'prod' } },
        P: {
          Type: 'AWS::Lambda::Permission',
          Properties: {
            Action: 'lambda:InvokeFunction',
            FunctionName: 'orders',
            Principal: 'apigateway.amazonaws.com',
            SourceArn,
          },
        },
      },
    }).map(({ certainty }) => certainty);
  const of = (path: string) => ({
    'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:${path}`,
  });

  it.each([
    '${Rest}/*/*/*',
    '${Rest}/*',
    '${Rest}/*/*',
    '${Rest}/*/GET/orders',
    '${Rest}/test*/GET/orders',
    '${Rest}/test-invoke-stage/GET/orders',
  ])('finds the stage of test invocations in %s', (path) => {
    expect(found(of(path))).toEqual(['certain']);
  });

  it.each([
    '${Rest}/prod/*/*',
    '${Rest}/prod*',
    '${Rest}/${Deployed}/*/*',
    '${Rest}/${Stage}/GET/orders',
    '${Rest}/authorizers/*',
    '${Rest}/prod/GET/*/*',
    '${Http}/*/*/orders',
    '${Http}/*$connect',
  ])('does not find it in %s', (path) => {
    expect(found(of(path))).toEqual([]);
  });

  it('does not know whether an API of elsewhere is one that has test invocations', () => {
    expect(found('arn:aws:execute-api:eu-west-1:111122223333:a1b2c3/*/*/*')).toEqual(['possible']);
    expect(found('arn:aws:s3:::a1b2c3/*/*/*')).toEqual([]);
  });
});

describe('API2', () => {
  it('takes a Deny for each endpoint', () => expect(details(api(EACH))).toEqual([]));

  it.each<[string, Deny]>([
    [
      'by ARN',
      {
        Resource: {
          'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Other}/prod/POST/orders/*',
        },
      },
    ],
    ['of another stage', { Resource: 'execute-api:/dev/POST/orders/*' }],
    ['of another method', { Resource: 'execute-api:/prod/PUT/orders/*' }],
    ['of one order', { Resource: 'execute-api:/prod/POST/orders/1' }],
    ['of orders with one character', { Resource: 'execute-api:/prod/POST/orders/?' }],
    ['of all but it', { NotResource: 'execute-api:/prod/POST/*' }],
    ['of another action', { Resource: all, Action: 'execute-api:ManageConnections' }],
    ['for one principal', { Resource: all, Principal: { AWS: '111122223333' } }],
    ['with a positive operator', { Resource: all, Condition: { ArnEquals: { 'aws:PrincipalArn': [CLERK] } } }],
    [
      'with a second condition',
      { Resource: all, Condition: { ...except(CLERK), Bool: { 'aws:SecureTransport': 'false' } } },
    ],
    ['on another key', { Resource: all, Condition: { StringNotEquals: { 'aws:PrincipalAccount': '111122223333' } } }],
  ])('does not take a Deny %s', (_, deny) => {
    const body = api([EACH[0], { Condition: except(CLERK), ...deny }, OVER_HTTP]);
    const withOther = { ...body, Resources: { ...body.Resources, Other: { Type: 'AWS::ApiGateway::RestApi' } } };
    expect(details(withOther)).toEqual(['certain Endpoint::POST /orders/{id}']);
  });

  it.each<[string, Deny]>([
    [
      'by ARN',
      { Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/POST/*' } },
    ],
    ['of everything', { Resource: '*' }],
    ['of all but another', { NotResource: 'execute-api:/prod/GET/*' }],
    ['by another negated operator', { Resource: all, Condition: { StringNotLike: { 'aws:PrincipalArn': [CLERK] } } }],
  ])('takes a Deny %s', (_, deny) => {
    expect(details(api([EACH[0], { Condition: except(CLERK), ...deny }, OVER_HTTP]))).toEqual([]);
  });

  it('finds who is left out of the Deny and is no caller', () => {
    const [finding, ...others] = findingsOf(
      api2,
      api([{ Resource: all, Condition: except(CLERK, READER) }, OVER_HTTP]),
    );
    expect(others).toEqual([]);
    expect(finding?.detail).toMatch(/^Endpoint::POST \/orders\/\{id\}::.*Reader/);
    expect(finding?.message).toContain('Orders/Clerk');
  });

  it('adds Denies up: who is left out of all of them gets in', () => {
    expect(details(api([{ Resource: all, Condition: except(CLERK, READER) }, ...EACH]))).toEqual([]);
  });

  it('takes whom two Denies of the same endpoint both leave out, and not whom one of them does', () => {
    const other = 'arn:aws:iam::111122223333:role/other';
    const twice = [
      { Resource: all, Condition: except(CLERK, READER) },
      { Resource: 'execute-api:/prod/POST/*', Condition: except(CLERK, other) },
      OVER_HTTP,
    ];
    expect(details(api(twice))).toEqual([]);
  });

  it('takes a role from elsewhere for the declared caller that is not among the templates, but no pattern', () => {
    const withImported = (value: string) => {
      const body = structuredClone(
        api([{ Resource: all, Condition: except(CLERK, READER, value) }, EACH[1], OVER_HTTP]),
      ) as any;
      body.Resources.List.Metadata[INTENT_KEY].callers.push('Orders/Imported');
      return details(body);
    };
    expect(withImported('arn:aws:iam::111122223333:role/imported')).toEqual([]);
    expect(withImported('arn:aws:iam::111122223333:role/*')).toHaveLength(1);
  });

  it.each<[string, unknown, string]>([
    ['a parameter', { Ref: 'Who' }, 'possible'],
    ['an import', { 'Fn::ImportValue': 'clerk' }, 'possible'],
    ['a name by parameter', { 'Fn::Sub': 'arn:aws:iam::111122223333:role/${Who}' }, 'possible'],
    ['a pattern over a parameter', { 'Fn::Sub': 'arn:aws:iam::111122223333:role/${Who}*' }, 'certain'],
    ['a role of the templates', READER, 'certain'],
  ])('judges %s left out of the Deny', (_, value, certainty) => {
    const template = { Parameters: { Who: { Type: 'String' } } };
    const denies = [
      EACH[0],
      { Resource: 'execute-api:/prod/POST/orders/*', Condition: except(CLERK, value) },
      OVER_HTTP,
    ];
    expect(findingsOf(api2, api(denies, { template })).map((each) => each.certainty)).toEqual([certainty]);
    if (value === READER) return;
    expect(findingsOf(api2, api(denies, { template, isDeclared: false })).map((each) => each.certainty)).toEqual([
      certainty,
    ]);
  });

  it('counts a Deny for one role alone', () => {
    const alone: Deny = {
      Resource: 'execute-api:/prod/POST/*',
      Condition: { ArnEquals: { 'aws:PrincipalArn': READER } },
    };
    expect(details(api([{ Resource: all, Condition: except(CLERK, READER) }, alone, OVER_HTTP]))).toEqual([]);
  });

  it('finds a pattern left out, whether or not callers were declared', () => {
    const open = [
      { Resource: all, Condition: { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::111122223333:role/*' } } },
      OVER_HTTP,
    ];
    expect(details(api(open))).toHaveLength(2);
    expect(details(api(open, { isDeclared: false }))).toHaveLength(2);
    expect(
      details(api([{ Resource: all, Condition: except(CLERK, READER) }, OVER_HTTP], { isDeclared: false })),
    ).toEqual([]);
  });

  it('finds plain HTTP', () => expect(details(api(EACH.slice(0, 2)))).toEqual(['certain PlainHttp']));

  it('is content with an Allow of nothing: only Denies count', () => {
    expect(details(api([]))).toEqual(['certain undefined']);
  });

  it('calls a Deny under a condition of the template possible, and names the condition', () => {
    const template = {
      Parameters: { P: { Type: 'String' } },
      Conditions: { Guarded: { 'Fn::Equals': [{ Ref: 'P' }, 'yes'] } },
    };
    const body = api(EACH, { template });
    const { Policy } = body.Resources.Api.Properties;
    const conditional = structuredClone(body) as any;
    conditional.Resources.Api.Properties.Policy = { Statement: { 'Fn::If': ['Guarded', Policy.Statement, []] } };
    expect(findingsOf(api2, conditional)).toMatchObject([
      { certainty: 'possible', unknowns: expect.arrayContaining([expect.stringContaining('Guarded')]) },
    ]);
  });
});

describe('API3', () => {
  it('knows the stage behind references', () => {
    const SourceArn = {
      'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/test-invoke-stage/GET/',
    };
    const { Resources } = example('AWS::Lambda::Permission', {
      FunctionName: 'f',
      Action: 'lambda:InvokeFunction',
      SourceArn,
    });
    expect(count(api3, { Resources: { ...Resources, Api: { Type: 'AWS::ApiGateway::RestApi' } } })).toBe(1);
  });
});
