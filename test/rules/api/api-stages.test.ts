import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { api1 } from '../../../lib/rules/api/api1-endpoint-without-authorization';
import { api10 } from '../../../lib/rules/api/api10-default-endpoint-beside-domain';
import { api11 } from '../../../lib/rules/api/api11-cached-authorizer';
import { api12 } from '../../../lib/rules/api/api12-security-at-the-root';
import { api13 } from '../../../lib/rules/api/api13-request-not-validated';
import { api14 } from '../../../lib/rules/api/api14-stage-without-throttle';
import { api15 } from '../../../lib/rules/api/api15-stage-without-access-log';
import { api16 } from '../../../lib/rules/api/api16-access-log-without-caller';
import { api17 } from '../../../lib/rules/api/api17-cache-open-to-invalidation';
import { api18 } from '../../../lib/rules/api/api18-stage-nobody-declared';
import { api19 } from '../../../lib/rules/api/api19-endpoint-past-its-date';
import { api20 } from '../../../lib/rules/api/api20-api-keys-readable';
import { api21 } from '../../../lib/rules/api/api21-operator-changes-api';
import { api6 } from '../../../lib/rules/api/api6-endpoint-for-any-method';
import { INTENT_KEY } from '../../../lib/model/intent';
import { runRules } from '../../../lib/rules/run-rules';
import type { Rule } from '../../../lib/rules/rule';
import { tpl1 } from '../../../lib/rules/template/tpl1-template-that-cannot-be-read';
import { example } from '../../../lib/rules/support/examples';
import { declaredSecret } from '../../../lib/rules/support/credential-example';
import { findingsOf } from '../rule-runner';

const count = (rule: Rule, Type: string, Properties: Readonly<Record<string, unknown>>): number =>
  findingsOf(rule, example(Type, Properties)).length;
const certainty = (rule: Rule, Type: string, Properties: Readonly<Record<string, unknown>>): unknown =>
  findingsOf(rule, { ...example(Type, Properties), Parameters: { P: { Type: 'String' } } })[0]?.certainty;
const paths = (operation: object, root: object = {}) => ({ Body: { ...root, paths: { '/orders': operation } } });
const REST = 'AWS::ApiGateway::RestApi';
const STAGE = 'AWS::ApiGateway::Stage';
const HTTP_STAGE = 'AWS::ApiGatewayV2::Stage';
const MOCK = { 'x-amazon-apigateway-integration': { type: 'mock' } };

