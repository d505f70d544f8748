import { describe, expect, it } from 'vitest';
import { api22 } from '../../../lib/rules/api/api22-function-called-around-its-api';
import { LAMBDA_TRUST } from '../../../lib/rules/support/examples';
import { findingsOf } from '../rule-runner';

type Json = Record<string, any>;
const ARN = { 'Fn::GetAtt': ['Orders', 'Arn'] };
const OWN = { account: '111122223333', region: 'eu-west-1' };

/** A function behind an endpoint of a declared API, and what else is in the template. */
function behind(others: Json, change: (resources: Json) => void = () => {}): Json {
  const Resources: Json = {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {},
      Metadata: { 'cdk-bulkhead': { kind: 'api', path: 'Orders/Api', stage: 'prod' } },
    },
    Method: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        HttpMethod: 'GET',
        AuthorizationType: 'AWS_IAM',
        Integration: {
          Type: 'AWS_PROXY',
          Uri: { 'Fn::Sub': 'arn:aws:apigateway:eu-west-1:lambda:path/${Orders.Arn}' },
        },
      },
    },
    Orders: { Type: 'AWS::Lambda::Function', Properties: { Handler: 'i.h', Role: 'arn:aws:iam::111122223333:role/o' } },
    ...others,
  };
  change(Resources);
  return { Parameters: { Who: { Type: 'String' } }, Resources };
}

const role = (...statements: Json[]): Json => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: LAMBDA_TRUST,
    Policies: [{ PolicyName: 'work', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});
const allow = (Action: unknown, Resource: unknown = ARN): Json => ({ Effect: 'Allow', Action, Resource });
const permission = (Properties: Json): Json => ({
  Type: 'AWS::Lambda::Permission',
  Properties: { FunctionName: ARN, Action: 'lambda:InvokeFunction', ...Properties },
});
const source = (api: unknown): Json => ({
  Principal: 'apigateway.amazonaws.com',
  SourceArn: { 'Fn::Join': ['', ['arn:aws:execute-api:eu-west-1:111122223333:', api, '/prod/GET/orders']] },
});

const Plain: Json = { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'plain' } };
const found = (body: unknown) => findingsOf(api22, body, OWN).map(({ detail }) => detail);

