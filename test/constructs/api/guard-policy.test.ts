import { App } from 'aws-cdk-lib';
import type { CfnResource, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { describe, expect, it } from 'vitest';
import { FunctionIntegration } from '../../../lib/constructs/api/function-integration';
import type { FunctionIntegrationOptions } from '../../../lib/constructs/api/function-integration';
import { declareMethodCallers } from '../../../lib/constructs/api/guard-policy';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { guard } from '../../../lib/runtime';
import type { GuardPolicy } from '../../../lib/runtime';
import { ACCOUNT, restEvent } from '../../runtime/guard/events';
import { integration, newApi, newStack, resources, show, workload } from './support';

function newFunction(stack: Stack, environment: Record<string, string> = {}): lambda.Function {
  return new lambda.Function(stack, 'Handler', {
    runtime: lambda.Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })'),
    environment,
  });
}

function imported(stack: Stack, name: string, path = ''): iam.IRole {
  return iam.Role.fromRoleArn(stack, `Imported${name}`, `arn:aws:iam::${ACCOUNT}:role/${path}${name}`);
}

/** The policy in the environment of the only function, references as `${Name}`. */
function shipped(stack: Stack): GuardPolicy | undefined {
  const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
  const text = Properties.Environment?.Variables?.BULKHEAD_GUARD;
  return text === undefined ? undefined : JSON.parse(show(text));
}

const validate = (stack: Stack, fn: lambda.Function) => () => {
  const errors = fn.node.validate();
  return errors.length > 0 ? errors : stack.node.validate();
};

describe('the policy of a function', () => {
  it('names the callers of its endpoints, by account and name, and nothing of the API', () => {
    const { stack, api, reader, clerk } = newApi();
    const fn = newFunction(stack);
    api.addEndpoint('GET /orders/{id}', { callers: [reader, clerk], integration: new FunctionIntegration(fn) });
    api.addEndpoint('POST /orders', { callers: [clerk], integration: new FunctionIntegration(fn) });
    api.addEndpoint('GET /elsewhere', { callers: [workload(stack, 'Other')], integration });
    const [first, second] = [reader, clerk].map((role) => `${ACCOUNT}/${show(stack.resolve(role.roleName))}`);
    expect(shipped(stack)).toEqual({
      version: 1,
      stage: 'prod',
      callers: [first, second],
      endpoints: { 'GET /orders/{id}': [0, 1], 'POST /orders': [1] },
    });
  });

  it('is what the guard reads: it admits the callers and nobody else', async () => {
    const { stack, api, reader } = newApi({ stageName: 'live' });
    const fn = newFunction(stack);
    const partner = imported(stack, 'Clerk', 'people/');
    api.addEndpoint('GET /orders/{id}', { callers: [reader, partner], integration: new FunctionIntegration(fn) });
    const [name] = (shipped(stack) as GuardPolicy).callers as string[];
    const text = JSON.stringify(shipped(stack)).replace(name, `${ACCOUNT}/Orders-Reader-1A2B`);
    const handler = guard(() => ({ statusCode: 200 }), JSON.parse(text), { log: () => {} });
    const status = async (role: string, stage = 'live') => (await handler(restEvent({ role, stage }), {})).statusCode;
    expect(await status('Orders-Reader-1A2B')).toBe(200);
    expect(await status('Clerk')).toBe(200);
    expect(await status('Orders-Reader')).toBe(403);
    expect(await status('Clerk', 'prod')).toBe(403);
  });

  it('follows an endpoint whose callers are in another stack', () => {
    const app = new App();
    const people = newStack(app, 'People');
    const stack = newStack(app, 'Service');
    const api = new LeastPrivilegeRestApi(stack, 'Api');
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [workload(people, 'Reader')], integration: new FunctionIntegration(fn) });
    const [{ Properties }] = resources(stack, 'AWS::Lambda::Function');
    expect(JSON.stringify(Properties.Environment)).toContain('People:ExportsOutputRefReader');
  });

  it('makes no cycle where a function calls the API of another function that calls it', () => {
    const { stack, api } = newApi();
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [fn.role as iam.IRole], integration: new FunctionIntegration(fn) });
    expect(shipped(stack)?.endpoints).toEqual({ 'GET /': [0] });
  });

  it('reaches the function behind an alias', () => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack);
    const alias = new lambda.Alias(stack, 'Live', { aliasName: 'live', version: fn.currentVersion });
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(alias) });
    expect(shipped(stack)?.endpoints).toEqual({ 'GET /': [0] });
  });

  it.each<[string, FunctionIntegrationOptions | undefined]>([
    ['by default', undefined],
    ['where asked for', { guardPolicy: true }],
  ])('is shipped %s', (_when, options) => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn, options) });
    expect(shipped(stack)).toBeDefined();
  });

  it('stays away where it is not wanted, and where no callers were declared', () => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn, { guardPolicy: false }) });
    expect(shipped(stack)).toBeUndefined();
    const plain = newStack(new App(), 'Plain');
    new apigateway.RestApi(plain, 'Api').root.addMethod('GET', new FunctionIntegration(newFunction(plain)));
    expect(shipped(plain)).toBeUndefined();
  });

  it('leaves the environment of an imported function alone', () => {
    const { stack, api, reader } = newApi();
    const arn = `arn:aws:lambda:eu-west-1:${ACCOUNT}:function:theirs`;
    const fn = lambda.Function.fromFunctionAttributes(stack, 'Theirs', { functionArn: arn, sameEnvironment: true });
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn) });
    expect(resources(stack, 'AWS::Lambda::Function')).toEqual([]);
  });

  it('holds tokens beside roles', () => {
    const stack = newStack();
    const api = new apigateway.RestApi(stack, 'Api');
    const method = api.root.addMethod('GET', new FunctionIntegration(newFunction(stack)));
    const token = { issuer: 'https://issuer.example', audience: ['app'] };
    declareMethodCallers(method, { roles: [imported(stack, 'Clerk')], tokens: [token] });
    expect(shipped(stack)).toMatchObject({
      callers: [`arn:aws:iam::${ACCOUNT}:role/Clerk`, token],
      endpoints: { 'GET /': [0, 1] },
    });
  });
});

