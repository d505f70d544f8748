import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { GuardDetail } from '../../../lib/constructs/api/guard-detail';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { api23 } from '../../../lib/rules/api/api23-method-not-declared';
import { runRules } from '../../../lib/rules/run-rules';
import { deniedTo, guardOf, integration, newStack, policiesOf, resources, workload } from './support';

function plain(authorizationType = apigateway.AuthorizationType.IAM, cors = false) {
  const stack = newStack(new App());
  const reader = workload(stack, 'Reader');
  const clerk = workload(stack, 'Clerk');
  const api = new apigateway.RestApi(stack, 'Legacy', {
    cloudWatchRole: false,
    defaultMethodOptions: { authorizationType },
    ...(cors ? { defaultCorsPreflightOptions: { allowOrigins: ['https://shop.example.com'] } } : {}),
  });
  const orders = api.root.addResource('orders');
  orders.addMethod('POST', integration);
  orders.addResource('{id}').addMethod('GET', integration);
  return { stack, api, reader, clerk, orders };
}

describe('a plain RestApi under guard', () => {
  it('is called by whom was listed and by nobody else', () => {
    const { stack, api, reader, clerk } = plain();
    LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk], 'GET /orders/{id}': [reader, clerk] });
    expect(deniedTo(stack, reader, 'prod/POST/orders')).not.toEqual([]);
    expect(deniedTo(stack, clerk, 'prod/POST/orders')).toEqual([]);
    expect(deniedTo(stack, undefined, 'prod/GET/orders/1')).not.toEqual([]);
    expect(policiesOf(stack, reader)).toHaveLength(1);
    const [method] = resources(stack, 'AWS::ApiGateway::Method').filter(
      ({ Properties }) => Properties.HttpMethod === 'POST',
    );
    expect(method.Metadata['cdk-bulkhead']).toMatchObject({ endpoint: 'POST /orders', callers: ['Orders/Clerk'] });
  });

  it('keeps its preflights open', () => {
    const { stack, api, reader, clerk } = plain(apigateway.AuthorizationType.IAM, true);
    LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk], 'GET /orders/{id}': [reader] });
    const statements = resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.Policy.Statement;
    expect(statements.filter(({ Effect }: any) => Effect === 'Allow')).toHaveLength(1);
  });

  it('is deployed anew when its callers change', () => {
    const deployment = (callers: number) => {
      const { stack, api, reader, clerk } = plain();
      const list = [clerk, reader].slice(0, callers);
      LeastPrivilegeRestApi.guard(api, { 'POST /orders': list, 'GET /orders/{id}': [reader] });
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
    };
    expect(deployment(1)).not.toBe(deployment(2));
  });

  it('fails the synth where a method was left out, asks for nothing, or is not there', () => {
    const missing = plain();
    LeastPrivilegeRestApi.guard(missing.api, { 'POST /orders': [missing.clerk] });
    expect(() => Template.fromStack(missing.stack)).toThrow(/BH1032: method `GET \/orders\/{id}` has no callers/);

    const open = plain(apigateway.AuthorizationType.NONE);
    LeastPrivilegeRestApi.guard(open.api, { 'POST /orders': [open.clerk], 'GET /orders/{id}': [open.reader] });
    expect(() => Template.fromStack(open.stack)).toThrow(/BH1032: .*has the authorization NONE/);

    const other = plain();
    LeastPrivilegeRestApi.guard(other.api, {
      'POST /orders': [other.clerk],
      'GET /orders/{id}': [other.reader],
      'PUT /orders': [other.clerk],
    });
    expect(() => Template.fromStack(other.stack)).toThrow(/BH1032: .*no such method/);
  });

  it('fails the synth where a method is added afterwards', () => {
    const { stack, api, reader, clerk, orders } = plain();
    LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk], 'GET /orders/{id}': [reader] });
    orders.addMethod('DELETE', integration);
    expect(() => Template.fromStack(stack)).toThrow(/BH1032: method `DELETE \/orders` has no callers/);
  });

  it.each([
    ['a user pool', apigateway.AuthorizationType.COGNITO],
    ['a Lambda authorizer', apigateway.AuthorizationType.CUSTOM],
  ])(
    'leaves methods for tokens to %s: the resource policy lets through who has no principal',
    (_, authorizationType) => {
      const { stack, api, reader, clerk, orders } = plain();
      const authorizer = { authorizerId: 'a1', authorizationType };
      orders.addMethod('GET', integration, { authorizationType, authorizer });
      const callers = { 'POST /orders': [clerk], 'GET /orders/{id}': [reader] };
      LeastPrivilegeRestApi.guard(api, callers, { tokenEndpoints: ['GET /orders'] });
      const statements = resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.Policy.Statement;
      const about = (effect: string) =>
        statements.filter(
          ({ Effect, Resource }: any) => Effect === effect && JSON.stringify(Resource).includes('prod/GET/orders"'),
        );
      expect(about('Allow')).toMatchObject([{ Principal: '*' }]);
      const [strangers] = statements.filter(({ Sid }: any) => Sid === 'OnlyCallers');
      expect(strangers.Condition.Null).toEqual({ 'aws:PrincipalArn': 'false' });
      expect(about('Deny')).toEqual([]);
    },
  );

  it('tells tokens and signatures apart where the pattern of one endpoint matches requests of another', () => {
    const { stack, api, reader, clerk } = plain(apigateway.AuthorizationType.IAM);
    const authorizationType = apigateway.AuthorizationType.COGNITO;
    const parts = api.root.addResource('parts').addResource('{id}');
    parts.addMethod('GET', integration, { authorizationType, authorizer: { authorizerId: 'a1', authorizationType } });
    parts.addResource('refunds').addMethod('GET', integration);
    const callers = { 'POST /orders': [clerk], 'GET /orders/{id}': [reader], 'GET /parts/{id}/refunds': [clerk] };
    const guardDetail = GuardDetail.CALLERS;
    LeastPrivilegeRestApi.guard(api, callers, { tokenEndpoints: ['GET /parts/{id}'], guardDetail });
    const [open] = guardOf(stack).filter(({ Effect }) => Effect === 'Allow');
    expect(open).toMatchObject({ Principal: '*', Condition: { Null: { 'aws:PrincipalArn': 'true' } } });
  });

  it('fails the synth where a method for tokens asks for something else', () => {
    const { stack, api, clerk } = plain();
    LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk] }, { tokenEndpoints: ['GET /orders/{id}'] });
    expect(() => Template.fromStack(stack)).toThrow(/the authorization AWS_IAM, where CUSTOM or COGNITO_USER_POOLS/);
  });

  it('fails the synth where a listed method comes too late to be told', () => {
    const { stack, api, reader, clerk, orders } = plain();
    const callers = { 'POST /orders': [clerk], 'GET /orders/{id}': [reader], 'DELETE /orders': [clerk] };
    LeastPrivilegeRestApi.guard(api, callers);
    orders.addMethod('DELETE', integration);
    expect(() => Template.fromStack(stack)).toThrow(/BH1032: method `DELETE \/orders` was added after `guard`/);
  });

  it('is refused where it has a resource policy, and where it is imported', () => {
    const { stack, api, clerk } = plain();
    api.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['execute-api:Invoke'],
        resources: ['*'],
        principals: [new iam.StarPrincipal()],
      }),
    );
    expect(() => LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk] })).toThrow('BH1031');
    const imported = apigateway.RestApi.fromRestApiId(stack, 'Imported', 'abc') as apigateway.RestApiBase;
    expect(() => LeastPrivilegeRestApi.guard(imported, { 'POST /orders': [clerk] })).toThrow('BH1030');
  });

  it('fails the synth where its resource policy is added to or replaced afterwards', () => {
    const open = { actions: ['execute-api:Invoke'], resources: ['*'], principals: [new iam.StarPrincipal()] };
    const added = plain();
    LeastPrivilegeRestApi.guard(added.api, { 'POST /orders': [added.clerk], 'GET /orders/{id}': [added.reader] });
    added.api.addToResourcePolicy(new iam.PolicyStatement(open));
    expect(() => Template.fromStack(added.stack)).toThrow('BH1031');
    const replaced = plain();
    LeastPrivilegeRestApi.guard(replaced.api, {
      'POST /orders': [replaced.clerk],
      'GET /orders/{id}': [replaced.reader],
    });
    (replaced.api.node.defaultChild as apigateway.CfnRestApi).policy = {};
    expect(() => Template.fromStack(replaced.stack)).toThrow('BH1031');
  });
});

