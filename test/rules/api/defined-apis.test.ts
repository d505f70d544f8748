import { describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { api1 } from '../../../lib/rules/api/api1-endpoint-without-authorization';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
import { api10 } from '../../../lib/rules/api/api10-default-endpoint-beside-domain';
import { api11 } from '../../../lib/rules/api/api11-cached-authorizer';
import { api12 } from '../../../lib/rules/api/api12-security-at-the-root';
import { api22 } from '../../../lib/rules/api/api22-function-called-around-its-api';
import { LAMBDA_TRUST } from '../../../lib/rules/support/examples';
import { requestOfApi } from '../../../lib/rules/support/api-example';
import { findingsOf } from '../rule-runner';

const HERE = { account: '111122223333', region: 'eu-west-1' };
const IAM = { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
const DENY = {
  Effect: 'Deny',
  Principal: '*',
  Action: 'execute-api:Invoke',
  Resource: 'execute-api:/*',
};
const GUARD = [
  { ...DENY, Condition: { ArnNotEquals: { 'aws:PrincipalArn': { 'Fn::GetAtt': ['Clerk', 'Arn'] } } } },
  { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
];
const policy = (Statement: unknown) => ({ Version: '2012-10-17', Statement });

function role(path: string, statement: object) {
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      AssumeRolePolicyDocument: LAMBDA_TRUST,
      Policies: [{ PolicyName: 'work', PolicyDocument: policy([{ Effect: 'Allow', ...statement }]) }],
    },
    Metadata: { 'aws:cdk:path': `${path}/Resource` },
  };
}

interface Parts {
  readonly post?: object;
  readonly root?: object;
  readonly api?: object;
  readonly callers?: readonly string[];
  readonly request?: string;
}

/** An API of a definition, whose two operations `Orders/Clerk` was declared to call, and a role that calls. */
function defined({ post = IAM, root = {}, api = {}, callers = ['Orders/Clerk'], request = 'prod/POST/orders' }: Parts) {
  const uri = { 'Fn::Sub': 'arn:aws:apigateway:x:lambda:path/2015-03-31/functions/${Function.Arn}/invocations' };
  const integration = { 'x-amazon-apigateway-integration': { type: 'aws_proxy', uri } };
  const operations = ['GET /orders/{id}', 'POST /orders'].map((endpoint) => ({ endpoint, callers }));
  return {
    Resources: {
      Api: {
        Type: 'AWS::ApiGateway::RestApi',
        Properties: {
          Body: {
            openapi: '3.0.1',
            ...root,
            paths: {
              '/orders/{id}': { get: { ...IAM, ...integration } },
              '/orders': { post: { ...post, ...integration } },
            },
          },
          ...api,
        },
        Metadata: { [INTENT_KEY]: { kind: 'api', path: 'Orders/Api', stage: 'prod', operations } },
      },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: 'arn:aws:iam::111122223333:role/f' } },
      Clerk: role('Orders/Clerk', { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }),
      Caller: role('Orders/Caller', { Action: 'execute-api:Invoke', Resource: requestOfApi(request) }),
      Shortcut: role('Orders/Shortcut', {
        Action: 'lambda:InvokeFunction',
        Resource: { 'Fn::GetAtt': ['Function', 'Arn'] },
      }),
    },
  };
}

describe('an API of an OpenAPI definition', () => {
  it('is without a guard where no policy, of the API or in the definition, denies the rest of the account', () => {
    expect(findingsOf(api2, defined({}), HERE)).toMatchObject([{ logicalId: 'Api' }]);
    expect(findingsOf(api2, defined({ api: { Policy: policy(GUARD) } }), HERE)).toEqual([]);
    const root = { 'x-amazon-apigateway-policy': policy(GUARD) };
    expect(findingsOf(api2, defined({ root }), HERE)).toEqual([]);
    expect(findingsOf(api2, defined({ root, api: { Policy: policy([]) } }), HERE)).toMatchObject([
      { certainty: 'possible' },
    ]);
  });

  it('is no business of the guard where its operations do not ask for AWS_IAM: then they are open, and said once', () => {
    const open = defined({ post: {}, root: { security: [{ pool: [] }] }, api: { Policy: policy(GUARD) } });
    expect(findingsOf(api1, open, HERE).map(({ detail }) => detail)).toEqual(['Operation::POST /orders']);
    expect(findingsOf(api12, open, HERE)).toHaveLength(1);
    expect(findingsOf(api2, open, HERE)).toEqual([]);
  });

  it('has callers that were not declared', () => {
    expect(findingsOf(api7, defined({}), HERE)).toMatchObject([
      { principal: 'Orders/Caller', certainty: 'certain', message: expect.stringContaining('`POST /orders`') },
    ]);
    expect(findingsOf(api7, defined({ api: { Policy: policy(GUARD) } }), HERE)).toEqual([]);
    expect(findingsOf(api7, defined({ callers: ['Orders/Caller'] }), HERE)).toEqual([]);
  });

  it('has permissions that reach further, and readers who write', () => {
    expect(findingsOf(api8, defined({ request: 'prod/GET/orders/*' }), HERE)).toMatchObject([
      { message: expect.stringContaining('`GET /orders/{id}`') },
    ]);
    const both = defined({ callers: ['Orders/Caller'], request: 'prod/*/orders*' });
    expect(findingsOf(api8, both, HERE)).toHaveLength(1);
    const { Resources } = defined({ callers: ['Orders/Caller'], request: 'prod/POST/orders' });
    Resources.Api.Metadata[INTENT_KEY].operations[1].callers = ['Orders/Clerk'];
    expect(findingsOf(api9, { Resources }, HERE)).toMatchObject([{ principal: 'Orders/Caller' }]);
  });

  it('has functions that are called around it', () => {
    expect(findingsOf(api22, defined({}), HERE)).toMatchObject([{ principal: 'Orders/Shortcut' }]);
  });
});