describe('a policy that cannot be shipped', () => {
  it('fails the synth where a function answers for two APIs', () => {
    const { stack, api, reader } = newApi();
    const other = new LeastPrivilegeRestApi(stack, 'Other');
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn) });
    const off = new FunctionIntegration(fn, { guardPolicy: false });
    other.addEndpoint('GET /off', { callers: [reader], integration: off });
    expect(validate(stack, fn)()).toEqual([]);
    other.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn) });
    expect(validate(stack, fn)()).toEqual([
      'BH1040: the function answers for two APIs, Orders/Api/RestApi and Orders/Other/RestApi, at Orders/Handler; its guard could not tell whose callers count; give each API a function of its own, or pass `guardPolicy: false` to the FunctionIntegration of one of them',
    ]);
  });

  it('fails the synth with number and limit where it does not fit into the environment', () => {
    const sizes = [40, 60].map((count) => {
      const { stack, api } = newApi();
      const fn = newFunction(stack, { TABLE: 'orders' });
      const callers = Array.from(
        { length: count },
        (_, at) => new iam.Role(stack, `R${at}`, { assumedBy: new iam.AccountRootPrincipal() }),
      );
      api.addEndpoint('GET /', { callers, integration: new FunctionIntegration(fn) });
      return validate(stack, fn)()[0];
    });
    expect(sizes[0]).toBeUndefined();
    expect(sizes[1]).toMatch(
      /^BH1041: the environment of the function is up to 5\d\d\d characters long, 5\d\d\d of them for the 1 endpoints and 60 callers .*; the limit is 4096, at Orders\/Handler/,
    );
  });

  it('counts the other variables of the function', () => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack, { OTHER: 'x'.repeat(4000) });
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn) });
    expect(validate(stack, fn)()[0]).toContain('BH1041: the environment of the function is up to 41');
  });

  it.each<[string, (fn: lambda.Function) => void, string]>([
    ['replaced', (fn) => fn.addEnvironment('BULKHEAD_GUARD', '{}'), 'replaced'],
    [
      'replaced in the template',
      (fn) => (fn.node.defaultChild as CfnResource).addPropertyOverride('Environment.Variables.BULKHEAD_GUARD', '{}'),
      'replaced',
    ],
    [
      'taken away',
      (fn) => (fn.node.defaultChild as CfnResource).addPropertyDeletionOverride('Environment.Variables.BULKHEAD_GUARD'),
      'taken away',
    ],
  ])('fails the synth where it is %s afterwards', (_, change, how) => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack);
    api.addEndpoint('GET /', { callers: [reader], integration: new FunctionIntegration(fn) });
    expect(validate(stack, fn)()).toEqual([]);
    change(fn);
    expect(validate(stack, fn)()).toEqual([
      expect.stringMatching(`^BH1047: the variable \`BULKHEAD_GUARD\` of the function was ${how}, at Orders/Handler`),
    ]);
  });

  it('may be one of the function itself where none is shipped', () => {
    const { stack, api, reader } = newApi();
    const fn = newFunction(stack, { BULKHEAD_GUARD: '{}' });
    const integrationOf = new FunctionIntegration(fn, { guardPolicy: false });
    api.addEndpoint('GET /', { callers: [reader], integration: integrationOf });
    expect(validate(stack, fn)()).toEqual([]);
  });
});