describe('raw overrides after guard', () => {
  const overridden = (change: (made: ReturnType<typeof plain>) => void) => {
    const made = plain();
    LeastPrivilegeRestApi.guard(made.api, { 'POST /orders': [made.clerk], 'GET /orders/{id}': [made.reader] });
    change(made);
    return () => Template.fromStack(made.stack);
  };
  const method = ({ api }: ReturnType<typeof plain>) => api.methods[0].node.defaultChild as apigateway.CfnMethod;
  const resource = ({ api }: ReturnType<typeof plain>) => api.node.defaultChild as apigateway.CfnRestApi;
  const all = { Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] };

  it.each<[string, (made: ReturnType<typeof plain>) => void, RegExp]>([
    [
      'of the authorization of a method',
      (made) => method(made).addPropertyOverride('AuthorizationType', 'NONE'),
      /BH1032: .*`POST \/orders` has the authorization NONE/,
    ],
    [
      'of the verb of a method',
      (made) => method(made).addPropertyOverride('HttpMethod', 'ANY'),
      /BH1032: method `ANY \/orders` has no callers/,
    ],
    ['of the policy', (made) => resource(made).addPropertyOverride('Policy', all), /BH1031/],
    [
      'of a statement of it',
      (made) => resource(made).addPropertyOverride('Policy.Statement.0.Effect', 'Allow'),
      /BH1031/,
    ],
    ['that take the policy away', (made) => resource(made).addPropertyDeletionOverride('Policy'), /BH1031/],
  ])('fail the synth: %s', (_, change, expected) => {
    expect(overridden(change)).toThrow(expected);
  });

  it('of something else do not', () => {
    expect(overridden((made) => resource(made).addPropertyOverride('Description', 'orders'))).not.toThrow();
  });
});

