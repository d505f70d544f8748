import { App, Duration, Stack, Tags } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpUrlIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { LeastPrivilegeRestApi } from '../../../lib/constructs/api/least-privilege-rest-api';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { OpaqueToken } from '../../../lib/constructs/credentials/opaque-token';
import { HumanRole } from '../../../lib/constructs/roles/human-role';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { ACCOUNT, FakeAccount, REGION } from './fake-account';

/** An app with one of each thing that is reviewed, and the account to which it was deployed. */
export function reviewedApp() {
  const app = new App();
  const stack = (id: string): Stack => new Stack(app, id, { env: { account: ACCOUNT, region: REGION } });
  const [record, people, service, legacy] = [stack('Record'), stack('People'), stack('Service'), stack('Legacy')];
  const vault = new AuditVault(record, 'Vault', { retention: Duration.days(30) });
  const clerk = new HumanRole(people, 'Clerk', {
    owner: 'orders',
    purpose: 'order entry',
    assumedBy: new iam.AccountRootPrincipal(),
  });
  const job = new WorkloadRole(people, 'Job', {
    owner: 'orders',
    purpose: 'nightly report — für alle',
    assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
  });
  Tags.of(clerk).add('cdk-bulkhead:calls:0a1b2c3d', '/all/');
  Tags.of(clerk).add('team', 'orders');
  const api = new LeastPrivilegeRestApi(service, 'Api', { auditVault: vault });
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders/{id}', { callers: [clerk, job], integration });
  api.addEndpoint('POST /orders', { callers: [clerk], integration });
  new OpaqueToken(service, 'Token', {
    owner: 'orders',
    purpose: 'partner calls',
    reader: job,
    expiresOn: '2027-06-30',
    rotateEvery: Duration.days(7),
  });

  const old = new apigateway.RestApi(legacy, 'Old', {
    cloudWatchRole: false,
    deploy: true,
    disableExecuteApiEndpoint: true,
  });
  const authorizer = new apigateway.TokenAuthorizer(legacy, 'Authorizer', {
    handler: lambda.Function.fromFunctionArn(
      legacy,
      'Handler',
      `arn:aws:lambda:${REGION}:${ACCOUNT}:function:authorizer`,
    ),
    resultsCacheTtl: Duration.seconds(0),
  });
  old.root.addResource('things').addMethod('GET', integration, { authorizer });

  const http = new HttpApi(legacy, 'Http');
  const jwt = new HttpJwtAuthorizer('Jwt', 'https://issuer.example.com', { jwtAudience: ['orders', 'people'] });
  const backend = new HttpUrlIntegration('Backend', 'https://backend.example.com/');
  http.addRoutes({
    path: '/a',
    methods: [HttpMethod.GET],
    integration: backend,
    authorizer: jwt,
    authorizationScopes: ['read'],
  });
  http.addRoutes({ path: '/b', methods: [HttpMethod.GET], integration: backend, authorizer: new HttpIamAuthorizer() });

  const stacks = [record, people, service, legacy];
  return { stacks, account: new FakeAccount(stacks), names: stacks.map(({ stackName }) => stackName) };
}
