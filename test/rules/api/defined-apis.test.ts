import { describe, expect, it } from 'vitest';
import { INTENT_KEY } from '../../../lib/model/intent';
import { api1 } from '../../../lib/rules/api/api1-endpoint-without-authorization';
import { api2 } from '../../../lib/rules/api/api2-api-without-guard';
import { api7 } from '../../../lib/rules/api/api7-caller-not-declared';
import { api8 } from '../../../lib/rules/api/api8-permission-beyond-its-endpoints';
import { api9 } from '../../../lib/rules/api/api9-reader-who-can-write';
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
