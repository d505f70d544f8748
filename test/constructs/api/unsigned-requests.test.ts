import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
import { analysed } from '../../../lib/engine/analysed';
import { decide } from '../../../lib/engine/decide/decide';
import { isText, text } from '../../../lib/model/value';
import { env, guardOf, integration, newApi } from './support';

/** An API with two endpoints that ask for a signature, and one for tokens where that is wanted. */
function made(props: LeastPrivilegeRestApiProps, tokens: readonly string[] = []) {
  const { stack, api, reader, clerk } = newApi(props);
  api.addEndpoint('GET /orders/{id}', { callers: [reader], integration });
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  if (tokens.length > 0) {
    const issuer = 'https://login.example.com';
    const jwtAuthorizer = new JwtAuthorizer(stack, 'Jwt', { issuer, audience: ['shop'], owner: 'orders-team' });
    for (const each of tokens) api.addEndpoint(each, { callers: [], jwtAuthorizer, scopes: ['shop'], integration });
  }
  // What somebody adds past the construct, with an authorizer that is not ours.
  for (const verb of ['DELETE', 'GET']) {
    new apigateway.CfnMethod(stack, `Door${verb}`, {
      restApiId: api.restApi.restApiId,
      resourceId: api.restApi.restApiRootResourceId,
      httpMethod: verb,
      authorizationType: 'CUSTOM',
      authorizerId: 'a1b2c3',
    });
  }
  return stack;
}

const cors = { allowOrigins: ['https://shop.example.com'] };

/** Whether our engine lets an unsigned request over TLS through, as far as the resource policy says. */
function isOpen(stack: ReturnType<typeof made>, request: string): boolean {
  const body = Template.fromStack(stack).toJSON();
  const { world } = analysed(snapshotOf([{ name: 'Orders', file: '', body, ...env }]));
  const prefix = [...world.apis.values()][0]?.arnPrefix;
  if (!isText(prefix)) throw new Error('no API');
  const resource = text([...prefix.parts, `/${request}`]);
  const context = { 'aws:SecureTransport': 'true' };
  return decide({ principal: { kind: 'anonymous' }, action: 'execute-api:Invoke', resource, context }, world).may;
}

describe('requests without a signature', () => {
  it('are let through for preflights only, on the paths that have one', () => {
    const stack = made({ cors });
    const [only] = guardOf(stack).filter(({ Sid }) => Sid === 'OnlySigned');
    expect(only.Condition).toEqual({ Null: { 'aws:PrincipalArn': 'true' } });
    expect(only.Resource).toEqual(
      ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'].map((verb) => `execute-api:/prod/${verb}/*`),
    );
    const allowed = guardOf(stack).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Resource }) => Resource)).toEqual([
      ['execute-api:/prod/OPTIONS/orders', 'execute-api:/prod/OPTIONS/orders/*'],
    ]);
  });

  it('are let through for the verbs of what is called with tokens, too', () => {
    const [only] = guardOf(made({ cors }, ['GET /catalogue'])).filter(({ Sid }) => Sid === 'OnlySigned');
    expect(only.Resource).toEqual(
      ['DELETE', 'HEAD', 'PATCH', 'POST', 'PUT'].map((verb) => `execute-api:/prod/${verb}/*`),
    );
  });

  it('are denied with all others where nothing is open to them', () => {
    const guard = guardOf(made({}));
    expect(guard.filter(({ Sid }) => Sid === 'OnlySigned')).toEqual([]);
    expect(guard[0]).toMatchObject({ Sid: 'OnlyCallers', Resource: 'execute-api:/*' });
    expect(guard[0].Condition).not.toHaveProperty('Null');
  });

  it.each<[string, readonly string[], string, boolean]>([
    ['a preflight', [], 'prod/OPTIONS/orders', true],
    ['an endpoint that asks for a signature', [], 'prod/GET/orders/1', false],
    ['a method with an authorizer that was added by hand', [], 'prod/DELETE/', false],
    ['the same beside tokens for another verb', ['POST /catalogue'], 'prod/DELETE/', false],
    ['the same beside tokens for that verb, of which API23 tells', ['GET /catalogue'], 'prod/GET/', true],
  ])('by our engine: %s', (_, tokens, request, expected) => {
    expect(isOpen(made({ cors }, tokens), request)).toBe(expected);
  });
});
