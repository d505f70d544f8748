import { Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { describe, expect, it } from 'vitest';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { guardOf, integration, newApi, resources } from './support';

const PROPS = { owner: 'shop-team', issuer: 'https://login.example.com', audience: ['shop'] };

function shop() {
  const it = newApi();
  const jwtAuthorizer = new JwtAuthorizer(it.stack, 'Tokens', PROPS);
  it.api.addEndpoint('GET /basket', { callers: [], jwtAuthorizer, scopes: ['basket/read'], integration });
  it.api.addEndpoint('GET /orders', { callers: [it.reader], integration });
  return { ...it, jwtAuthorizer };
}

describe('an endpoint for tokens', () => {
  it('asks the authorizer, without a cache, and the others still ask for AWS_IAM', () => {
    const { stack } = shop();
    const methods = resources(stack, 'AWS::ApiGateway::Method').map(({ Properties }) => Properties.AuthorizationType);
    expect(methods.sort()).toEqual(['AWS_IAM', 'CUSTOM']);
    expect(resources(stack, 'AWS::ApiGateway::Authorizer')[0].Properties).toMatchObject({
      Type: 'REQUEST',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 0,
    });
  });

  it('is closed to principals of AWS that are no callers, and to nobody without a principal', () => {
    const everyone = guardOf(shop().stack)[0];
    expect(everyone.Condition.Null).toEqual({ 'aws:PrincipalArn': 'false' });
    expect(guardOf(shop().stack).filter(({ Effect }) => Effect === 'Allow')).toEqual([]);
  });

  it('tells the function what tokens must be and which scopes each endpoint asks for', () => {
    const { stack } = shop();
    const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
    expect(Properties.Environment.Variables).toEqual({
      ISSUER: 'https://login.example.com',
      AUDIENCE: 'shop',
      JWKS_URI: 'https://login.example.com/.well-known/jwks.json',
      TOKEN_USE: 'access',
      ENDPOINTS: '[{"endpoint":"GET /basket","scopes":["basket/read"]}]',
    });
  });

  it('takes a user pool', () => {
    const { stack, api } = newApi();
    const userPool = cognito.UserPool.fromUserPoolId(stack, 'Pool', 'eu-west-1_abc');
    const clients = [cognito.UserPoolClient.fromUserPoolClientId(stack, 'Client', 'client1')];
    const jwtAuthorizer = JwtAuthorizer.forUserPool(stack, 'Tokens', { owner: 'shop-team', userPool, clients });
    api.addEndpoint('GET /basket', { callers: [], jwtAuthorizer, scopes: ['basket/read'], integration });
    const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
    expect(JSON.stringify(Properties.Environment.Variables.ISSUER)).toContain('/eu-west-1_abc');
    expect(Properties.Environment.Variables.AUDIENCE).toBe('client1');
  });

  it('is refused with callers besides, and scopes without an authorizer', () => {
    const { stack, api, reader } = newApi();
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Tokens', PROPS);
    expect(() => api.addEndpoint('GET /a', { callers: [reader], jwtAuthorizer, scopes: ['a'], integration })).toThrow(
      'BH1063',
    );
    expect(() => api.addEndpoint('GET /b', { callers: [reader], scopes: ['a'], integration })).toThrow('BH1063');
    expect(() => api.addEndpoint('GET /c', { callers: [], jwtAuthorizer, integration })).toThrow('BH1063');
    expect(() => api.addEndpoint('GET /d', { callers: [], jwtAuthorizer, scopes: ['a b'], integration })).toThrow(
      'BH1061',
    );
  });

  it('fails the synth where no policy tells its paths apart', () => {
    const { stack, api, jwtAuthorizer } = shop();
    const add = (endpoint: string, scopes: string[]) =>
      api.addEndpoint(endpoint, { callers: [], jwtAuthorizer, scopes, integration });
    add('GET /o/{id}', ['a']);
    add('GET /o/{id}/items', ['b']);
    add('GET /o/{id}/items/{item}', ['a']);
    expect(() => Template.fromStack(stack)).toThrow(/BH1062: for the scopes `a`/);
  });
});

describe('an authorizer', () => {
  it.each([
    ['an issuer by http', { issuer: 'http://login.example.com' }],
    ['no audience', { audience: [] }],
    ['an audience with a comma', { audience: ['a,b'] }],
  ])('is refused with %s', (_, props) => {
    expect(() => new JwtAuthorizer(newApi().stack, 'Tokens', { ...PROPS, ...props })).toThrow('BH1060');
  });
});
