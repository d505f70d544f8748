import { INTENT_KEY } from '../../model/intent';
import type { ExampleTemplate } from '../rule';
import { LAMBDA_TRUST } from './examples';

/** An API with two endpoints that Orders/Reader and Orders/Clerk were declared to call, and a role that may more. */
export function declaredApi(
  callers: Readonly<Record<'GET' | 'POST', readonly string[]>>,
  statement: Readonly<Record<string, unknown>>,
  intent: Readonly<Record<string, unknown>> = {},
): ExampleTemplate {
  const method = (HttpMethod: 'GET' | 'POST') => ({
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
      HttpMethod,
      AuthorizationType: 'AWS_IAM',
    },
    Metadata: {
      [INTENT_KEY]: {
        kind: 'endpoint',
        api: 'Orders/Api',
        endpoint: `${HttpMethod} /`,
        callers: callers[HttpMethod],
        highValue: false,
        ...(HttpMethod === 'POST' ? intent : {}),
      },
    },
  });
  return {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'orders' } },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
      Get: method('GET'),
      Post: method('POST'),
      Example: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: LAMBDA_TRUST,
          Policies: [
            {
              PolicyName: 'call',
              PolicyDocument: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', ...statement }],
              },
            },
          ],
        },
        Metadata: { 'aws:cdk:path': 'Orders/Reader/Resource' },
      },
    },
  };
}

/** `arn:…:<the API>/prod/GET/`. */
export function requestOfApi(request: string): Readonly<Record<string, unknown>> {
  return { 'Fn::Sub': `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Api}/${request}` };
}

/** An API whose callers were declared, and the function `Orders` behind its one method. */
export function functionBehindApi(properties: Readonly<Record<string, unknown>> = {}): ExampleTemplate['Resources'] {
  return {
    Api: {
      Type: 'AWS::ApiGateway::RestApi',
      Properties: {},
      Metadata: { [INTENT_KEY]: { kind: 'api', path: 'Orders/Api', stage: 'prod' } },
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
    Orders: {
      Type: 'AWS::Lambda::Function',
      Properties: { ...properties, Role: 'arn:aws:iam::111122223333:role/orders' },
    },
  };
}
