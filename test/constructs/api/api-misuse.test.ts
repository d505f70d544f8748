import { App, Aws, CfnParameter, Duration, Stack } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { LeastPrivilegeRestApiProps } from '../../../lib/constructs/api/least-privilege-rest-api-props';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { env, integration, newApi, newStack, workload } from './support';

const OWN = 'arn:aws:iam::111122223333:role/';
const url = new HttpUrlIntegration('Url', 'https://backend.example.com');
const httpApi = (props: object = {}) => {
  const stack = newStack();
  return { stack, reader: workload(stack, 'Reader'), api: new LeastPrivilegeHttpApi(stack, 'Api', props) };
};

describe('what stands before an API', () => {
  const certificate = (stack: Stack, arn: string) => acm.Certificate.fromCertificateArn(stack, 'Certificate', arn);
  const inEurope = 'arn:aws:acm:eu-west-1:111122223333:certificate/c';

  it.each([
    ['no ARN', 'my-acl', /is no web ACL/],
    ['one of CloudFront', 'arn:aws:wafv2:us-east-1:111122223333:global/webacl/own/1', /of CloudFront/],
    [
      'one of another region',
      'arn:aws:wafv2:us-east-1:111122223333:regional/webacl/own/1',
      /another region.*eu-west-1/,
    ],
    ['one of WAF Classic', 'arn:aws:waf-regional:eu-west-1:111122223333:webacl/1', /WAF Classic/],
    ['a rule group', 'arn:aws:wafv2:eu-west-1:111122223333:regional/rulegroup/own/1', /is no web ACL/],
  ])('is no web ACL that is %s', (_, webAclArn, why) => {
    expect(() => newApi({ webAclArn })).toThrow(/BH1029: `webAclArn`/);
    expect(() => newApi({ webAclArn })).toThrow(why);
  });

  it('is a web ACL that is known only at deployment', () => {
    const webAclArn = new CfnParameter(newStack(), 'Acl').valueAsString;
    expect(() => newApi({ webAclArn })).not.toThrow();
  });

  it.each([
    [
      'arn:aws:acm:us-east-1:111122223333:certificate/c',
      /BH1029: the `certificate`.*us-east-1, the API in eu-west-1.*edge/,
    ],
    [
      'arn:aws:iam::111122223333:server-certificate/c',
      /BH1029: the `certificate`.*no certificate of AWS Certificate Manager/,
    ],
  ])('is no certificate of %s', (arn, message) => {
    const domain = (stack: Stack) => ({ name: 'api.example.com', certificate: certificate(stack, arn) });
    const [rest, http] = [newStack(), newStack()];
    expect(() => new LeastPrivilegeRestApi(rest, 'Api', { domain: domain(rest) })).toThrow(message);
    expect(() => new LeastPrivilegeHttpApi(http, 'Api', { domain: domain(http) })).toThrow(message);
  });

  it('is no certificate that another stack makes elsewhere, and one of the region or of a stack without any', () => {
    const app = new App();
    const abroad = new Stack(app, 'Abroad', { env: { ...env, region: 'us-east-1' }, crossRegionReferences: true });
    const made = new acm.Certificate(abroad, 'Made', { domainName: 'api.example.com' });
    const named = (certificateOf: acm.ICertificate) => ({
      domain: { name: 'api.example.com', certificate: certificateOf },
    });
    const stack = newStack(app);
    expect(() => new LeastPrivilegeRestApi(stack, 'Api', named(made))).toThrow('BH1029');
    expect(() => new LeastPrivilegeRestApi(stack, 'Good', named(certificate(stack, inEurope)))).not.toThrow();
    const anywhere = new Stack();
    expect(() => new LeastPrivilegeRestApi(anywhere, 'Api', named(certificate(anywhere, inEurope)))).not.toThrow();
  });

  it.each([
    ['*', /every origin/],
    ['https://*.example.com', /any page under it/],
    ['null', /sandboxed frame/],
    ['http://shop.example.com', /stands between/],
    ['http://localhost:3000', /stands between/],
    ['https://shop.example.com/', /no browser sends/],
    ['shop.example.com', /no browser sends/],
  ])('is no CORS for the origin `%s`', (origin, why) => {
    const props = { cors: { allowOrigins: ['https://good.example.com', origin] } };
    for (const make of [() => newApi(props), () => httpApi(props)]) {
      expect(make).toThrow('BH1026: `cors` allows');
      expect(make).toThrow(why);
    }
  });

  it('is CORS for origins by https, with a port too', () => {
    const props = { cors: { allowOrigins: ['https://good.example.com', 'https://good.example.com:8443'] } };
    expect(() => newApi(props)).not.toThrow();
    expect(() => httpApi(props)).not.toThrow();
  });

  it('answers preflights itself, or leaves OPTIONS to an endpoint', () => {
    const cors = { allowOrigins: ['https://good.example.com'] };
    const message = /BH1026: endpoint `OPTIONS \/a` is declared, and `cors` answers OPTIONS/;
    const rest = newApi({ cors });
    expect(() => rest.api.addEndpoint('OPTIONS /a', { callers: [rest.reader], integration })).toThrow(message);
    const http = httpApi({ cors });
    expect(() => http.api.addEndpoint('OPTIONS /a', { callers: [http.reader], integration: url })).toThrow(message);
    const open = newApi();
    expect(() => open.api.addEndpoint('OPTIONS /a', { callers: [open.reader], integration })).not.toThrow();
  });
});