describe('endpoints', () => {
  it('finds ANY in methods, definitions and routes, and not in WebSocket APIs', () => {
    expect(count(api6, REST, paths({ 'x-amazon-apigateway-any-method': {} }))).toBe(1);
    expect(count(api6, REST, paths({ 'x-amazon-apigateway-any-method': MOCK, 'get': {} }))).toBe(0);
    expect(count(api6, 'AWS::ApiGatewayV2::Route', { ApiId: 'a', RouteKey: '$default' })).toBe(1);
    expect(count(api6, 'AWS::ApiGatewayV2::Route', { ApiId: 'a', RouteKey: 'ANY /orders' })).toBe(1);
    expect(count(api6, 'AWS::ApiGatewayV2::Route', { ApiId: 'a', RouteKey: 'GET /orders' })).toBe(0);
    const socket = {
      Resources: {
        Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'WEBSOCKET' } },
        Route: { Type: 'AWS::ApiGatewayV2::Route', Properties: { ApiId: { Ref: 'Api' }, RouteKey: '$default' } },
      },
    };
    expect(findingsOf(api6, socket)).toEqual([]);
  });

  it('wants the validator to look at what the method declares, and at something', () => {
    const found = (method: object, validator: object): number =>
      findingsOf(api13, {
        Resources: {
          V: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { RestApiId: 'a', ...validator } },
          M: {
            Type: 'AWS::ApiGateway::Method',
            Properties: {
              RestApiId: 'a',
              ResourceId: 'r',
              HttpMethod: 'POST',
              RequestValidatorId: { Ref: 'V' },
              ...method,
            },
          },
        },
      }).length;
    const [parameters, body] = [{ ValidateRequestParameters: true }, { ValidateRequestBody: true }];
    const [withParameters, withModel] = [
      { RequestParameters: { 'method.request.path.id': true } },
      { RequestModels: { 'application/json': 'Order' } },
    ];
    expect(found({}, {})).toBe(1);
    expect(found({}, body)).toBe(0);
    expect(found({}, parameters)).toBe(0);
    expect(found(withModel, body)).toBe(0);
    expect(found(withModel, parameters)).toBe(1);
    expect(found(withParameters, body)).toBe(1);
    expect(found({ ...withParameters, ...withModel }, {})).toBe(2);
    expect(found({ ...withParameters, ...withModel }, { ...parameters, ...body })).toBe(0);
  });

  it('wants a validator, but not of a preflight or of what is answered by a mock', () => {
    const method = { RestApiId: 'a', ResourceId: 'r' };
    expect(count(api13, 'AWS::ApiGateway::Method', { ...method, HttpMethod: 'OPTIONS' })).toBe(0);
    expect(
      count(api13, 'AWS::ApiGateway::Method', { ...method, HttpMethod: 'GET', Integration: { Type: 'MOCK' } }),
    ).toBe(0);
    expect(
      count(api13, 'AWS::ApiGateway::Method', { ...method, HttpMethod: 'GET', RequestValidatorId: { Ref: 'V' } }),
    ).toBe(1);
    const validated = paths({ get: {} }, { 'x-amazon-apigateway-request-validator': 'all' });
    expect(count(api13, REST, validated)).toBe(0);
    expect(count(api13, REST, paths({ get: {}, options: MOCK }))).toBe(1);
  });

  it('knows security at the root of a definition for what it is', () => {
    const root = { security: [{ pool: [] }] };
    expect(count(api12, REST, paths({ get: {}, post: {} }, root))).toBe(1);
    expect(count(api12, REST, paths({ options: MOCK }, root))).toBe(0);
    expect(count(api12, REST, paths({ get: { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } } }, root))).toBe(0);
    expect(count(api12, 'AWS::ApiGatewayV2::Api', paths({ get: {} }, root))).toBe(1);
  });

  it('is past its date on the day after it, and not sure without a day', () => {
    const { bad } = api19.examples;
    const on = (today?: string) =>
      runRules(snapshotOf([{ name: 'T', file: 't', body: bad }]), [api19], today === undefined ? {} : { today }).map(
        ({ certainty: one }) => one,
      );
    expect(on('2020-01-31')).toEqual([]);
    expect(on('2020-02-01')).toEqual(['certain']);
    expect(on()).toEqual(['possible']);
  });
});

describe('domains and authorizers', () => {
  it('reads the switch of a definition, and is not sure of a parameter', () => {
    const [bad] = findingsOf(api10, api10.examples.bad);
    expect(bad?.message).toContain('api.example.com');
    const mapped = (DisableExecuteApiEndpoint: unknown, Body?: object) => {
      const body = structuredClone(api10.examples.bad) as { Resources: { Example: { Properties: object } } };
      Object.assign(body.Resources.Example.Properties, { DisableExecuteApiEndpoint, Body });
      return findingsOf(api10, { ...body, Parameters: { P: { Type: 'String' } } });
    };
    expect(
      mapped(undefined, { 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } }),
    ).toEqual([]);
    expect(mapped({ Ref: 'P' }).map((each) => each.certainty)).toEqual(['possible']);
  });

  it('does not mind a cache that is kept by method, or an authorizer of one method', () => {
    const found = (change: (resources: Record<string, { Properties: Record<string, unknown> }>) => void) => {
      const body = structuredClone(api11.examples.bad) as never as {
        Resources: Record<string, { Properties: Record<string, unknown> }>;
      };
      change(body.Resources);
      return findingsOf(api11, body).length;
    };
    expect(found(() => undefined)).toBe(1);
    expect(found(({ Example }) => Object.assign(Example.Properties, { Type: 'COGNITO_USER_POOLS' }))).toBe(0);
    expect(
      found(({ Example }) =>
        Object.assign(Example.Properties, {
          Type: 'REQUEST',
          IdentitySource: 'method.request.header.Authorization,context.httpMethod,context.path',
        }),
      ),
    ).toBe(0);
    expect(found((resources) => delete resources['DELETE'])).toBe(0);
  });
});

