import { describe, expect, it } from 'vitest';
import { targetOf } from '../../../lib/engine/answers/target';
import { decide } from '../../../lib/engine/decide/decide';
import { show } from '../../../lib/model/read';
import { isText, text } from '../../../lib/model/value';
import { allow, principal, role, verdict, world } from './support';

const INVOKE = 'execute-api:Invoke';

/** A world with one HTTP API, its routes by authorization. */
function httpApi(routes: Readonly<Record<string, string | undefined>>, api: object = {}, stages = ['$default']) {
  const of = { ApiId: { Ref: 'Api' } };
  return world({
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'orders', ProtocolType: 'HTTP', ...api } },
    ...Object.fromEntries(
      stages.map((StageName, at) => [
        `Stage${at}`,
        { Type: 'AWS::ApiGatewayV2::Stage', Properties: { ...of, StageName } },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(routes).map(([RouteKey, AuthorizationType], at) => [
        `Route${at}`,
        {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: { ...of, RouteKey, ...(AuthorizationType === undefined ? {} : { AuthorizationType }) },
        },
      ]),
    ),
    Role: role([allow(INVOKE)]),
    Nobody: role([allow('s3:GetObject')]),
  });
}

/** What roles with and without permission get for a request such as `GET/orders/1`. */
function answers(of: ReturnType<typeof httpApi>, request: string): string {
  const prefix = of.apis.get('T#Api')?.arnPrefix;
  if (!isText(prefix)) throw new Error('the API has no ARN');
  const resource = text([...prefix.parts, `/$default/${request}`]);
  return ['Role', 'Nobody']
    .map((id) => verdict(decide({ principal: principal(of, id), action: INVOKE, resource }, of)))
    .join(' ');
}

describe('a route of an HTTP API', () => {
  it.each([
    ['AWS_IAM', 'must no'],
    ['NONE', 'must must'],
    [undefined, 'must must'],
    ['JWT', 'may may'],
    ['CUSTOM', 'may may'],
  ])('with %s lets in as it asks', (authorization, expected) => {
    expect(answers(httpApi({ 'GET /orders/{id}': authorization }), 'GET/orders/1')).toBe(expected);
  });

  it('is the most specific one', () => {
    const of = httpApi({
      'GET /orders/open': 'NONE',
      'GET /orders/{id}': 'AWS_IAM',
      'ANY /orders/{id}': 'NONE',
      'ANY /{proxy+}': 'AWS_IAM',
      $default: 'NONE',
    });
    expect(answers(of, 'GET/orders/open')).toBe('must must');
    expect(answers(of, 'GET/orders/1')).toBe('must no');
    expect(answers(of, 'POST/orders/1')).toBe('must must');
    expect(answers(of, 'POST/orders/1/items')).toBe('must no');
    expect(answers(of, 'GET/')).toBe('must must');
  });

  it('is the catch-all, of which it is not known by which ARN it authorizes', () => {
    const of = httpApi({ $default: 'AWS_IAM' });
    expect(answers(of, 'GET/orders')).toBe('may no');
    expect(answers(of, 'GET/')).toBe('may no');
  });

  it('is open where `Target` makes it', () => {
    expect(answers(httpApi({}, { Target: 'https://example.com' }), 'GET/orders')).toBe('must must');
  });

  describe('of an OpenAPI definition', () => {
    const securitySchemes = {
      sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
      jwt: { 'type': 'oauth2', 'x-amazon-apigateway-authorizer': { type: 'jwt' } },
    };
    const signed = { security: [{ sigv4: [] }] };
    const defined = (paths: object, root: object = {}, more: object = {}) =>
      httpApi({}, { Body: { openapi: '3.0.1', components: { securitySchemes }, ...root, paths }, ...more });

    it('asks for what its operation asks for', () => {
      const of = defined({
        '/orders': { get: signed, post: {}, put: { security: [{ jwt: ['a'] }] } },
        '/$default': { 'x-amazon-apigateway-any-method': signed },
      });
      expect(answers(of, 'GET/orders')).toBe('must no');
      expect(answers(of, 'POST/orders')).toBe('must must');
      expect(answers(of, 'PUT/orders')).toBe('may may');
      expect(answers(of, 'GET/other')).toBe('may no');
    });

    it.each<[string, object, object?, object?]>([
      ['`security` stands at the root, of which no page speaks', {}, { security: [{ sigv4: [] }] }],
      ['it has the extension of REST APIs', { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } }],
      ['paths are moved', signed, {}, { BasePath: 'prepend' }],
      ['a part is included', signed, { 'Fn::Transform': { Name: 'AWS::Include' } }],
    ])('is not known where %s', (_, operation, root, more) => {
      expect(answers(defined({ '/orders': { get: operation } }, root, more), 'GET/orders')).toBe('may may');
    });

    it('is not known where the definition lies in S3', () => {
      expect(answers(httpApi({}, { BodyS3Location: { Bucket: 'b', Key: 'k' } }), 'GET/orders')).toBe('may may');
    });
  });

  it('is asked about by its name', () => {
    const shown = (of: ReturnType<typeof httpApi>) => {
      const found = targetOf('Api GET /orders/{id}', INVOKE, of);
      return found.ok ? found.found.arns.map(show) : found;
    };
    const arn = (stage: string) => `arn:aws:execute-api:eu-west-1:111122223333:\${Api}/${stage}/GET/orders/{id}`;
    expect(shown(httpApi({ 'GET /orders/{id}': 'AWS_IAM' }))).toEqual([arn('$default')]);
    expect(shown(httpApi({ 'GET /orders/{id}': 'AWS_IAM' }, {}, ['prod']))).toEqual([arn('prod')]);
  });

  it('of a WebSocket API is none', () => {
    expect(httpApi({ $connect: 'AWS_IAM' }, { ProtocolType: 'WEBSOCKET' }).apis.size).toBe(0);
  });
});