describe('what answers an endpoint', () => {
  it('is not called by plain HTTP, unless within a network', () => {
    const { api, reader: caller } = newApi();
    const plain = 'http://backend.example.com';
    const options = { callers: [caller] };
    const message = /BH1019: the integration of endpoint `GET \/a` is called by plain HTTP/;
    expect(() => api.addEndpoint('GET /a', { ...options, integration: new apigateway.HttpIntegration(plain) })).toThrow(
      message,
    );
    const vpcLink = apigateway.VpcLink.fromVpcLinkId(api, 'Link', 'vl1');
    const inside = new apigateway.HttpIntegration(plain, {
      options: { connectionType: apigateway.ConnectionType.VPC_LINK, vpcLink },
    });
    expect(() => api.addEndpoint('GET /b', { ...options, integration: inside })).not.toThrow();
    const http = httpApi();
    const http1 = { callers: [http.reader], integration: new HttpUrlIntegration('Plain', plain) };
    expect(() => http.api.addEndpoint('GET /a', http1)).toThrow(message);
    expect(() => http.api.addEndpoint('GET /b', { ...http1, integration: url })).not.toThrow();
  });

  it('is there', () => {
    const { api, reader } = newApi();
    expect(() => api.addEndpoint('GET /a', { callers: [reader] } as never)).toThrow(
      /BH1037: endpoint `GET \/a` has no integration/,
    );
    expect(() => api.addEndpoint('GET /a', undefined as never)).toThrow('BH1037');
    expect(() => httpApi().api.addEndpoint('GET /a', undefined as never)).toThrow('BH1037');
  });
});