describe('stages', () => {
  it('judges REST stages, HTTP stages, and deployments that make a stage', () => {
    expect(count(api14, HTTP_STAGE, { DefaultRouteSettings: { ThrottlingRateLimit: 10 } })).toBe(0);
    expect(count(api14, HTTP_STAGE, {})).toBe(1);
    expect(count(api14, 'AWS::ApiGateway::Deployment', { RestApiId: 'a' })).toBe(0);
    expect(count(api14, 'AWS::ApiGateway::Deployment', { RestApiId: 'a', StageName: 'prod' })).toBe(1);
    const described = { StageDescription: { ThrottlingRateLimit: 10 } };
    expect(count(api14, 'AWS::ApiGateway::Deployment', { RestApiId: 'a', StageName: 'prod', ...described })).toBe(0);
    expect(count(api15, HTTP_STAGE, { AccessLogSettings: { DestinationArn: { 'Fn::ImportValue': 'log' } } })).toBe(0);
    expect(count(api15, HTTP_STAGE, {})).toBe(1);
  });

  it('wants who called in the log, in one of the ways in which that is known', () => {
    const log = (Format: unknown) => ({ AccessLogSetting: { DestinationArn: 'arn:aws:logs:::l', Format } });
    expect(count(api16, STAGE, log('$context.authorizer.claims.sub'))).toBe(0);
    expect(count(api16, STAGE, log('{"caller":"$context.identity.caller"}'))).toBe(0);
    expect(count(api16, STAGE, log('$context.identity.user $context.requestId'))).toBe(0);
    expect(count(api16, STAGE, log('$context.identity.sourceIp'))).toBe(1);
    expect(count(api16, STAGE, log('$context.requestId $context.identity.userAgent'))).toBe(1);
    expect(count(api16, STAGE, log(undefined))).toBe(1);
    expect(count(api16, STAGE, {})).toBe(0);
    expect(certainty(api16, STAGE, log({ Ref: 'P' }))).toBe('possible');
  });

  it('minds an open cache only where there is one', () => {
    const on = { CachingEnabled: true, HttpMethod: '*', ResourcePath: '/*', CacheDataEncrypted: true };
    const cached = (setting: object, cluster: unknown = true) => ({
      RestApiId: 'a',
      CacheClusterEnabled: cluster,
      MethodSettings: [{ ...on, ...setting }],
    });
    expect(count(api17, STAGE, cached({}))).toBe(1);
    expect(count(api17, STAGE, cached({ CacheDataEncrypted: false }))).toBe(2);
    expect(count(api17, STAGE, cached({ CachingEnabled: false }))).toBe(0);
    expect(count(api17, STAGE, cached({}, false))).toBe(0);
    expect(certainty(api17, STAGE, cached({}))).toBe('possible');
  });

  it('finds the stage that a deployment makes beside the others', () => {
    const body = (StageName: string) => ({
      Resources: {
        Api: { Type: REST },
        Stage: { Type: STAGE, Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
        Deployment: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: { Ref: 'Api' }, StageName } },
      },
    });
    expect(findingsOf(api18, body('test'))).toHaveLength(1);
    expect(findingsOf(api18, body('prod'))).toEqual([]);
  });
});

