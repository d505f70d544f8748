import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { HttpFunctionIntegration } from '../../../lib/constructs/api/http-function-integration';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { guard } from '../../../lib/runtime';
import type { Caller } from '../../../lib/runtime';
import { newStack, resources } from '../../constructs/api/support';
import { ACCOUNT, http1Event, httpEvent } from './events';
import type { EventParts } from './events';

const ISSUER = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf';
const NOW = Date.UTC(2026, 10, 22, 12);
const CLAIMS = {
  iss: ISSUER,
  sub: 'f00d',
  client_id: 'shop',
  token_use: 'access',
  scope: 'catalogue/read',
  exp: String(NOW / 1000 + 60),
};

afterEach(() => vi.unstubAllEnvs());

function service() {
  const stack = newStack(new App());
  const assumedBy = new iam.ServicePrincipal('lambda.amazonaws.com');
  const role = (id: string) => new iam.Role(stack, id, { roleName: id, assumedBy });
  const handler = new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
  });
  return { stack, reader: role('Reader'), clerk: role('Clerk'), integration: new HttpFunctionIntegration(handler) };
}

/** The variable as Lambda has it once names of roles are filled in, by the template that was synthesized. */
function deployed(stack: ReturnType<typeof newStack>): string {
  const roles = Template.fromStack(stack).findResources('AWS::IAM::Role');
  const text = (value: any): string => {
    if (typeof value === 'string') return value;
    if ('Ref' in value) return roles[value.Ref].Properties.RoleName as string;
    return value['Fn::Join'][1].map(text).join('');
  };
  return text(resources(stack, 'AWS::Lambda::Function')[0].Properties.Environment.Variables.BULKHEAD_GUARD);
}

/** What the function answers whose guard reads its environment. */
function asked(stack: ReturnType<typeof newStack>) {
  vi.stubEnv('BULKHEAD_GUARD', deployed(stack));
  const admitted: { by?: Caller } = {};
  const handler = guard(
    (_event: unknown, caller) => {
      admitted.by = caller;
      return { statusCode: 200 };
    },
    undefined,
    { clock: () => NOW, log: () => undefined },
  );
  return async (event: unknown): Promise<{ readonly statusCode: number; readonly by?: Caller }> => {
    delete admitted.by;
    const { statusCode } = await handler(event, {});
    return { statusCode, ...admitted };
  };
}

describe.each<[string, (of: EventParts) => unknown]>([
  ['payload 2.0', httpEvent],
  ['payload 1.0', http1Event],
])('a function behind an HTTP API, %s', (_, event) => {
  function api() {
    const made = service();
    const { stack, reader, clerk, integration } = made;
    const built = new LeastPrivilegeHttpApi(stack, 'Api');
    built.addEndpoint('GET /orders/{id}', { callers: [reader, clerk], integration });
    built.addEndpoint('POST /orders', { callers: [clerk], integration });
    const jwtIssuer = { issuer: ISSUER, audience: ['shop'] };
    built.addEndpoint('GET /catalogue', { callers: [], integration, jwtIssuer, scopes: ['catalogue/read'] });
    return made.stack;
  }

  it('admits the roles that its template declares, and no other', async () => {
    const ask = asked(api());
    const get = (role: string) => ask(event({ role, stage: '$default' }));
    const post = (role: string) =>
      ask(event({ role, method: 'POST', resource: '/orders', path: '/orders', stage: '$default' }));
    expect(await get('Reader')).toMatchObject({
      statusCode: 200,
      by: { kind: 'role', account: ACCOUNT, role: 'Reader' },
    });
    expect((await get('Clerk')).statusCode).toBe(200);
    expect((await post('Clerk')).statusCode).toBe(200);
    expect((await post('Reader')).statusCode).toBe(403);
    expect((await get('Administrator')).statusCode).toBe(403);
    expect((await ask(event({ role: 'Reader', stage: 'test' }))).statusCode).toBe(403);
    expect((await ask(event({ stage: '$default' }))).statusCode).toBe(403);
  });

  // Claims of a JWT authorizer come with payload 2.0 and 1.0 in other places: events.ts writes both.
  it.each([
    ['as it is declared', {}, 200],
    ['of another issuer', { iss: 'https://other.example.com' }, 403],
    ['for another client', { client_id: 'other' }, 403],
    ['with another scope', { scope: 'catalogue/write' }, 403],
    ['that is no access token', { token_use: 'id' }, 403],
    ['that is over', { exp: String(NOW / 1000 - 1) }, 403],
  ])('answers a token %s', async (_what, changes, expected) => {
    const claims = { ...CLAIMS, ...changes };
    const ask = asked(api());
    const request = { resource: '/catalogue', path: '/catalogue', stage: '$default', parameters: null };
    const { statusCode, by } = await ask(event({ ...request, claims }));
    expect(statusCode).toBe(expected);
    expect(by?.kind).toBe(expected === 200 ? 'token' : undefined);
    // A token is no role, and opens no endpoint of roles.
    expect((await ask(event({ claims, stage: '$default' }))).statusCode).toBe(403);
    expect((await ask(event({ ...request, role: 'Clerk' }))).statusCode).toBe(403);
  });
});

it('a function behind an HttpApi under guard admits whom it lists', async () => {
  const { stack, reader, clerk, integration } = service();
  const legacy = new apigatewayv2.HttpApi(stack, 'Legacy', { defaultAuthorizer: new HttpIamAuthorizer() });
  legacy.addRoutes({ path: '/orders/{id}', methods: [apigatewayv2.HttpMethod.GET], integration });
  legacy.addRoutes({ path: '/orders', methods: [apigatewayv2.HttpMethod.POST], integration });
  LeastPrivilegeHttpApi.guard(legacy, { 'GET /orders/{id}': [reader], 'POST /orders': [clerk] });
  const ask = asked(stack);
  expect((await ask(httpEvent({ role: 'Reader', stage: '$default' }))).statusCode).toBe(200);
  expect((await ask(httpEvent({ role: 'Clerk', stage: '$default' }))).statusCode).toBe(403);
});