describe('the name of an endpoint', () => {
  it('has a reason for a wildcard where it has one', () => {
    const { api, reader } = newApi();
    const options = { callers: [reader], integration, wildcardReason: 'all of it' };
    expect(() => api.addEndpoint('GET /a/{id}', options)).toThrow(/BH1006: .*`wildcardReason` and no greedy segment/);
    const http = httpApi();
    expect(() => http.api.addEndpoint('GET /a', { ...options, callers: [http.reader], integration: url })).toThrow(
      'BH1006',
    );
  });

  it('cannot take the parameter of another: what to do instead can be done', () => {
    const { api, reader } = newApi();
    const options = { callers: [reader], integration };
    api.addEndpoint('GET /a/{id}', options);
    expect(() => api.addEndpoint('GET /a/{name}', options)).toThrow(
      /BH1007: .*list all callers of both at `GET \/a\/\{id\}`/,
    );
    expect(() => api.addEndpoint('PUT /a/{name}', options)).toThrow(/BH1007: .*name it `\{id\}` in both/);
    const all = { ...options, wildcardReason: 'files' };
    expect(() => api.addEndpoint('GET /a/{rest+}', all)).toThrow(
      /BH1007: .*one by one, with `\{rest\}` in place of the greedy/,
    );
    expect(() => api.addEndpoint('PUT /a/{id}', options)).not.toThrow();
  });

  it('that takes its place is one of the app, or says where else it is', () => {
    const replaced = (replacedBy: string, props: LeastPrivilegeRestApiProps = {}) => {
      const { stack, api, reader } = newApi(props);
      api.addEndpoint('GET /a', { callers: [reader], integration, replacedBy, lastDay: '2027-01-31' });
      new LeastPrivilegeRestApi(stack, 'V2').addEndpoint('GET /b/{id}', { callers: [reader], integration });
      return () => Template.fromStack(stack);
    };
    expect(replaced('GET /c')).toThrow(
      /BH1027: endpoint `GET \/a` is replaced by `GET \/c`, which no API of the app has/,
    );
    expect(replaced('PUT /b/{id}')).toThrow('BH1027');
    expect(replaced('GET /v2/b/{id}')).not.toThrow();
    expect(replaced('GET https://next.example.com/c')).not.toThrow();
    expect(() => replaced('GET http://next.example.com/c')).toThrow('BH1001');
    expect(() => replaced('ANY https://next.example.com/c')).toThrow('BH1002');
  });
});

describe('a caller', () => {
  const imported = (stack: Stack, id: string, arn: string) => iam.Role.fromRoleArn(stack, id, arn);

  it.each([
    ['a pattern', `${OWN}*`],
    ['a pattern below a path', `${OWN}desk/?lerk`],
    ['a pattern in the account of the stack', `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role/*`],
  ])('is no role that is %s', (_, arn) => {
    const { api, stack } = newApi();
    const callers = [imported(stack, 'Many', arn)];
    expect(() => api.addEndpoint('GET /a', { callers, integration })).toThrow(
      /BH1023: caller `Orders\/Many`.*is no role by its full ARN/,
    );
  });

  it('is no user', () => {
    const { api, stack } = newApi();
    const callers = [new iam.User(stack, 'Ann') as never];
    expect(() => api.addEndpoint('GET /a', { callers, integration })).toThrow(
      /BH1023: caller `Orders\/Ann`.*has no role ARN.*let users assume one/,
    );
    const http = httpApi();
    expect(() =>
      http.api.addEndpoint('GET /a', { callers: [new iam.User(http.stack, 'Ann') as never], integration: url }),
    ).toThrow('BH1023');
  });

  it('is a role whose ARN is known only at deployment', () => {
    const { api, stack } = newApi();
    const given = new CfnParameter(stack, 'Given').valueAsString;
    const callers = [
      imported(stack, 'Here', `arn:aws:iam::${Aws.ACCOUNT_ID}:role/clerk`),
      imported(stack, 'There', given),
    ];
    expect(() => api.addEndpoint('GET /a', { callers, integration })).not.toThrow();
  });

  it('is one, whatever object stands for it', () => {
    const twice = (make: (stack: Stack) => [iam.IRole, iam.IRole], isApart = false) => {
      const { api, stack } = newApi();
      const [one, other] = make(stack);
      if (isApart) api.addEndpoint('GET /b', { callers: [other], integration });
      return () => api.addEndpoint('GET /a', { callers: isApart ? [one] : [one, other], integration });
    };
    const named = (stack: Stack) =>
      new WorkloadRole(stack, 'Named', {
        owner: 'orders-team',
        purpose: 'reads',
        roleName: 'reader',
        assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      });
    const same: [string, (stack: Stack) => [iam.IRole, iam.IRole]][] = [
      [
        'without policy updates',
        (stack) => {
          const role = workload(stack, 'One');
          return [role, role.withoutPolicyUpdates()];
        },
      ],
      [
        'imported by its own ARN',
        (stack) => {
          const role = workload(stack, 'One');
          return [role, imported(stack, 'Two', role.roleArn)];
        },
      ],
      ['imported by its name', (stack) => [named(stack), imported(stack, 'Two', `${OWN}reader`)]],
      [
        'imported below another path',
        (stack) => [imported(stack, 'One', `${OWN}a/x`), imported(stack, 'Two', `${OWN}x`)],
      ],
    ];
    for (const [what, make] of same) {
      expect(twice(make), what).toThrow(/BH1005: .*is the same role as the caller/);
      expect(twice(make, true), `${what}, of another endpoint`).toThrow('BH1005');
    }
    expect(twice((stack) => [named(stack), imported(stack, 'Two', `${OWN}clerk`)])).not.toThrow();
    // Two imports of one ARN stand for the same, and two endpoints may have the same caller.
    expect(
      twice((stack) => [imported(stack, 'One', `${OWN}x`), imported(stack, 'Two', `${OWN}x`)], true),
    ).not.toThrow();
  });
});