describe('permissions on the control plane', () => {
  const may = (Action: string, Resource: unknown, more: object = {}) => ({
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action, Resource, ...more }] },
  });

  it.each([
    ['apigateway:GET', '*', 1],
    ['apigateway:*', 'arn:aws:apigateway:*::/apikeys/*', 1],
    ['apigateway:GET', 'arn:aws:apigateway:*::/apikeys', 1],
    ['apigateway:GET', 'arn:aws:apigateway:*::/usageplans/abc123/keys', 1],
    ['apigateway:GET', 'arn:aws:apigateway:*::/usageplans/*/keys/*', 1],
    ['apigateway:GET', 'arn:aws:apigateway:*::/usageplans/abc123', 0],
    ['apigateway:GET', 'arn:aws:apigateway:*::/usageplans/abc123/usage', 0],
    ['apigateway:POST', 'arn:aws:apigateway:*::/usageplans/abc123/keys', 0],
    ['apigateway:GET', 'arn:aws:apigateway:*::/restapis/*', 0],
    ['apigateway:PATCH', '*', 0],
    ['*', '*', 0],
  ])('takes %s on %s for %i finding(s) about keys', (action, resource, found) => {
    expect(count(api20, 'AWS::IAM::ManagedPolicy', may(action, resource))).toBe(found);
  });

  const everything = 'arn:aws:apigateway:eu-west-1::/*';
  const deny = (Resource: unknown, more: object = {}) => ({
    Effect: 'Deny',
    Action: 'apigateway:GET',
    Resource,
    ...more,
  });
  const denied = (...Statement: readonly object[]) => ({
    PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'apigateway:GET', Resource: everything }, ...Statement] },
  });
  const keysAndPlans = ['/apikeys*', '/usageplans/*'].map((path) => `arn:aws:apigateway:eu-west-1::${path}`);

  it.each<[string, object, number]>([
    ['denied in its region', deny(keysAndPlans), 0],
    ['denied everywhere', deny('*'), 0],
    ['denied the keys alone, not those of plans', deny(keysAndPlans.slice(0, 1)), 1],
    ['denied in another region', deny(keysAndPlans.map((each) => each.replace('west', 'north'))), 1],
    ['denied under a condition', deny('*', { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'false' } } }), 1],
    ['denied something else', deny('*', { Action: 'apigateway:PUT' }), 1],
  ])('looks at keys that are %s', (_, statement, found) => {
    expect(count(api20, 'AWS::IAM::ManagedPolicy', denied(statement))).toBe(found);
  });

  it('knows what a region that is written out will be, and Denies of another policy of the same role', () => {
    const Role = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [] } } };
    const policy = (...Statement: readonly object[]) => ({
      Type: 'AWS::IAM::Policy',
      Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement } },
    });
    const Reads = { ...policy(), Properties: { ...policy().Properties, ...denied() } };
    expect(findingsOf(api20, { Resources: { Role, Reads } }).map(({ certainty }) => certainty)).toEqual(['certain']);
    expect(findingsOf(api20, { Resources: { Role, Reads, Not: policy(deny(keysAndPlans)) } })).toEqual([]);
  });

  it('lets a declared rotator read the keys of a plan of the template, and nobody else', () => {
    const keys = (rotator: string, path: string) => ({
      Resources: {
        Plan: { Type: 'AWS::ApiGateway::UsagePlan' },
        Secret: {
          Type: 'AWS::SecretsManager::Secret',
          Metadata: {
            [INTENT_KEY]: { ...(declaredSecret({}).Resources['Example'] as any).Metadata[INTENT_KEY], rotator },
          },
        },
        Role: { Type: 'AWS::IAM::Role', Metadata: { 'aws:cdk:path': 'Orders/Rotate/Role/Resource' } },
        Example: {
          Type: 'AWS::IAM::Policy',
          Properties: {
            Roles: [{ Ref: 'Role' }],
            ...may('apigateway:GET', { 'Fn::Sub': `arn:aws:apigateway:eu-west-1::${path}` }),
          },
        },
      },
    });
    expect(findingsOf(api20, keys('Orders/Rotate/Role', '/usageplans/${Plan}/keys'))).toEqual([]);
    expect(findingsOf(api20, keys('Orders/Other/Role', '/usageplans/${Plan}/keys'))).toHaveLength(1);
    expect(findingsOf(api20, keys('Orders/Rotate/Role', '/usageplans/*/keys'))).toHaveLength(1);
    expect(findingsOf(api20, keys('Orders/Rotate/Role', '/usageplans/abc/keys'))).toHaveLength(1);
  });

  const ops = (Action: string, path: string, service = 'lambda.amazonaws.com') => ({
    Resources: {
      Api: { Type: REST },
      Ops: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
          },
          Policies: [
            {
              PolicyName: 'p',
              PolicyDocument: {
                Statement: [
                  { Effect: 'Allow', Action, Resource: { 'Fn::Sub': `arn:aws:apigateway:eu-west-1::${path}` } },
                ],
              },
            },
          ],
        },
      },
    },
  });

  it.each([
    ['PATCH', '/restapis/${Api}'],
    ['PATCH', '/restapis/${Api}/stages/prod'],
    ['PATCH', '/restapis/${Api}/resources/*/methods/*/integration'],
    ['PUT', '/restapis/${Api}/resources/abc/methods/GET/integration'],
    ['PATCH', '/apis/abc/stages/prod'],
    ['PATCH', '/apis/abc/integrations/def'],
    ['DELETE', '/restapis/${Api}/resources/abc/methods/GET'],
    ['DELETE', '/restapis/${Api}/authorizers/abc'],
    ['DELETE', '/apis/abc/routes/def'],
    ['SetWebACL', '/restapis/${Api}/stages/prod'],
    ['AddCertificateToDomain', '/domainnames/orders.example.com'],
  ])('finds who may %s %s, unless it deploys', (verb, path) => {
    expect(findingsOf(api21, ops(`apigateway:${verb}`, path))).toHaveLength(1);
    expect(findingsOf(api21, ops(`apigateway:${verb}`, path, 'codebuild.amazonaws.com'))).toEqual([]);
    expect(findingsOf(api21, ops('apigateway:GET', path))).toEqual([]);
  });

  it('leaves alone what changes neither who may call, nor what answers and how', () => {
    expect(findingsOf(api21, ops('apigateway:PATCH', '/usageplans/abc'))).toEqual([]);
    expect(findingsOf(api21, ops('apigateway:PATCH', '/restapis/${Api}/documentation/parts/abc'))).toEqual([]);
  });

  it('lets deployments change APIs, and nobody whose own policies or boundary deny it', () => {
    const role = (service: string, more: object = {}, statements: readonly object[] = []) => ({
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
      },
      Policies: [
        {
          PolicyName: 'p',
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: 'apigateway:PATCH', Resource: '*' }, ...statements],
          },
        },
      ],
      ...more,
    });
    const TYPE = 'AWS::IAM::Role';
    const deny = [{ Effect: 'Deny', Action: 'apigateway:*', Resource: '*' }];
    expect(certainty(api21, TYPE, role('lambda.amazonaws.com'))).toBe('certain');
    expect(count(api21, TYPE, role('codebuild.amazonaws.com'))).toBe(0);
    expect(count(api21, TYPE, role('lambda.amazonaws.com', {}, deny))).toBe(0);
    expect(certainty(api21, TYPE, role('lambda.amazonaws.com', { PermissionsBoundary: { Ref: 'P' } }))).toBe(
      'possible',
    );
  });
});

describe('the Serverless Application Model', () => {
  const body = (Auth: object) => ({
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Fn: {
        Type: 'AWS::Serverless::Function',
        Properties: {
          FunctionUrlConfig: { AuthType: 'AWS_IAM' },
          Events: { Read: { Type: 'Api', Properties: { Path: '/orders', Method: 'get', Auth } } },
        },
      },
    },
  });

  it('is judged by its events, and never called clean', () => {
    const found = (Auth: object) =>
      runRules(snapshotOf([{ name: 'T', file: 't', body: body(Auth) }]), [api1, tpl1]).map(
        ({ ruleId, certainty: one }) => `${ruleId} ${one}`,
      );
    expect(found({})).toEqual(['Bulkhead-API1 certain', 'Bulkhead-TPL1 possible']);
    expect(found({ Authorizer: 'AWS_IAM' })).toEqual(['Bulkhead-TPL1 possible']);
  });
});
