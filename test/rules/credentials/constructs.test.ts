import { generateKeyPairSync } from 'node:crypto';
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as cognito from 'aws-cdk-lib/aws-cognito';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as iam from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import {
  ApiGatewayKey,
  AuditVault,
  CognitoClientSecret,
  CredentialInventory,
  DataEvents,
  LeastPrivilegeRestApi,
  OpaqueToken,
  PartnerCredential,
  SigningKey,
  WorkloadRole,
} from '../../../lib';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';

const env = { account: '111122223333', region: 'eu-west-1' };

it('an app with every kind of credential has no findings', { timeout: 60_000 }, () => {
  const app = new App();
  const stack = new Stack(app, 'Keys', { env });
  const role = (id: string) =>
    new WorkloadRole(stack, id, {
      owner: 'orders',
      purpose: `is the ${id}`,
      assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'),
    });
  const inventory = new CredentialInventory(stack, 'Inventory', { owner: 'security' });
  inventory.tell('partners', 'partners@orders-company.example');
  const vault = new AuditVault(stack, 'Vault', {
    retention: Duration.days(30),
    dataEvents: [DataEvents.FUNCTIONS],
  });
  const declared = (id: string) => ({
    inventory,
    auditVault: vault,
    owner: 'partners',
    purpose: `for the ${id}`,
    reader: role(`${id}Reader`),
    rotateEvery: Duration.days(7),
    expiresOn: '2027-06-30',
  });
  const api = new LeastPrivilegeRestApi(stack, 'Api', { auditVault: vault });
  const integration = new apigateway.HttpIntegration('https://backend.example.com/');
  api.addEndpoint('GET /orders', { callers: [role('Caller')], integration });

  const operator = role('Operator');
  const token = new OpaqueToken(stack, 'Token', { ...declared('Token'), publishHashes: true });
  token.grants.verify(role('TokenVerifier'));
  token.grants.rotate(operator);
  new SigningKey(stack, 'Signing', declared('Signing')).grants.verify(role('SigningVerifier'));
  new ApiGatewayKey(stack, 'Metered', { ...declared('Metered'), stage: api.restApi.deploymentStage });
  const userPool = new cognito.UserPool(stack, 'Pool');
  const userPoolClient = userPool.addClient('Client', { generateSecret: true });
  new CognitoClientSecret(stack, 'Client', { ...declared('Client'), userPool, userPoolClient });
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const partnerPublicKey = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  new PartnerCredential(stack, 'Partner', { ...declared('Partner'), partnerPublicKey });

  const sources = app.synth().stacks.map(({ hierarchicalId, template }) => ({
    name: hierarchicalId,
    file: `${hierarchicalId}.template.json`,
    body: template,
    ...env,
  }));
  const findings = runRules(snapshotOf(sources), allRules, { today: '2026-11-22' });
  expect(findings.map(({ ruleId, logicalId, message }) => `${ruleId} ${logicalId ?? ''}: ${message}`)).toEqual([]);
});