describe('the guard of an API that is there', () => {
  const there = (options: object = {}) => {
    const stack = newStack();
    const api = new apigateway.RestApi(stack, 'Orders', { cloudWatchRole: false, ...options });
    api.root.addMethod('GET', integration, { authorizationType: apigateway.AuthorizationType.IAM });
    return { api, stack, callers: { 'GET /': [workload(stack, 'Reader')] } };
  };
  const AGAIN = /BH1031: the callers of the API are declared already.*call `guard` once/;

  it('is one', () => {
    const { api, callers } = there();
    LeastPrivilegeRestApi.guard(api, callers);
    expect(() => LeastPrivilegeRestApi.guard(api, callers)).toThrow(AGAIN);
    const own = newApi();
    expect(() => LeastPrivilegeRestApi.guard(own.api.restApi, callers)).toThrow(AGAIN);
    const http = httpApi();
    expect(() => LeastPrivilegeHttpApi.guard(http.api.httpApi, {})).toThrow(AGAIN);
  });

  it('needs a stage, and says so', () => {
    const { api, stack, callers } = there({ deploy: false });
    expect(() => LeastPrivilegeRestApi.guard(api, callers)).toThrow(
      /BH1011: the API has no stage.*`deploy: true`, or set `deploymentStage`/,
    );
    const http = new apigatewayv2.HttpApi(stack, 'Http', { createDefaultStage: false });
    expect(() => LeastPrivilegeHttpApi.guard(http, {})).toThrow(
      /BH1011: the API has no stage.*`HttpStage` before `guard`/,
    );
  });

  it('takes a stage that was made by hand', () => {
    const { api, stack, callers } = there({ deploy: false });
    const deployment = new apigateway.Deployment(stack, 'Deployment', { api });
    api.deploymentStage = new apigateway.Stage(stack, 'Stage', { deployment, stageName: 'live' });
    LeastPrivilegeRestApi.guard(api, callers);
    expect(() => Template.fromStack(stack)).not.toThrow();
  });
});

describe('a document', () => {
  const read = (document: unknown) => {
    const { stack, reader } = newApi();
    const callersByOperation = { list: [reader] };
    return () => LeastPrivilegeRestApi.fromOpenApi(stack, 'Read', document, { callersByOperation, integration });
  };

  it('that was written without names of operations is refused with what to name', () => {
    const { api, reader } = newApi();
    api.addEndpoint('GET /a', { callers: [reader], integration, throttle: { rateLimit: 5 } });
    expect(read(api.openApi())).toThrow(/BH1035: `GET \/a` has no `operationId`.*`operationName` of an endpoint/);
  });

  it.each<[string, unknown, RegExp]>([
    ['text', 'openapi: 3.0.1', /BH1035: the document is text.*as an object/],
    ['empty', {}, /BH1035: the document has no operations/],
    [
      'of two operations with one name',
      { paths: { '/a': { get: { operationId: 'list' }, put: { operationId: 'list' } } } },
      /BH1035: `PUT \/a` has the `operationId` `list` of `GET \/a`/,
    ],
    [
      'of every method',
      { paths: { '/a': { 'x-amazon-apigateway-any-method': {} } } },
      /BH1035: .*write out its methods/,
    ],
  ])('that is %s is refused with what to do', (_, document, message) => expect(read(document)).toThrow(message));
});

