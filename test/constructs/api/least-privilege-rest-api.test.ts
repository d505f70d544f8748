import { App } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import {
  allowedTo,
  deniedTo,
  guardOf,
  integration,
  list,
  newApi,
  newStack,
  policiesOf,
  resources,
  show,
  workload,
} from './support';

const ARN = 'arn:${AWS::Partition}:execute-api:eu-west-1:111122223333';

function orders() {
  const it = newApi();
  it.api.addEndpoint('GET /orders/{id}', { callers: [it.reader, it.clerk], integration });
  it.api.addEndpoint('POST /orders', { callers: [it.clerk], integration, highValue: true });
  return it;
}

describe('every method', () => {
  it('asks for AWS_IAM, also where a default says otherwise', () => {
    const { stack, api, reader } = newApi();
    Object.assign(api.restApi.root, { defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.NONE } });
    api.addEndpoint('GET /', { callers: [reader], integration });
    api.addEndpoint('GET /orders', { callers: [reader], integration });
    const methods = resources(stack, 'AWS::ApiGateway::Method');
    expect(methods.map(({ Properties }) => Properties.AuthorizationType)).toEqual(['AWS_IAM', 'AWS_IAM']);
  });

  it('is validated', () => {
    const { stack } = orders();
    const [validator] = resources(stack, 'AWS::ApiGateway::RequestValidator');
    expect(validator.Properties).toMatchObject({ ValidateRequestBody: true, ValidateRequestParameters: true });
    for (const { Properties } of resources(stack, 'AWS::ApiGateway::Method')) {
      expect(Properties.RequestValidatorId).toHaveProperty('Ref');
    }
  });

  it('holds its body to the model, whatever content type the client names', () => {
    const { stack, api, clerk } = newApi();
    const requestModel = api.restApi.addModel('Order', {
      schema: { type: apigateway.JsonSchemaType.OBJECT, required: ['item'] },
    });
    api.addEndpoint('POST /orders', { callers: [clerk], integration, requestModel });
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::Method');
    expect(Object.keys(Properties.RequestModels)).toEqual(['$default']);
  });

  it('asks for a key of the API besides its callers, where that was declared, and for none otherwise', () => {
    const { stack, api, clerk } = orders();
    api.addEndpoint('GET /metered', { callers: [clerk], integration, apiKeyRequired: true });
    const keyed = resources(stack, 'AWS::ApiGateway::Method').filter(({ Properties }) => Properties.ApiKeyRequired);
    expect(keyed).toHaveLength(1);
    expect(keyed[0].Properties).toMatchObject({ HttpMethod: 'GET', AuthorizationType: 'AWS_IAM' });
    expect(api.accessMatrix().filter(({ apiKeyRequired }: any) => apiKeyRequired)).toMatchObject([
      { endpoint: 'GET /metered', callers: ['Orders/Clerk'] },
    ]);
  });

  it('declares in the template who calls it', () => {
    const { stack } = orders();
    const found = resources(stack, 'AWS::ApiGateway::Method').map(({ Metadata }) => Metadata['cdk-bulkhead']);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual({
      kind: 'endpoint',
      api: 'Orders/Api',
      endpoint: 'POST /orders',
      callers: ['Orders/Clerk'],
      highValue: true,
    });
    expect(found).toContainEqual({
      kind: 'endpoint',
      api: 'Orders/Api',
      endpoint: 'GET /orders/{id}',
      callers: ['Orders/Reader', 'Orders/Clerk'],
      highValue: false,
    });
    expect(resources(stack, 'AWS::ApiGateway::RestApi')[0].Metadata['cdk-bulkhead']).toEqual({
      kind: 'api',
      path: 'Orders/Api',
      stage: 'prod',
    });
  });
});

describe('the identity policy of a caller', () => {
  it('names exactly its endpoints, with API, stage and verb', () => {
    const { stack, reader, clerk, api } = orders();
    const id = `\${${stack.resolve(api.restApi.restApiId).Ref}}`;
    const allowed = (role: iam.IRole) =>
      policiesOf(stack, role).flatMap((each) => (each.Effect === 'Allow' ? list(each.Resource) : []));
    expect(allowed(reader)).toEqual([`${ARN}:${id}/prod/GET/orders/*`]);
    expect(allowed(clerk).sort()).toEqual([`${ARN}:${id}/prod/GET/orders/*`, `${ARN}:${id}/prod/POST/orders`]);
    for (const each of [...policiesOf(stack, reader), ...policiesOf(stack, clerk)]) {
      expect(each.Action).toBe('execute-api:Invoke');
    }
  });

  it('has its effect within the boundary, which names endpoints of this stage and no API', () => {
    const { stack, reader } = orders();
    const boundary = stack.resolve(reader.boundary.document).Statement;
    const invoke = boundary.filter((each: any) => each.Action === 'execute-api:Invoke');
    expect(invoke.flatMap((each: any) => list(each.Resource))).toEqual([`${ARN}:*/prod/GET/orders/*`]);
  });

  it('is given to an imported role too', () => {
    const { stack, api } = newApi();
    const role = iam.Role.fromRoleArn(stack, 'Imported', 'arn:aws:iam::111122223333:role/legacy', { mutable: false });
    api.addEndpoint('GET /orders', { callers: [role], integration });
    const [policy] = resources(stack, 'AWS::IAM::Policy');
    expect(policy.Properties.Roles).toEqual(['legacy']);
    expect(list(guardOf(stack)[0].Condition.StringNotEquals['aws:PrincipalArn'])).toEqual([
      'arn:aws:iam::111122223333:role/legacy',
    ]);
  });
});

