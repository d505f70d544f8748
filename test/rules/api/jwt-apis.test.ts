import { App, Duration, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import { expect, it } from 'vitest';
import { AuditVault, DataEvents, JwtAuthorizer, LeastPrivilegeRestApi } from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';

const env = { account: '111122223333', region: 'eu-west-1' };

it.each<[string, (stack: Stack) => JwtAuthorizer]>([
  [
    'an issuer',
    (stack) =>
      new JwtAuthorizer(stack, 'Tokens', { issuer: 'https://issuer.example', audience: ['orders'], owner: 'orders' }),
  ],
  [
    'a user pool',
    (stack) => {
      const userPool = new cognito.UserPool(stack, 'Pool');
      return JwtAuthorizer.forUserPool(stack, 'Tokens', {
        userPool,
        clients: [userPool.addClient('Shop')],
        owner: 'orders',
      });
    },
  ],
])('an API for tokens of %s has no findings', { timeout: 60_000 }, (_, authorizerOf) => {
  const app = new App();
  const stack = new Stack(app, 'Orders', { env });
  const auditVault = new AuditVault(stack, 'Vault', {
    retention: Duration.days(30),
    dataEvents: [DataEvents.FUNCTIONS],
  });
  const api = new LeastPrivilegeRestApi(stack, 'Api', { auditVault });
  const jwtAuthorizer = authorizerOf(stack);
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders', { callers: [], jwtAuthorizer, scopes: ['orders/read'], integration });
  api.addEndpoint('POST /orders', { callers: [], jwtAuthorizer, scopes: ['orders/write'], integration });
  const sources = app.synth().stacks.map(({ hierarchicalId, template }) => ({
    name: hierarchicalId,
    file: `${hierarchicalId}.template.json`,
    body: template,
    ...env,
  }));
  const findings = runRules(snapshotOf(sources), allRules, { today: '2026-11-22' });
  expect(findings.map(({ ruleId, logicalId, message }) => `${ruleId} ${logicalId ?? ''}: ${message}`)).toEqual([]);
});
