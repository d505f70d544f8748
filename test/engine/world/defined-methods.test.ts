import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../lib/engine/answers/target';
import { decide } from '../../../lib/engine/decide/decide';
import type { Api, World } from '../../../lib/engine/world/world';
import { isUnknown } from '../../../lib/model/value';
import { role, worldOfTemplates } from '../answers/support';

const SCHEMES = {
  components: {
    securitySchemes: {
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      pool: { type: 'apiKey', 'x-amazon-apigateway-authtype': 'cognito_user_pools' },
      tokens: { 'type': 'apiKey', 'x-amazon-apigateway-authorizer': { type: 'token' } },
      key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      bearer: { type: 'http', scheme: 'bearer' },
    },
  },
};
const IAM = { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
const PATHS = {
  '/orders': { get: IAM, post: {}, parameters: [] },
  '/orders/{id}': { 'get': IAM, 'x-amazon-apigateway-any-method': IAM },
};

function worldOfBody(paths: unknown, root: object = SCHEMES, more: object = {}): World {
  return worldOfTemplates({
    Orders: {
      Conditions: { Big: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'x'] } },
      Resources: {
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Body: { openapi: '3.0.1', ...root, paths }, ...more } },
        Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'prod' } },
        Reader: role([
          {
            Effect: 'Allow',
            Action: 'execute-api:Invoke',
            Resource: {
              'Fn::Sub': 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/prod/GET/orders',
            },
          },
        ]),
        Stranger: role([{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }]),
      },
    },
  });
}

function apiOf(world: World): Api {
  return [...world.apis.values()][0];
}

function answer(world: World, who: string, endpoint: string): string {
  const target = targetOf(endpoint, 'execute-api:Invoke', world);
  const principal = world.principals.find(({ key }) => key === `Orders#${who}`);
  if (!target.ok || principal === undefined) return 'not found';
  const [resource] = target.found.arns;
  const { may, must } = decide({ principal, action: 'execute-api:Invoke', resource }, world);
  return must ? 'granted' : may ? 'possible' : 'denied';
}

function authorization(operation: unknown, root: object = SCHEMES): unknown {
  const [{ authorization: found }] = apiOf(worldOfBody({ '/a': { get: operation } }, root)).methods;
  return isUnknown(found) ? 'unknown' : found;
}

describe('the operations of an inline OpenAPI definition', () => {
  it('are methods, each with its own authorization, and all that there are', () => {
    const { methods, unknownMethods } = apiOf(worldOfBody(PATHS));
    expect(unknownMethods).toBeUndefined();
    expect(methods.map(({ verb, path, authorization: by }) => [verb, path, by])).toEqual([
      ['GET', '/orders', 'AWS_IAM'],
      ['POST', '/orders', 'NONE'],
      ['GET', '/orders/{id}', 'AWS_IAM'],
      ['*', '/orders/{id}', 'AWS_IAM'],
    ]);
  });

  it('are answered for by name, for sure', () => {
    const world = worldOfBody(PATHS);
    expect(answer(world, 'Reader', 'GET /orders')).toBe('granted');
    expect(answer(world, 'Reader', 'GET /orders/{id}')).toBe('denied');
    expect(answer(world, 'Stranger', 'GET /orders')).toBe('denied');
    // It asks for nothing: everybody may.
    expect(answer(world, 'Stranger', 'POST /orders')).toBe('granted');
    expect(answer(world, 'Stranger', 'GET /other')).toBe('not found');
  });

  it.each<[string, object, object?]>([
    ['a path is a reference', { ...PATHS, '/more': { $ref: '#/x' } }],
    ['a path is computed', { ...PATHS, '/more': { 'Fn::ImportValue': 'more' } }],
    ['a part is included', { ...PATHS, 'Fn::Transform': { Name: 'AWS::Include' } }],
    ['a path depends on a condition', { ...PATHS, '/more': { 'Fn::If': ['Big', { 'Fn::ImportValue': 'm' }, {}] } }],
    ['paths are moved', PATHS, { Parameters: { basepath: 'prepend' } }],
    ['a parameter may move paths', PATHS, { Parameters: { 'Fn::ImportValue': 'p' } }],
    ['it also comes from S3', PATHS, { BodyS3Location: { Bucket: 'b', Key: 'k' } }],
  ])('may be more where %s, and what they ask for is not known', (_, paths, more) => {
    const world = worldOfBody(paths, SCHEMES, more);
    const api = apiOf(world);
    expect(api.unknownMethods).toBeDefined();
    const all = targetOf('Api', 'execute-api:Invoke', world);
    expect(all.ok).toBe(true);
    const principal = world.principals.find(({ key }) => key === 'Orders#Stranger');
    if (!all.ok || principal === undefined) throw new Error('not found');
    const { may, must } = decide({ principal, action: 'execute-api:Invoke', resource: all.found.arns[0] }, world);
    expect([may, must]).toEqual([true, false]);
  });

  it.each<[string, unknown, string]>([
    ['the extension', IAM, 'AWS_IAM'],
    ['the extension in small letters', { 'x-amazon-apigateway-auth': { type: 'aws_iam' } }, 'AWS_IAM'],
    ['a signature', { security: [{ sigv4: [] }] }, 'AWS_IAM'],
    ['a signature and an API key', { security: [{ sigv4: [], key: [] }] }, 'AWS_IAM'],
    ['the extension and an API key', { ...IAM, security: [{ key: [] }] }, 'AWS_IAM'],
    ['the same twice', { ...IAM, security: [{ sigv4: [] }] }, 'AWS_IAM'],
    ['a user pool', { security: [{ pool: ['orders/read'] }] }, 'COGNITO_USER_POOLS'],
    ['a function', { security: [{ tokens: [] }] }, 'CUSTOM'],
    ['an API key', { security: [{ key: [] }] }, 'NONE'],
    ['nothing', {}, 'NONE'],
    ['nothing in a list', { security: [] }, 'NONE'],
    ['nothing as a requirement', { security: [{}] }, 'NONE'],
    ['a signature or nothing', { security: [{ sigv4: [] }, {}] }, 'unknown'],
    ['a signature or a token', { security: [{ sigv4: [] }, { pool: [] }] }, 'unknown'],
    ['a signature or an API key', { security: [{ sigv4: [] }, { key: [] }] }, 'unknown'],
    ['a scheme that is not there', { security: [{ other: [] }] }, 'unknown'],
    ['a scheme that API Gateway does not have', { security: [{ bearer: [] }] }, 'unknown'],
    ['two things that differ', { ...IAM, security: [{ pool: [] }] }, 'unknown'],
    ['what is computed', { 'x-amazon-apigateway-auth': { type: { 'Fn::ImportValue': 'x' } } }, 'unknown'],
    ['what is an operation elsewhere', { 'Fn::ImportValue': 'x' }, 'unknown'],
  ])('ask for what stands at them: %s', (_, operation, expected) => {
    expect(authorization(operation)).toBe(expected);
  });

  it('ask for nothing where only the root does, as API Gateway reads it', () => {
    expect(authorization({}, { ...SCHEMES, security: [{ sigv4: [] }] })).toBe('NONE');
    expect(authorization({}, { ...SCHEMES, ...IAM })).toBe('unknown');
  });
});