it('keeps taking what was right', () => {
  const { api, reader, stack } = newApi({ cacheSize: '0.5' });
  api.addEndpoint('GET /a/{rest+}', { callers: [reader], integration, wildcardReason: 'files' });
  const cache = { ttl: Duration.seconds(60), sameForEveryCaller: true };
  api.addEndpoint('GET /b', { callers: [reader], integration, cache });
  expect(() => Template.fromStack(stack)).not.toThrow();
});

describe('callers, where no type checker looks', () => {
  const role = () => workload(newStack(), 'R');
  it.each<[string, unknown, RegExp]>([
    ['missing', undefined, /^BH1003/],
    ['null', null, /^BH1003/],
    ['a text', `${OWN}q`, /^BH1023: endpoint `GET \/a` has the text `arn.*for `callers`/],
    ['texts', [`${OWN}q`], /^BH1023: .*the text `arn.*at place 0.*fromRoleArn/],
    ['one role', role(), /^BH1023: .*one construct, `Orders\/R`.*write `\[role\]`/],
    ['a list with nothing in it', [undefined], /^BH1023: .*has nothing at place 0/],
  ])('are refused where they are %s', (_, callers, message) => {
    const options = { callers, integration } as any;
    expect(() => newApi().api.addEndpoint('GET /a', options)).toThrow(message);
    expect(() => httpApi().api.addEndpoint('GET /a', { ...options, integration: url })).toThrow(message);
    const existing = new apigateway.RestApi(newStack(), 'Api', { cloudWatchRole: false });
    existing.root.addMethod('GET');
    expect(() => LeastPrivilegeRestApi.guard(existing, { 'GET /a': callers } as any)).toThrow(message);
    const http = new apigatewayv2.HttpApi(newStack(), 'Api');
    expect(() => LeastPrivilegeHttpApi.guard(http, { 'GET /a': callers } as any)).toThrow(message);
  });

  it.each<[string, unknown]>([
    ['missing', undefined],
    ['a list', []],
  ])('are refused as a whole where they are %s', (_, callers) => {
    const [rest, http] = [newStack(), newStack()];
    const existing = new apigateway.RestApi(rest, 'Api', { cloudWatchRole: false });
    expect(() => LeastPrivilegeRestApi.guard(existing, callers as any)).toThrow(/^BH1003.*by endpoint/);
    expect(() => LeastPrivilegeHttpApi.guard(new apigatewayv2.HttpApi(http, 'Api'), callers as any)).toThrow(/^BH1003/);
  });

  it('are asked for with an OpenAPI document', () => {
    const document = { paths: { '/a': { get: { operationId: 'a' } } } };
    for (const props of [undefined, {}]) {
      const make = () => LeastPrivilegeRestApi.fromOpenApi(newStack(), 'Api', document, props as any);
      expect(make).toThrow(/^BH1036: `callersByOperation` is missing/);
    }
  });
});

describe('a caller of another environment', () => {
  const calledBy = (at: object, more: object, apiEnv: object = env) => {
    const app = new App();
    const other = new Stack(app, 'Other', at);
    const reader = new WorkloadRole(other, 'R', {
      owner: 'orders-team',
      purpose: 'reading',
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
      ...more,
    });
    const stack = new Stack(app, 'Orders', apiEnv);
    new LeastPrivilegeRestApi(stack, 'Api').addEndpoint('GET /a', { callers: [reader], integration });
    return () => Template.fromStack(stack);
  };
  const abroad = { env: { ...env, region: 'eu-north-1' } };

  it('needs a name', () => {
    expect(() => calledBy(abroad, {}, { env })).toThrow(/^BH1050: .*`Other\/R`.*eu-north-1.*set the `roleName`/);
    expect(() => calledBy({}, {}, { env })).toThrow(/^BH1050/);
  });

  it('is taken with a name, and in the same region without', () => {
    expect(calledBy(abroad, { roleName: 'orders-reader' }, { env })).not.toThrow();
    expect(calledBy({ env }, {}, { env })).not.toThrow();
  });
});

