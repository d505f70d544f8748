import { describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { api18 } from '../../../lib/rules/api/api18-stage-nobody-declared';
import { api21 } from '../../../lib/rules/api/api21-operator-changes-api';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
import { requestOfApi } from '../../../lib/rules/support/api-example';
import { findingsOf } from '../rule-runner';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const LAMBDA = {
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

interface Route {
  readonly callers?: readonly string[];
  readonly authorization?: string;
  readonly highValue?: boolean;
}

function policy(...statements: readonly object[]): object {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: LAMBDA,
      Policies: [{ PolicyName: 'call', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
    },
    Metadata: { 'aws:cdk:path': 'Orders/Reader/Resource' },
  };
}

function mayCall(...requests: readonly string[]): object {
  return { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: requests.map(requestOfApi) };
}

/** An HTTP API with these routes; those with callers were declared. */
function httpApi(routes: Readonly<Record<string, Route>>, reader: object, more: Readonly<Record<string, object>> = {}) {
  const declared = Object.values(routes).some(({ callers }) => callers !== undefined);
  return {
    Resources: {
      Api: {
        Type: 'AWS::ApiGatewayV2::Api',
        Properties: { Name: 'orders', ProtocolType: 'HTTP' },
        ...(declared ? { Metadata: { [INTENT_KEY]: { kind: 'api', path: 'Orders/Api', stage: '$default' } } } : {}),
      },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: '$default' } },
      ...Object.fromEntries(
        Object.entries(routes).map(([RouteKey, { callers, authorization = 'AWS_IAM', highValue = false }], at) => [
          `Route${at}`,
          {
            Type: 'AWS::ApiGatewayV2::Route',
            Properties: { ApiId: { Ref: 'Api' }, RouteKey, AuthorizationType: authorization },
            ...(callers === undefined
              ? {}
              : {
                  Metadata: {
                    [INTENT_KEY]: { kind: 'endpoint', api: 'Orders/Api', endpoint: RouteKey, callers, highValue },
                  },
                }),
          },
        ]),
      ),
      Reader: reader,
      ...more,
    },
  };
}

const CLERK = { callers: ['Orders/Clerk'] };
const READER = { callers: ['Orders/Reader'] };

describe('callers of an HTTP API that were not declared', () => {
  it('are those with a permission that nothing denies, for there is no resource policy', () => {
    const body = httpApi({ 'GET /orders/{id}': CLERK, 'POST /orders': CLERK }, policy(mayCall('*')));
    const [finding, ...others] = findingsOf(api7, body, HERE);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ certainty: 'certain', principal: 'Orders/Reader', detail: 'Api::Orders/Api' });
    expect(finding?.message).toContain('`GET /orders/{id}`, `POST /orders`');
  });

  it('are those that may call everything, whatever it is', () => {
    const everything = { Effect: 'Allow', Action: 'execute-api:*', Resource: '*' };
    expect(findingsOf(api7, httpApi({ 'GET /orders': CLERK }, policy(everything)), HERE)).toHaveLength(1);
  });

  it.each([
    ['another stage', mayCall('test/GET/orders')],
    ['another verb', mayCall('$default/POST/orders')],
    ['another path', mayCall('$default/GET/order')],
  ])('are none who may call %s only', (_, statement) => {
    expect(findingsOf(api7, httpApi({ 'GET /orders': CLERK }, policy(statement)), HERE)).toEqual([]);
  });

  it('are none whom their own policy or boundary denies it', () => {
    const deny = { ...mayCall('$default/GET/orders'), Effect: 'Deny' };
    expect(findingsOf(api7, httpApi({ 'GET /orders': CLERK }, policy(mayCall('*'), deny)), HERE)).toEqual([]);
    const bounded = policy(mayCall('*')) as { Properties: object };
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } },
    };
    const within = { ...bounded, Properties: { ...bounded.Properties, PermissionsBoundary: { Ref: 'Boundary' } } };
    expect(findingsOf(api7, httpApi({ 'GET /orders': CLERK }, within, { Boundary }), HERE)).toEqual([]);
  });

  it('are those who become one, with the steps to it', () => {
    const Function = {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Handler: 'index.handler',
        Runtime: 'nodejs22.x',
        Code: { ZipFile: 'exports.handler = async () => {}' },
        Role: { 'Fn::GetAtt': ['Reader', 'Arn'] },
      },
    };
    const Deployer = {
      ...policy({
        Effect: 'Allow',
        Action: ['lambda:UpdateFunctionCode', 'lambda:InvokeFunction'],
        Resource: { 'Fn::GetAtt': ['Function', 'Arn'] },
      }),
      Metadata: {},
    };
    const body = httpApi({ 'GET /orders': READER }, policy(mayCall('$default/GET/orders')), { Function, Deployer });
    const [finding, ...others] = findingsOf(api7, body, HERE);
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ principal: 'Deployer', detail: 'Api::Orders/Api::lambda-update-code-invoke' });
    expect(finding?.trace).toHaveLength(1);
  });

  it('are not asked about where nobody declared anything, or a token decides', () => {
    const foreign = httpApi({ 'GET /orders': {}, 'ANY /{proxy+}': {}, $default: {} }, policy(mayCall('*')));
    expect([api7, api9].flatMap((rule) => findingsOf(rule, foreign, HERE))).toEqual([]);
    const tokens = httpApi({ 'GET /orders': { callers: [], authorization: 'JWT' } }, policy(mayCall('*')));
    expect([api7, api9].flatMap((rule) => findingsOf(rule, tokens, HERE))).toEqual([]);
  });
});