describe('the resource policy', () => {
  it('denies each endpoint to everyone who is not its caller, the anonymous included', () => {
    const { stack, reader, clerk } = orders();
    const stranger = workload(stack, 'Stranger');
    expect(deniedTo(stack, clerk, 'prod/POST/orders')).toEqual([]);
    expect(deniedTo(stack, clerk, 'prod/GET/orders/1')).toEqual([]);
    expect(deniedTo(stack, reader, 'prod/GET/orders/1')).toEqual([]);
    expect(deniedTo(stack, reader, 'prod/POST/orders')).not.toEqual([]);
    for (const request of ['prod/GET/orders/1', 'prod/POST/orders', 'prod/GET/', 'test-invoke-stage/POST/orders']) {
      expect(deniedTo(stack, stranger, request)).not.toEqual([]);
      expect(deniedTo(stack, undefined, request)).not.toEqual([]);
    }
  });

  it('tells callers by the ARN of their role alone', () => {
    const { stack, reader, clerk } = orders();
    const [everyone] = guardOf(stack).filter(
      (each) => each.Resource === 'execute-api:/*' && each.Condition?.StringNotEquals,
    );
    expect(everyone).toMatchObject({ Effect: 'Deny', Principal: '*', Action: 'execute-api:Invoke' });
    expect(Object.keys(everyone.Condition)).toEqual(['StringNotEquals']);
    expect(list(everyone.Condition.StringNotEquals['aws:PrincipalArn']).sort()).toEqual(
      [reader, clerk].map((role) => show(stack.resolve(role.roleArn))).sort(),
    );
  });

  it('denies plain HTTP', () => {
    expect(guardOf(orders().stack)).toContainEqual({
      Sid: 'OnlyTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 'execute-api:Invoke',
      Resource: 'execute-api:/*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });

  it('denies the invalidation of caches and the management of connections to everyone', () => {
    expect(guardOf(orders().stack)).toContainEqual({
      Sid: 'NoCacheOrConnections',
      Effect: 'Deny',
      Principal: '*',
      Action: ['execute-api:InvalidateCache', 'execute-api:ManageConnections'],
      Resource: 'execute-api:/*',
    });
  });

  it('allows nothing', () => {
    expect(guardOf(orders().stack).filter((each) => each.Effect !== 'Deny')).toEqual([]);
  });

  it('deploys the stage anew when it changes', () => {
    const deployment = (extra: boolean) => {
      const { stack, api, reader, clerk } = newApi();
      api.addEndpoint('GET /orders', { callers: extra ? [reader, clerk] : [reader], integration });
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
    };
    expect(deployment(false)).not.toBe(deployment(true));
    expect(deployment(true)).toBe(deployment(true));
  });

  it('deploys the stage anew when it names another role of the same logical id, or a renamed one', () => {
    const deployment = (caller: string, roleName?: string) => {
      const app = new App();
      const roles = ['One', 'Two'].map((id) => workload(newStack(app, id), 'Clerk'));
      if (roleName !== undefined) (roles[0].node.defaultChild as iam.CfnRole).roleName = roleName;
      const stack = newStack(app, 'Orders');
      const callers = roles.filter((role) => role.node.path.startsWith(caller));
      new LeastPrivilegeRestApi(stack, 'Api').addEndpoint('GET /', { callers, integration });
      return Object.keys(Template.fromStack(stack).findResources('AWS::ApiGateway::Deployment'))[0];
    };
    expect(new Set([deployment('One'), deployment('Two'), deployment('One', 'renamed')]).size).toBe(3);
  });

  it('fails the synth with number and limit where it is too large', () => {
    const { stack, api } = newApi();
    const callers = Array.from({ length: 90 }, (_, index) => workload(stack, `Caller${index}`));
    api.addEndpoint('GET /orders', { callers, integration });
    expect(() => Template.fromStack(stack)).toThrow(
      /BH1021: the resource policy is up to \d+ characters long, the limit is 8192, at Orders\/Api;.*split the API/,
    );
  });
});

describe('paths that overlap', () => {
  function overlapping() {
    const it = newApi();
    it.api.addEndpoint('GET /orders/{id}', { callers: [it.reader], integration });
    it.api.addEndpoint('GET /orders/{id}/refunds', { callers: [it.clerk], integration });
    it.api.addEndpoint('GET /orders/export', { callers: [it.clerk], integration });
    return it;
  }

  it.each([
    ['prod/GET/orders/1', true, false],
    ['prod/GET/orders/1/refunds', false, true],
    ['prod/GET/orders/export', false, true],
  ])('keep their own callers: %s', (request, forReader, forClerk) => {
    const { stack, reader, clerk } = overlapping();
    expect(allowedTo(stack, reader, request)).toBe(forReader);
    expect(allowedTo(stack, clerk, request)).toBe(forClerk);
  });

  it('stay closed by the resource policy alone, where a role is allowed everything elsewhere', () => {
    const { stack, reader } = overlapping();
    expect(deniedTo(stack, reader, 'prod/GET/orders/1')).toEqual([]);
    expect(deniedTo(stack, reader, 'prod/GET/orders/1/refunds')).not.toEqual([]);
    expect(deniedTo(stack, reader, 'prod/GET/orders/export')).not.toEqual([]);
  });

  it('are refused at once where nobody knows which of them serves a request', () => {
    const { api, reader, clerk } = newApi();
    api.addEndpoint('GET /{tenant}/orders', { callers: [reader], integration });
    api.addEndpoint('POST /admin/{item}', { callers: [clerk], integration });
    expect(() => api.addEndpoint('GET /admin/{item}', { callers: [clerk], integration })).toThrow(
      /BH1013: .*`GET \/admin\/orders`.*, at Orders\/Api;.*change/,
    );
  });
});

describe('what no policy can say', () => {
  it('fails the synth where a caller could not be kept from an endpoint', () => {
    const { stack, api, reader, clerk } = newApi();
    api.addEndpoint('GET /orders/{id}', { callers: [reader], integration });
    api.addEndpoint('GET /orders/{id}/refunds/{refund}', { callers: [clerk], integration });
    api.addEndpoint('GET /orders/{id}/refunds/{refund}/receipt', { callers: [reader], integration });
    expect(() => Template.fromStack(stack)).toThrow(
      /BH1014: `Orders\/Reader` is no caller of `GET \/orders\/{id}\/refunds\/{refund}`.*, at Orders\/Api/,
    );
  });
});

describe('addEndpoint', () => {
  it('refuses an endpoint without callers', () => {
    expect(() => newApi().api.addEndpoint('GET /orders', { callers: [], integration })).toThrow(
      'BH1003: endpoint `GET /orders` has no callers, at Orders/Api; nobody could call it; list at least one role in `callers`',
    );
  });

  it('refuses a duplicate', () => {
    const { api, clerk } = orders();
    expect(() => api.addEndpoint('POST /orders', { callers: [clerk], integration })).toThrow('BH1004');
  });

  it('refuses two names for a parameter in one place', () => {
    const { api, clerk } = orders();
    expect(() => api.addEndpoint('PUT /orders/{orderId}', { callers: [clerk], integration })).toThrow(
      'BH1007: endpoint `PUT /orders/{orderId}` has `{orderId}` where another endpoint has `{id}`',
    );
  });

  it('refuses a caller that is listed twice', () => {
    const { api, clerk } = newApi();
    expect(() => api.addEndpoint('GET /', { callers: [clerk, clerk], integration })).toThrow('BH1005');
  });

  it('refuses a caller that is listed twice by two imports', () => {
    const { stack, api } = newApi();
    const callers = ['One', 'Two'].map((id) =>
      iam.Role.fromRoleArn(stack, id, 'arn:aws:iam::111122223333:role/legacy'),
    );
    expect(() => api.addEndpoint('GET /', { callers, integration })).toThrow('BH1005');
  });

  it('refuses a caller of another account', () => {
    const { stack, api } = newApi();
    const role = iam.Role.fromRoleArn(stack, 'Foreign', 'arn:aws:iam::999988887777:role/foreign');
    expect(() => api.addEndpoint('GET /', { callers: [role], integration })).toThrow('BH1008');
  });

  it('refuses ANY', () => {
    const { api, clerk } = newApi();
    expect(() => api.addEndpoint('ANY /', { callers: [clerk], integration })).toThrow('BH1002');
  });

  it('refuses a throttle of zero', () => {
    const { api, clerk } = newApi();
    const throttle = { rateLimit: 0 };
    expect(() => api.addEndpoint('GET /', { callers: [clerk], integration, throttle })).toThrow('BH1012');
  });
});

describe('a method that is added to the API underneath', () => {
  it('fails the synth', () => {
    const { stack, api } = orders();
    api.restApi.root.addMethod('PUT', integration);
    expect(() => Template.fromStack(stack)).toThrow('BH1009: method `PUT /` was added without callers, at Orders/Api');
  });
});

describe('the stage', () => {
  const settings = (stack: Stack) => resources(stack, 'AWS::ApiGateway::Stage')[0].Properties;

  it('is traced, measured and throttled, and logs no data', () => {
    const { stack } = orders();
    expect(settings(stack)).toMatchObject({ StageName: 'prod', TracingEnabled: true });
    expect(settings(stack).MethodSettings).toEqual([
      {
        HttpMethod: '*',
        ResourcePath: '/*',
        MetricsEnabled: true,
        DataTraceEnabled: false,
        LoggingLevel: 'OFF',
        CachingEnabled: false,
        ThrottlingRateLimit: 100,
        ThrottlingBurstLimit: 200,
      },
    ]);
  });

  it('throttles one endpoint apart, with all other settings kept', () => {
    const { stack, api, clerk } = newApi({ throttle: { rateLimit: 50 } });
    const throttle = { rateLimit: 5, burstLimit: 10 };
    api.addEndpoint('POST /orders/{id}/refunds', { callers: [clerk], integration, throttle });
    const [common, single] = settings(stack).MethodSettings;
    expect(common).toMatchObject({ ThrottlingRateLimit: 50, ThrottlingBurstLimit: 200 });
    expect(single).toEqual({
      ...common,
      HttpMethod: 'POST',
      ResourcePath: '/~1orders~1{id}~1refunds',
      ThrottlingRateLimit: 5,
      ThrottlingBurstLimit: 10,
    });
  });

  it.each(['*', 'test-invoke-stage', 'a/b', ''])('is refused with the name `%s`', (stageName) => {
    expect(() => newApi({ stageName })).toThrow('BH1011');
  });

  it('is regional and leaves the account-wide CloudWatch role alone', () => {
    const { stack } = orders();
    const [{ Properties }] = resources(stack, 'AWS::ApiGateway::RestApi');
    expect(Properties.EndpointConfiguration.Types).toEqual(['REGIONAL']);
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Account', 0);
  });

  it('sets the account-wide CloudWatch role where asked', () => {
    const { stack, api, clerk } = newApi({ cloudWatchRole: true });
    api.addEndpoint('GET /', { callers: [clerk], integration });
    Template.fromStack(stack).resourceCountIs('AWS::ApiGateway::Account', 1);
  });

  it('keeps two stages apart in policies and boundaries', () => {
    const stack = newStack();
    const tester = workload(stack, 'Tester');
    const reader = workload(stack, 'Reader');
    const dev = new LeastPrivilegeRestApi(stack, 'Dev', { stageName: 'dev' });
    const prod = new LeastPrivilegeRestApi(stack, 'Prod', { stageName: 'prod' });
    dev.addEndpoint('GET /orders', { callers: [tester], integration });
    prod.addEndpoint('GET /orders', { callers: [reader], integration });
    expect(JSON.stringify(stack.resolve(tester.boundary.document))).not.toContain('/prod/');
    expect(JSON.stringify(policiesOf(stack, tester))).not.toContain('/prod/');
    expect(JSON.stringify(policiesOf(stack, reader))).not.toContain('/dev/');
  });
});

describe('callers in another stack', () => {
  it('are named by both stacks without a cycle', () => {
    const app = new App();
    const people = newStack(app, 'People');
    const stack = newStack(app, 'Orders');
    const clerk = workload(people, 'Clerk');
    const reader = workload(people, 'Reader');
    const api = new LeastPrivilegeRestApi(stack, 'Api');
    api.addEndpoint('GET /orders/{id}', { callers: [reader], integration });
    api.addEndpoint('POST /orders', { callers: [clerk], integration });
    app.synth();
    expect(stack.dependencies).toEqual([people]);
    expect(people.dependencies).toEqual([]);
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 2);
    Template.fromStack(people).resourceCountIs('AWS::IAM::Policy', 0);
    expect(JSON.stringify(people.resolve(clerk.boundary.document))).toContain('/prod/POST/orders');
    expect(JSON.stringify(people.resolve(clerk.boundary.document))).not.toContain('/GET/');
  });

  it('are told apart where their logical ids are the same', () => {
    const app = new App();
    const [one, two] = [newStack(app, 'One'), newStack(app, 'Two')].map((stack) => workload(stack, 'Clerk'));
    const stack = newStack(app, 'Orders');
    new LeastPrivilegeRestApi(stack, 'Api').addEndpoint('GET /', { callers: [one, two], integration });
    const [guard] = guardOf(stack);
    expect(new Set(list(guard.Condition.StringNotEquals['aws:PrincipalArn'])).size).toBe(2);
  });
});