describe('options, where no type checker looks', () => {
  it.each<[object, RegExp]>([
    [{ callersBy: 'TAG' }, /^BH1051: `callersBy` is the text `TAG`.*`CallerGrouping.ARN` or/],
    [{ guardDetail: 'CALLERS' }, /^BH1051: `guardDetail`/],
    [{ resourceLimit: '400' }, /^BH1051: `resourceLimit` is the text/],
    [{ resourceLimit: Number.NaN }, /^BH1051: `resourceLimit` is NaN/],
    [{ resourcePolicyLimit: -5 }, /^BH1051: `resourcePolicyLimit` is -5/],
  ])('of a guard are refused: %o', (options, message) => {
    expect(() => newApi(options as any)).toThrow(message);
    const existing = new apigateway.RestApi(newStack(), 'Api', { cloudWatchRole: false });
    existing.root.addMethod('GET');
    expect(() => LeastPrivilegeRestApi.guard(existing, {}, options as any)).toThrow(message);
  });

  it.each<[object, RegExp]>([
    [{ apiKeyRequired: 'yes' }, /^BH1051: `apiKeyRequired`.*true or false/],
    [{ highValue: 1 }, /^BH1051: `highValue` is 1/],
    [{ throttle: {} }, /^BH1012: .*neither/],
    [{ throttle: { rateLimit: '5' } }, /^BH1012: .*positive number, got a text/],
  ])('of an endpoint are refused: %o', (options, message) => {
    const { api, reader } = newApi();
    expect(() => api.addEndpoint('GET /a', { callers: [reader], integration, ...options } as any)).toThrow(message);
  });

  it('are taken where they are right', () => {
    const { api, reader } = newApi({ resourceLimit: 400, resourcePolicyLimit: 9000 });
    const options = { apiKeyRequired: false, highValue: true, throttle: { burstLimit: 5 } };
    expect(() => api.addEndpoint('GET /a', { callers: [reader], integration, ...options })).not.toThrow();
  });
});

describe('a definition under a guard', () => {
  const operation = {
    'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
    'x-amazon-apigateway-integration': { type: 'MOCK' },
  };
  const guarded = (verb: string, mode?: apigateway.RestApiMode) => {
    const stack = newStack();
    const apiDefinition = apigateway.ApiDefinition.fromInline({
      openapi: '3.0.1',
      paths: { '/a': { [verb]: operation } },
    });
    const api = new apigateway.SpecRestApi(stack, 'Api', { apiDefinition, mode, cloudWatchRole: false });
    LeastPrivilegeRestApi.guard(api, { 'GET /a': [workload(stack, 'Reader')] });
    return () => Template.fromStack(stack);
  };

  it('replaces what is deployed, and has its methods in lower case', () => {
    expect(guarded('get')).not.toThrow();
    expect(guarded('get', apigateway.RestApiMode.OVERWRITE)).not.toThrow();
    expect(guarded('get', apigateway.RestApiMode.MERGE)).toThrow(/BH1032.*merged.*stay/);
    expect(guarded('GET')).toThrow(/BH1032.*`GET` of `\/a` is no method/);
    const document = { paths: { '/a': { GET: { operationId: 'a' } } } };
    const props = { callersByOperation: {}, integration };
    expect(() => LeastPrivilegeRestApi.fromOpenApi(newStack(), 'Api', document, props)).toThrow(/^BH1035.*`GET`/);
  });
});