describe('an authorizer of an OpenAPI definition', () => {
  const SECURED = { security: [{ tokens: [] }] };
  const authorized = (authorizer: object, type = 'AWS::ApiGateway::RestApi', operations: object = {}) => ({
    Resources: {
      Api: {
        Type: type,
        Properties: {
          Body: {
            openapi: '3.0.1',
            paths: { '/orders': { get: SECURED, delete: SECURED, ...operations } },
            components: {
              securitySchemes: {
                tokens: { 'type': 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'token', ...authorizer } },
              },
            },
          },
        },
      },
    },
  });

  it('is found where its answer for one method is kept for others', () => {
    expect(findingsOf(api11, authorized({}), HERE)).toMatchObject([
      { certainty: 'possible', message: expect.stringContaining('authorizer `tokens`'), logicalId: 'Api' },
    ]);
    expect(findingsOf(api11, authorized({ authorizerResultTtlInSeconds: 60 }), HERE)).toHaveLength(1);
    const request = { type: 'request', identitySource: 'method.request.header.Authorization' };
    expect(findingsOf(api11, authorized(request), HERE)).toHaveLength(1);
  });

  it.each<[string, object, string?, object?]>([
    ['keeps nothing', { authorizerResultTtlInSeconds: 0 }],
    ['keeps by method', { type: 'request', identitySource: 'context.httpMethod' }],
    ['is a user pool', { type: 'cognito_user_pools' }],
    ['is of an HTTP API, which keeps nothing unless told', { type: 'request' }, 'AWS::ApiGatewayV2::Api'],
    ['checks JWT', { type: 'jwt', authorizerResultTtlInSeconds: 60 }, 'AWS::ApiGatewayV2::Api'],
    ['is asked for by one operation', {}, undefined, { delete: IAM }],
  ])('is fine where it %s', (_, authorizer, type, operations) => {
    expect(findingsOf(api11, authorized(authorizer, type, operations), HERE)).toEqual([]);
  });

  it('is found in an HTTP API, and where it is not known who asks for it', () => {
    const kept = { type: 'request', authorizerResultTtlInSeconds: 60 };
    expect(findingsOf(api11, authorized(kept, 'AWS::ApiGatewayV2::Api'), HERE)).toHaveLength(1);
    const unread = { delete: { security: { 'Fn::ImportValue': 'security' } } };
    expect(findingsOf(api11, authorized({}, undefined, unread), HERE)).toHaveLength(1);
  });
});

describe('an HTTP API of an OpenAPI definition', () => {
  const http = (paths: object, root: object = {}) => ({
    Resources: { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Body: { openapi: '3.0.1', ...root, paths } } } },
  });

  it('is open where an operation asks for nothing, and perhaps where only the root does', () => {
    expect(findingsOf(api1, http({ '/a': { get: {} } }), HERE)).toMatchObject([{ certainty: 'certain' }]);
    const rooted = http({ '/a': { get: {} } }, { security: [{ jwt: [] }] });
    expect(findingsOf(api1, rooted, HERE)).toMatchObject([{ certainty: 'possible' }]);
    expect(findingsOf(api12, rooted, HERE)).toMatchObject([{ certainty: 'possible' }]);
  });

  it('is called around where the function of an operation is', () => {
    const { Resources } = defined({});
    const { Api, ...others } = Resources;
    const api = { ...Api, Type: 'AWS::ApiGatewayV2::Api' };
    expect(findingsOf(api22, { Resources: { Api: api, ...others } }, HERE)).toMatchObject([
      { principal: 'Orders/Shortcut' },
    ]);
  });

  it('has closed the default endpoint where a server says so', () => {
    const of = (servers: unknown) => ({
      Resources: {
        ...http({}, { servers }).Resources,
        Mapping: {
          Type: 'AWS::ApiGatewayV2::ApiMapping',
          Properties: { ApiId: { Ref: 'Api' }, DomainName: 'api.example.com', Stage: 'prod' },
        },
      },
    });
    const closed = { 'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true } };
    expect(findingsOf(api10, of([{ url: '/' }, closed]), HERE)).toEqual([]);
    expect(findingsOf(api10, of([{ url: '/' }]), HERE)).toMatchObject([{ certainty: 'certain' }]);
    expect(findingsOf(api10, of({ 'Fn::ImportValue': 'servers' }), HERE)).toMatchObject([{ certainty: 'possible' }]);
  });
});