describe('API22', () => {
  it.each<[string, Json, string]>([
    ['a role that invokes it', role(allow('lambda:InvokeFunction')), 'Principal::Other'],
    ['a role that invokes by wildcard', role(allow('lambda:Invoke*', '*')), 'Principal::Other'],
    ['a role with all of Lambda', role(allow('lambda:*', '*')), 'Principal::Other'],
    [
      'a role that invokes versions of whatever begins with its name',
      role(allow('lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:111122223333:function:*')),
      'Principal::Other',
    ],
    ['a permission for another account', permission({ Principal: '444455556666' }), 'Permission::444455556666'],
    [
      'a permission for a role',
      permission({ Principal: 'arn:aws:iam::111122223333:role/report' }),
      'Permission::arn:aws:iam::111122223333:role/report',
    ],
    [
      'a permission for every API of the account',
      permission(source('*')),
      'Permission::arn:aws:execute-api:eu-west-1:111122223333:*/prod/GET/orders',
    ],
    [
      'a permission for an API that is in no template',
      permission(source('a1b2c3d4e5')),
      'Permission::arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/prod/GET/orders',
    ],
    [
      'a permission for an API beside it that nobody declared',
      permission(source({ Ref: 'Plain' })),
      'Permission::arn:aws:execute-api:eu-west-1:111122223333:${Plain}/prod/GET/orders',
    ],
    [
      'a permission for an API that a parameter names',
      permission(source({ Ref: 'Who' })),
      'Permission::arn:aws:execute-api:eu-west-1:111122223333:${Who}/prod/GET/orders',
    ],
  ])('finds %s', (_, Other, expected) => expect(found(behind({ Other, Plain }))).toEqual([expected]));

  it.each<[string, Json]>([
    ['a permission for this API', permission(source({ Ref: 'Api' }))],
    [
      'a permission for a topic, which is told by another rule where it is open',
      permission({ Principal: 'sns.amazonaws.com' }),
    ],
    [
      'a role that invokes another function',
      role(allow('lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:111122223333:function:report')),
    ],
    [
      'a role that invokes in another account',
      role(allow('lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:444455556666:function:*')),
    ],
    ['a role that only looks at it', role(allow(['lambda:GetFunction', 'lambda:ListTags']))],
    [
      'a role to which it is denied',
      role(allow('lambda:*', '*'), { Effect: 'Deny', Action: 'lambda:Invoke*', Resource: '*' }),
    ],
    [
      'a role whose boundary has no room for it',
      (() => {
        const bounded = role(allow('lambda:InvokeFunction'));
        bounded['Properties'].PermissionsBoundary = { Ref: 'Boundary' };
        return bounded;
      })(),
    ],
  ])('leaves alone %s', (_, Other) => {
    const Boundary = {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } },
    };
    expect(found(behind({ Other, Boundary }))).toEqual([]);
  });

  it('leaves alone a function that two declared APIs share, and calls possible an API that is not known', () => {
    const Plain = {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: { Name: 'plain' },
      Metadata: { 'cdk-bulkhead': { kind: 'api', path: 'Orders/Other', stage: 'prod' } },
    };
    expect(found(behind({ Plain, Other: permission(source({ Ref: 'Plain' })) }))).toEqual([]);
    const [finding] = findingsOf(api22, behind({ Other: permission(source({ Ref: 'Who' })) }), OWN);
    expect(finding).toMatchObject({ certainty: 'possible' });
  });

  it('leaves alone functions behind an API that nobody declared, and behind none', () => {
    const Other = role(allow('lambda:InvokeFunction'));
    expect(found(behind({ Other }, ({ Api }) => delete Api.Metadata))).toEqual([]);
    expect(found(behind({ Other }, (all) => delete all['Method']))).toEqual([]);
  });

  it('finds it behind the route of a declared HTTP API', () => {
    const body = behind({ Other: role(allow('lambda:InvokeFunction')) }, (all) => {
      all['Api'].Type = 'AWS::ApiGatewayV2::Api';
      all['Method'] = {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { ApiId: { Ref: 'Api' }, IntegrationType: 'AWS_PROXY', IntegrationUri: ARN },
      };
    });
    expect(found(body)).toEqual(['Principal::Other']);
  });

  it('calls possible a name in full that CloudFormation may have made up, and one that a function may have been given', () => {
    const named = (name: string) =>
      role(allow('lambda:InvokeFunction', `arn:aws:lambda:eu-west-1:111122223333:function:${name}`));
    expect(found(behind({ Other: named('Orders-Orders-1GZ4LSLJQ0T4E') }))).toEqual(['Principal::Other']);
    const parameter = (all: Json) => (all['Orders'].Properties.FunctionName = { Ref: 'Who' });
    expect(found(behind({ Other: named('report') }, parameter))).toEqual(['Principal::Other']);
  });

  it('calls possible what depends on something that is not known', () => {
    const body = behind({ Other: role(allow('lambda:InvokeFunction', { Ref: 'Who' })) });
    expect(findingsOf(api22, body, OWN)).toMatchObject([{ certainty: 'possible', unknowns: [expect.any(String)] }]);
  });

  it.each<[string, string, Json, (string | undefined)[]]>([
    ['invokes it without waiting', 'lambda:InvokeAsync', {}, ['possible']],
    ['calls its URL', 'lambda:InvokeFunctionUrl', { AuthType: 'AWS_IAM' }, ['possible']],
    ['calls a URL that asks for nothing', 'lambda:InvokeFunctionUrl', { AuthType: 'NONE' }, []],
    ['calls the URL of another', 'lambda:InvokeFunctionUrl', { AuthType: 'AWS_IAM', TargetFunctionArn: 'other' }, []],
    ['reads its URL', 'lambda:GetFunctionUrlConfig', { AuthType: 'AWS_IAM' }, []],
  ])('looks at a role that %s', (_, action, url, certainty) => {
    const Url = { Type: 'AWS::Lambda::Url', Properties: { TargetFunctionArn: ARN, ...url } };
    const findings = findingsOf(api22, behind({ Other: role(allow(action)), Url }), OWN);
    expect(findings.map((each) => each.certainty)).toEqual(certainty);
  });
});
