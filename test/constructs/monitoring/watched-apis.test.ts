import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as apigatewayv2 from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Template } from 'aws-cdk-lib/assertions';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { describe, expect, it } from 'vitest';
import { existingAccessLogFormat } from '../../../lib/constructs/api/access-log';
import { httpAccessLogFormat } from '../../../lib/constructs/api/http-access-log';
import { LeastPrivilegeHttpApi } from '../../../lib/constructs/api/least-privilege-http-api';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import type { IDeclaredApi } from '../../../lib/constructs/api/i-declared-api';
import { JwtAuthorizer } from '../../../lib/constructs/api/jwt-authorizer';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AccessMonitor } from '../../../lib/constructs/monitoring/access-monitor';
import { monitorSettings } from '../../../lib/constructs/monitoring/access-settings';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { unpackSettings } from '../../../lib/runtime/access-monitor/settings';
import type { MonitorSettings } from '../../../lib/runtime/access-monitor/settings';
import { ACCOUNT, REGION } from '../audit/deployed';

const ISSUER = 'https://login.example.com';
const url = () => new HttpUrlIntegration('Backend', 'https://backend.example.com');
const integration = new apigateway.HttpIntegration('https://backend.example.com/');
const { GET } = apigatewayv2.HttpMethod;

function newService(context: Record<string, unknown> = {}) {
  const stack = new Stack(new App({ context }), 'Service', { env: { account: ACCOUNT, region: REGION } });
  const vault = new AuditVault(stack, 'Vault', { retention: Duration.days(30) });
  const alarmTopic = new AlarmTopic(stack, 'OnCall', { emails: ['on-call@example.com'] });
  const role = (id: string) =>
    new WorkloadRole(stack, id, {
      owner: 'orders',
      purpose: id,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
  const watch = (id: string, api: IDeclaredApi) =>
    new AccessMonitor(stack, id, { api, vault, alarmTopic, owner: 'orders' });
  return { stack, vault, role, watch };
}

/** An API as the CDK makes it, with a method for signatures and one for tokens. */
function plainRest(stack: Stack, deployOptions?: apigateway.StageOptions) {
  const api = new apigateway.RestApi(stack, 'Legacy', {
    cloudWatchRole: false,
    defaultMethodOptions: { authorizationType: apigateway.AuthorizationType.IAM },
    deployOptions,
  });
  api.root.addResource('orders').addMethod('GET', integration);
  return api;
}

function plainHttp(stack: Stack, accessLogSettings?: apigatewayv2.IAccessLogSettings) {
  const api = new apigatewayv2.HttpApi(stack, 'LegacyHttp', {
    defaultAuthorizer: new HttpIamAuthorizer(),
    createDefaultStage: false,
  });
  api.addStage('Live', { autoDeploy: true, accessLogSettings });
  api.addRoutes({ path: '/orders', methods: [GET], integration: url() });
  return api;
}

/** What the function of a monitor reads; references as `[Name]`. */
function settingsOf(stack: Stack, template: Template, monitor: AccessMonitor): MonitorSettings {
  const { logicalId } = monitor.node.findChild('Function').node.defaultChild as any;
  const functions = template.findResources('AWS::Lambda::Function');
  return unpackSettings(
    JSON.parse(textOf(functions[stack.resolve(logicalId)]?.Properties.Environment.Variables.SETTINGS)),
  );
}

function textOf(value: any): string {
  if (typeof value === 'string') return value;
  const [name, argument] = Object.entries(value)[0] as [string, any];
  return name === 'Fn::Join' ? argument[1].map(textOf).join('') : `[${[argument].flat().join('.')}]`;
}

describe('the access monitor of', () => {
  const { stack, vault, role, watch } = newService();
  const [reader, clerk] = [role('Reader'), role('Clerk')];
  const named = (each: iam.IRole): string => textOf(stack.resolve(each.roleName));

  const http = new LeastPrivilegeHttpApi(stack, 'Http', { auditVault: vault });
  http.addEndpoint('GET /orders/{id}', { callers: [reader], integration: url(), lastDay: '2027-06-30' });
  const jwtIssuer = { issuer: ISSUER, audience: ['shop'] };
  http.addEndpoint('GET /catalogue', { callers: [], integration: url(), jwtIssuer, scopes: [] });

  const rest = new LeastPrivilegeRestApi(stack, 'Rest', { auditVault: vault });
  const foreign = iam.Role.fromRoleArn(stack, 'Partner', 'arn:aws:iam::444455556666:role/Partner');
  rest.addEndpoint('GET /orders', { callers: [reader], partners: [foreign], integration });
  const jwtAuthorizer = new JwtAuthorizer(stack, 'Tokens', { owner: 'orders', issuer: ISSUER, audience: ['shop'] });
  rest.addEndpoint('GET /catalogue', { callers: [], integration, jwtAuthorizer, scopes: [] });

  const legacy = plainRest(stack);
  legacy.root.addResource('labels').addMethod('GET', integration, {
    authorizationType: apigateway.AuthorizationType.COGNITO,
    authorizer: new apigateway.CognitoUserPoolsAuthorizer(stack, 'Pool', {
      cognitoUserPools: [cognito.UserPool.fromUserPoolId(stack, 'Users', 'eu-west-1_abc')],
    }),
  });
  const ofLegacy = LeastPrivilegeRestApi.guard(
    legacy,
    { 'GET /orders': [clerk] },
    { accessLogGroup: vault.createLogGroup(stack, 'LegacyLog'), tokenEndpoints: ['GET /labels'] },
  );

  // With a log of its own, in a format that says enough, and something more.
  const ownLog = new logs.LogGroup(stack, 'OwnLog');
  const legacyHttp = plainHttp(stack, {
    destination: new apigatewayv2.LogGroupLogDestination(ownLog),
    format: apigateway.AccessLogFormat.custom(
      JSON.stringify({ ...JSON.parse(httpAccessLogFormat()), agent: '$context.identity.userAgent' }),
    ),
  });
  const authorizer = new HttpJwtAuthorizer('Tokens', ISSUER, { jwtAudience: ['shop'] });
  legacyHttp.addRoutes({ path: '/labels', methods: [GET], integration: url(), authorizer });
  const ofLegacyHttp = LeastPrivilegeHttpApi.guard(
    legacyHttp,
    { 'GET /orders': [reader, clerk] },
    { tokenEndpoints: ['GET /labels'] },
  );

  const monitors = {
    http: watch('HttpMonitor', http),
    rest: watch('RestMonitor', rest),
    ofLegacy: watch('LegacyMonitor', ofLegacy),
    ofLegacyHttp: watch('LegacyHttpMonitor', ofLegacyHttp),
  };
  const template = Template.fromStack(stack);
  const told = (monitor: AccessMonitor): MonitorSettings => settingsOf(stack, template, monitor);

  it('an HTTP API knows its roles, whose tokens it takes, and what goes away', () => {
    expect(told(monitors.http)).toMatchObject({
      account: ACCOUNT,
      apiId: textOf(stack.resolve(http.httpApi.apiId)),
      stage: '$default',
      endpoints: {
        'GET /orders/{id}': { callers: [named(reader)], isDeprecated: true },
        'GET /catalogue': { callers: [], tokens: { issuer: ISSUER, audience: ['shop'], isLogged: true } },
      },
    });
  });

  it('a REST API knows its partners by their account, and whose tokens it takes', () => {
    expect(told(monitors.rest).endpoints).toEqual({
      'GET /orders': { callers: [named(reader), '444455556666/Partner'] },
      'GET /catalogue': { callers: [], tokens: { issuer: ISSUER, audience: ['shop'], isLogged: true } },
    });
  });

  it('a guarded RestApi knows what was declared to `guard`, and its stage logs as is needed', () => {
    expect(told(monitors.ofLegacy)).toMatchObject({
      apiId: textOf(stack.resolve(legacy.restApiId)),
      stage: 'prod',
      endpoints: {
        'GET /orders': { callers: [named(clerk)] },
        'GET /labels': { callers: [], tokens: { audience: [], isLogged: true } },
      },
    });
    const stages = Object.values(template.findResources('AWS::ApiGateway::Stage'));
    const formats = stages.map(({ Properties }) => Properties.AccessLogSetting.Format);
    expect(formats).toContain(existingAccessLogFormat());
  });

  it('a guarded HttpApi takes the log that is there already', () => {
    const filters = Object.values(template.findResources('AWS::Logs::SubscriptionFilter'));
    expect(filters.map(({ Properties }) => textOf(Properties.LogGroupName))).toContain(
      textOf(stack.resolve(ownLog.logGroupName)),
    );
    expect(told(monitors.ofLegacyHttp).endpoints['GET /labels']).toEqual({
      callers: [],
      tokens: { audience: [], isLogged: true },
    });
  });

  it('each kind has an alarm on what roles read, and on what clients of tokens do', () => {
    const roles = Object.values(template.findResources('AWS::CloudWatch::Alarm'))
      .flatMap(({ Properties }) => Properties.Metrics ?? [])
      .flatMap(({ MetricStat }) => MetricStat?.Metric.Dimensions ?? [])
      .map(({ Value }) => textOf(Value));
    // Of the HTTP API, the REST API, and the two under guard.
    const partner = '444455556666/Partner';
    const read = [named(reader), 'token shop', partner, named(reader), 'token shop', named(clerk), named(clerk)];
    expect(roles.sort()).toEqual([...read, named(reader)].sort());
    for (const { dashboard } of Object.values(monitors)) {
      const body = textOf(stack.resolve((dashboard.node.defaultChild as any).dashboardBody));
      expect(body).toContain('Role,Endpoint');
    }
  });
});

describe('the access monitor', () => {
  it('finds the log of a stage that names it without a wildcard', () => {
    const { stack, role, watch } = newService({
      '@aws-cdk/aws-apigateway:logGroupDestinationArnWithoutWildcard': true,
    });
    const format = apigateway.AccessLogFormat.custom(existingAccessLogFormat());
    const own = new LeastPrivilegeRestApi(stack, 'Api');
    own.addEndpoint('GET /orders', { callers: [role('Clerk')], integration });
    watch('OwnMonitor', own);
    const log = new logs.LogGroup(stack, 'Log');
    const legacy = plainRest(stack, {
      accessLogDestination: new apigateway.LogGroupLogDestination(log),
      accessLogFormat: format,
    });
    const api = LeastPrivilegeRestApi.guard(legacy, { 'GET /orders': [role('Reader')] });
    expect(api.accessLogGroup).toBe(log);
    watch('Monitor', api);
    const arns = Object.values(Template.fromStack(stack).findResources('AWS::ApiGateway::Stage'));
    for (const { Properties } of arns) expect(textOf(Properties.AccessLogSetting.DestinationArn)).not.toMatch(/Arn\]/);
  });

  it('watches 100 endpoints and 30 roles of any names, and refuses more than a function can carry', () => {
    const { stack, role } = newService();
    const settings = (roles: number): string => {
      const callers = Array.from({ length: roles }, (_, place) => role(`Role${roles}x${place}`));
      const declaredEndpoints = () =>
        Array.from({ length: 100 }, (_, index) => ({
          endpoint: `${index % 2 === 0 ? 'GET' : 'POST'} /departments/{department}/orders${index}/{order}`,
          callers: callers.filter((_each, place) => (place * 7 + index) % 5 === 0),
        }));
      const api = { node: stack.node, apiId: 'a1b2c3d4e5', stageName: 'prod', declaredEndpoints } as any;
      return monitorSettings(stack, { api }, 'Bulkhead/012345678901');
    };
    const found = unpackSettings(JSON.parse(textOf(stack.resolve(settings(30)))));
    expect(Object.keys(found.endpoints)).toHaveLength(100);
    expect(found.endpoints['GET /departments/{department}/orders0/{order}']?.callers).toHaveLength(6);
    expect(() => settings(60)).toThrow(/BH4024: .*for 100 endpoints and 60 roles/);
  });
});

describe('the access monitor refuses', () => {
  const synth = (stack: Stack) => () => Template.fromStack(stack);

  it('an API without an access log, and says how it gets one', () => {
    const { stack, role, watch } = newService();
    const api = LeastPrivilegeRestApi.guard(plainRest(stack), { 'GET /orders': [role('Reader')] });
    expect(() => watch('Monitor', api)).toThrow(/^BH1072: .*; give `accessLogGroup` to `guard`/);
    const http = LeastPrivilegeHttpApi.guard(plainHttp(stack), { 'GET /orders': [role('Clerk')] });
    expect(() => watch('HttpMonitor', http)).toThrow(/^BH1072/);
  });

  it('an access log that does not say who called, and names the fields that it lacks', () => {
    const { stack, role, watch } = newService();
    const legacy = plainRest(stack, {
      accessLogDestination: new apigateway.LogGroupLogDestination(new logs.LogGroup(stack, 'Log')),
      accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
    });
    watch('Monitor', LeastPrivilegeRestApi.guard(legacy, { 'GET /orders': [role('Reader')] }));
    expect(synth(stack)).toThrow(/BH4031: .*has no .*"callerArn": "\$context\.identity\.userArn"/);
  });

  it('the right names with other variables behind them', () => {
    const { stack, role, watch } = newService();
    const format = { ...JSON.parse(existingAccessLogFormat()), callerArn: '$context.identity.user' };
    const legacy = plainRest(stack, {
      accessLogDestination: new apigateway.LogGroupLogDestination(new logs.LogGroup(stack, 'Log')),
      accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(format)),
    });
    watch('Monitor', LeastPrivilegeRestApi.guard(legacy, { 'GET /orders': [role('Reader')] }));
    expect(synth(stack)).toThrow(/BH4031: .* has no "callerArn": "\$context\.identity\.userArn",? /);
  });

  it('a log that tokens leave no trace in, where tokens are asked for', () => {
    const { stack, watch } = newService();
    const { tokenSubject: _, ...format } = JSON.parse(httpAccessLogFormat());
    const legacy = plainHttp(stack, {
      destination: new apigatewayv2.LogGroupLogDestination(new logs.LogGroup(stack, 'Log')),
      format: apigateway.AccessLogFormat.custom(JSON.stringify(format)),
    });
    const authorizer = new HttpJwtAuthorizer('Tokens', ISSUER, { jwtAudience: ['shop'] });
    legacy.addRoutes({ path: '/labels', methods: [GET], integration: url(), authorizer });
    const role = iam.Role.fromRoleArn(stack, 'Role', `arn:aws:iam::${ACCOUNT}:role/Reader`);
    const api = LeastPrivilegeHttpApi.guard(legacy, { 'GET /orders': [role] }, { tokenEndpoints: ['GET /labels'] });
    watch('Monitor', api);
    expect(synth(stack)).toThrow(/BH4031: .*"tokenSubject"/);
  });

  it.each<[string, (stage: apigateway.CfnStage) => void]>([
    ['is taken away', (stage) => stage.addPropertyDeletionOverride('AccessLogSetting')],
    ['goes elsewhere', (stage) => stage.addPropertyOverride('AccessLogSetting.DestinationArn', 'arn:aws:logs:::other')],
    ['has another format', (stage) => (stage.accessLogSetting = { destinationArn: 'x', format: '$context.status' })],
  ])('an API of ours whose access log %s', (_, change) => {
    const { stack, role, watch } = newService();
    const api = new LeastPrivilegeRestApi(stack, 'Api');
    api.addEndpoint('GET /orders', { callers: [role('Reader')], integration });
    watch('Monitor', api);
    change(api.stage.node.defaultChild as apigateway.CfnStage);
    expect(synth(stack)).toThrow(/BH4031/);
  });

  it('two access logs of one stage', () => {
    const { stack, vault, role } = newService();
    const legacy = plainRest(stack, {
      accessLogDestination: new apigateway.LogGroupLogDestination(new logs.LogGroup(stack, 'Log')),
    });
    const accessLogGroup = vault.createLogGroup(stack, 'Other');
    expect(() => LeastPrivilegeRestApi.guard(legacy, { 'GET /orders': [role('Reader')] }, { accessLogGroup })).toThrow(
      /^BH1071/,
    );
  });

  it('an API that nobody declared', () => {
    const { stack, watch } = newService();
    expect(() => watch('Monitor', plainRest(stack) as any)).toThrow(/^BH4033/);
    expect(() => watch('Other', undefined as any)).toThrow(/^BH4033/);
  });

  it('who reads by an endpoint that was declared after it', () => {
    const { stack, role, watch } = newService();
    const api = new LeastPrivilegeRestApi(stack, 'Api');
    watch('Monitor', api);
    api.addEndpoint('GET /orders', { callers: [role('Reader')], integration });
    expect(synth(stack)).toThrow(/BH4032: .*Service\/Reader/);
  });
});