describe('permissions beyond the endpoints of an HTTP API', () => {
  it.each([
    ['everything', '*', 'every method of every endpoint'],
    ['everything of every stage', '*/*', 'every method'],
    ['every method of a path', '$default/*/orders', 'every method there'],
    ['a sibling under a wildcard', '*/GET/orders/*', '`GET /orders/{id}/refunds`'],
  ])('are found: %s', (_, request, reached) => {
    const body = httpApi({ 'GET /orders/{id}': READER, 'GET /orders/{id}/refunds': CLERK }, policy(mayCall(request)));
    const [finding, ...others] = findingsOf(api8, body, HERE);
    expect(others).toEqual([]);
    expect(finding?.message).toContain(reached);
  });

  it('are none where the role denies itself what is not its own', () => {
    const own = mayCall('$default/GET/orders/*');
    const deny = { ...mayCall('$default/GET/orders/*/refunds'), Effect: 'Deny' };
    const routes = { 'GET /orders/{id}': READER, 'GET /orders/{id}/refunds': CLERK };
    expect(findingsOf(api8, httpApi(routes, policy(own, deny)), HERE)).toEqual([]);
  });

  it('are not asked of a WebSocket API, whose ARNs are about something else', () => {
    const body = httpApi({ 'GET /orders': {} }, policy(mayCall('*')));
    Object.assign(body.Resources.Api.Properties, { ProtocolType: 'WEBSOCKET' });
    expect(findingsOf(api8, body, HERE)).toEqual([]);
  });
});

describe('readers and writers of an HTTP API', () => {
  it('are told apart by what a reader may do, declared or not', () => {
    const routes = { 'GET /orders': READER, 'POST /orders': CLERK };
    const [finding] = findingsOf(api9, httpApi(routes, policy(mayCall('$default/*'))), HERE);
    expect(finding).toMatchObject({ certainty: 'certain', detail: 'Writes::Orders/Api' });
    expect(findingsOf(api9, httpApi(routes, policy(mayCall('$default/GET/orders'))), HERE)).toEqual([]);
  });

  it('may not both be who changes what is of high value', () => {
    const routes = { 'GET /orders': READER, 'POST /payments': { ...READER, highValue: true } };
    const both = policy(mayCall('$default/GET/orders', '$default/POST/payments'));
    expect(findingsOf(api9, httpApi(routes, both), HERE)).toMatchObject([{ detail: 'HighValue::POST /payments' }]);
  });
});

describe('the rest of an HTTP API', () => {
  it('has one stage, where one was declared', () => {
    const Test = { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ApiId: { Ref: 'Api' }, StageName: 'test' } };
    const found = findingsOf(api18, httpApi({ 'GET /orders': CLERK }, policy(), { Test }), HERE);
    expect(found).toMatchObject([{ logicalId: 'Test' }]);
    expect(findingsOf(api18, httpApi({ 'GET /orders': {} }, policy(), { Test }), HERE)).toEqual([]);
  });

  it.each(['POST', 'PUT', 'PATCH'])('is changed by deployments only, not by apigateway:%s of somebody else', (verb) => {
    const operator = policy({
      Effect: 'Allow',
      Action: `apigateway:${verb}`,
      Resource: ['arn:aws:apigateway:eu-west-1::/apis/*'],
    });
    expect(findingsOf(api21, httpApi({ 'GET /orders': CLERK }, operator), HERE)).toHaveLength(1);
  });
});