describe('an API of a specification under guard', () => {
  const sigv4 = {
    components: {
      securitySchemes: {
        sigv4: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
        token: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
      },
    },
  };
  const mock = { 'x-amazon-apigateway-integration': { type: 'mock' } };
  const signed = { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' }, ...mock };

  function specified(paths: unknown, more: object = sigv4, props: object = {}) {
    const stack = newStack(new App());
    const clerk = workload(stack, 'Clerk');
    const api = new apigateway.SpecRestApi(stack, 'Spec', {
      apiDefinition: apigateway.ApiDefinition.fromInline({ openapi: '3.0.1', info: {}, paths, ...more }),
      cloudWatchRole: false,
      ...props,
    });
    LeastPrivilegeRestApi.guard(api, { 'POST /orders': [clerk] });
    return { stack, clerk };
  }

  it.each<[string, object]>([
    ['an extension', signed],
    ['a security scheme', { security: [{ sigv4: [] }], ...mock }],
  ])('gets the same resource policy where its operations ask for AWS_IAM by %s', (_, post) => {
    const { stack, clerk } = specified({ '/orders': { post, options: mock } });
    expect(deniedTo(stack, undefined, 'prod/POST/orders')).not.toEqual([]);
    expect(deniedTo(stack, clerk, 'prod/POST/orders')).toEqual([]);
    const statements = resources(stack, 'AWS::ApiGateway::RestApi')[0].Properties.Policy.Statement;
    expect(statements.filter(({ Effect }: any) => Effect === 'Allow')).toMatchObject([
      { Resource: 'execute-api:/prod/OPTIONS/orders' },
    ]);
  });

  it.each<[string, unknown, RegExp]>([
    ['is not listed', { '/orders': { post: signed, get: signed } }, /`GET \/orders` has no callers/],
    [
      'takes every method',
      { '/orders': { 'x-amazon-apigateway-any-method': signed } },
      /`ANY \/orders` has no callers/,
    ],
    ['asks for nothing', { '/orders': { post: mock } }, /has the authorization NONE/],
    ['asks at the root only', { '/orders': { post: { security: [], ...mock } } }, /has the authorization NONE/],
    ['takes tokens', { '/orders': { post: { security: [{ token: [] }] } } }, /has the authorization custom/],
    ['asks or not', { '/orders': { post: { security: [{ sigv4: [] }, {}] } } }, /awsSigv4 or NONE/],
    ['takes either', { '/orders': { post: { security: [{ sigv4: [] }, { token: [] }] } } }, /awsSigv4 or custom/],
    ['is not there', { '/orders': { options: mock } }, /`POST \/orders` is declared but the API has no such method/],
    ['is elsewhere', { '/orders': { $ref: '#/x' } }, /cannot be read: what `\/orders` has is not written out/],
    ['is computed', { 'Fn::Transform': { Name: 'AWS::Include' } }, /cannot be read: its paths are not written out/],
  ])('fails the synth where an operation %s', (_, paths, message) => {
    const { stack } = specified(paths, { ...sigv4, security: [{ sigv4: [] }] });
    expect(() => Template.fromStack(stack)).toThrow(message);
  });

  it('tells the rules who was declared, by operation', () => {
    const { stack } = specified({ '/orders': { post: signed, options: mock } });
    const [{ Metadata }] = resources(stack, 'AWS::ApiGateway::RestApi');
    expect(Metadata['cdk-bulkhead']).toEqual({
      kind: 'api',
      path: 'Orders/Spec',
      stage: 'prod',
      operations: [{ endpoint: 'POST /orders', callers: ['Orders/Clerk'] }],
    });
  });

  it('is refused where the definition holds a resource policy', () => {
    expect(() => specified({}, { 'x-amazon-apigateway-policy': { Statement: [] } })).toThrow('BH1031');
  });

  it('fails the synth where a parameter moves its paths', () => {
    const { stack } = specified({ '/orders': { post: signed } }, sigv4, { parameters: { basepath: 'prepend' } });
    expect(() => Template.fromStack(stack)).toThrow(/BH1032: .*`basepath`/);
  });
});

describe('a SpecRestApi whose definition is a file, under guard', () => {
  const folders: string[] = [];
  afterAll(() => folders.forEach((each) => rmSync(each, { recursive: true, force: true })));

  const get = { 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } };
  const token = { 'x-amazon-apigateway-auth': { type: 'COGNITO_USER_POOLS' } };
  const document = (paths: object, more: object = {}) =>
    JSON.stringify({ openapi: '3.0.1', info: { title: 'x', version: '1' }, paths, ...more });
  const guarded = (text: string, options: object = {}) => {
    const folder = mkdtempSync(join(tmpdir(), 'bulkhead-guarded-'));
    folders.push(folder);
    const file = join(folder, 'api.txt');
    writeFileSync(file, text);
    const stack = newStack(new App({ outdir: join(folder, 'cdk.out') }));
    const apiDefinition = apigateway.ApiDefinition.fromAsset(file);
    const api = new apigateway.SpecRestApi(stack, 'Spec', { apiDefinition, cloudWatchRole: false });
    LeastPrivilegeRestApi.guard(api, { 'GET /orders': [workload(stack, 'Reader')] }, options);
    return stack;
  };
  const all = { '/orders': { get }, '/catalogue': { get: token } };

  it.each([
    ['JSON', document({ '/orders': { get } })],
    ['YAML', 'openapi: 3.0.1\npaths:\n  /orders:\n    get:\n      x-amazon-apigateway-auth: { type: AWS_IAM }\n'],
  ])('is compared with the list, in %s', (_, text) => {
    const [{ Metadata }] = resources(guarded(text), 'AWS::ApiGateway::RestApi');
    expect(Metadata['cdk-bulkhead'].operations).toEqual([{ endpoint: 'GET /orders', callers: ['Orders/Reader'] }]);
  });

  it.each<[string, string, RegExp]>([
    ['has a method that nobody listed', document(all), /BH1032: method `GET \/catalogue` has no callers/],
    ['lacks one', document({ '/else': { get } }), /BH1032: method `GET \/orders` is declared but the API has no such/],
    [
      'asks for nothing',
      document({ '/orders': { get: {} } }),
      /BH1032: method `GET \/orders` has the authorization NONE/,
    ],
    [
      'cannot be read',
      'paths: [',
      /BH1032: method `\(all\)` cannot be read: its definition in `.*api\.txt` is neither/,
    ],
  ])('fails the synth where it %s', (_, text, message) => {
    expect(() => Template.fromStack(guarded(text))).toThrow(message);
  });

  it('is refused where it holds a resource policy', () => {
    const policy = { 'x-amazon-apigateway-policy': { Statement: [] } };
    expect(() => guarded(document({ '/orders': { get } }, policy))).toThrow('BH1031');
  });

  it('declares what is called with tokens, too, for the rules', () => {
    const stack = guarded(document(all), { tokenEndpoints: ['GET /catalogue'] });
    const body = Template.fromStack(stack).toJSON();
    const [{ Metadata }] = resources(stack, 'AWS::ApiGateway::RestApi');
    expect(Metadata['cdk-bulkhead'].operations).toContainEqual({ endpoint: 'GET /catalogue', callers: [] });
    // As the checks read it: the file in the place of its address in S3.
    const [api] = Object.values<any>(body.Resources).filter(({ Type }) => Type === 'AWS::ApiGateway::RestApi');
    delete api.Properties.BodyS3Location;
    api.Properties.Body = JSON.parse(document(all));
    expect(runRules(snapshotOf([{ name: 'Orders', file: '', body }]), [api23])).toEqual([]);
  });
});
