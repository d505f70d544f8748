import { Duration } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import { describe, expect, it } from 'vitest';
import { ApiGatewayKey } from '../../../lib/constructs/credentials/api-gateway-key';
import { CredentialInventory } from '../../../lib/constructs/credentials/credential-inventory';
import { WorkloadRole } from '../../../lib/constructs/roles/workload-role';
import { isAllowed } from '../audit/deployed';
import { DeployedToken, LAMBDA, newReader, newStack, newToken } from './deployed-token';

const stack = newStack();
const inventory = new CredentialInventory(stack, 'Inventory', { owner: 'security-team' });
const operator = new WorkloadRole(stack, 'Operator', { owner: 'partners', purpose: 'rotates', assumedBy: LAMBDA });
newToken(stack, { inventory, publishHashes: true }).grants.rotate(operator);
const made = new DeployedToken(stack);
const CUSTOM = 'Custom::BulkheadCredential';

/** Whether CloudFormation deletes one resource before another: it was made after it. */
function goesBefore(first: string, second: string, of = made): boolean {
  const { resources } = of;
  const { DependsOn = [], Properties } = resources[first];
  const text = JSON.stringify(Properties);
  const direct = Object.keys(resources).filter(
    (id) => [DependsOn].flat().includes(id) || text.includes(`"Ref":"${id}"`) || text.includes(`"Fn::GetAtt":["${id}"`),
  );
  return direct.includes(second) || direct.some((id) => id !== first && goesBefore(id, second, of));
}

describe('a credential that is taken out of its stack', () => {
  const removal = made.idOf(CUSTOM);

  it('is ended by the code and the role of its rotation, in a function of its own', () => {
    const rotation = made.resources[made.idOf('AWS::Lambda::Function', 'TokenRotation')].Properties;
    const code = made.resources[made.idOf('AWS::Lambda::Function', 'TokenRemoval')].Properties;
    expect(code).toMatchObject({
      Handler: 'index.removed',
      Code: rotation.Code,
      Role: rotation.Role,
      Environment: rotation.Environment,
    });
    expect(made.resources[removal].Properties).toMatchObject({
      ServiceToken: { 'Fn::GetAtt': [made.idOf('AWS::Lambda::Function', 'TokenRemoval'), 'Arn'] },
      SecretId: { Ref: made.idOf('AWS::SecretsManager::Secret') },
      Line: rotation.Environment.Variables.INVENTORY_ENTRY,
    });
  });

  it('ends after its schedule has gone, so that nothing new is made, and before all that it needs', () => {
    expect(goesBefore(made.idOf('AWS::SecretsManager::RotationSchedule'), removal)).toBe(true);
    const needed = Object.keys(made.resources).filter((id) =>
      /^Token(RotatorPolicy|RotationLogPolicy|PublishPolicy|InventoryPolicy|RotatorRole|Published|Secret|Key)[\dA-F]{8}$/.test(
        id,
      ),
    );
    expect(needed).toHaveLength(8);
    for (const id of needed) expect(goesBefore(removal, id), id).toBe(true);
  });

  it('is ended by nobody who may only rotate and revoke', async () => {
    const asked = (id: string) =>
      isAllowed({
        ...made.caller('Operator'),
        action: 'lambda:InvokeFunction',
        resource: made.arnOf('AWS::Lambda::Function', id),
        context: { 'aws:ResourceTag/cdk-bulkhead:compartment': compartment },
      });
    const { Tags } = made.only('AWS::Lambda::Function', 'TokenRotation').Properties;
    const compartment = Tags.find(({ Key }: any) => Key === 'cdk-bulkhead:compartment').Value;
    expect([await asked('TokenRotation'), await asked('TokenRemoval')]).toEqual([true, false]);
  });

  it('leaves a bucket that nobody can write to: its policy stays with it', () => {
    for (const type of ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy']) {
      expect(made.only(type, 'Token')).toMatchObject({ DeletionPolicy: 'Retain' });
    }
  });

  it('lets its functions write and delete its own line, and no other', async () => {
    const asked = (action: string, line: string) =>
      isAllowed({
        ...made.caller('TokenRotatorRole'),
        action,
        resource: made.arnOf('AWS::DynamoDB::Table'),
        context: { 'dynamodb:LeadingKeys': [line] as unknown as string },
      });
    const own = made.arnOf('AWS::SecretsManager::Secret');
    for (const action of ['dynamodb:UpdateItem', 'dynamodb:DeleteItem']) {
      expect([await asked(action, own), await asked(action, `${own}2`)], action).toEqual([true, false]);
    }
  });
});

it('the removal of an ApiGatewayKey knows its plan and its keys, and what it may do goes after it', () => {
  const keyed = newStack('Keyed');
  const api = new apigateway.RestApi(keyed, 'Api', { cloudWatchRole: false });
  api.root.addMethod('GET', undefined, { apiKeyRequired: true });
  new ApiGatewayKey(keyed, 'Key', {
    owner: 'partners',
    purpose: 'meters',
    reader: newReader(keyed),
    rotateEvery: Duration.days(30),
    expiresOn: '2027-06-30',
    stage: api.deploymentStage,
  });
  const found = new DeployedToken(keyed);
  const { Variables } = found.resources[found.idOf('AWS::Lambda::Function', 'KeyRemoval')].Properties.Environment;
  expect(Object.keys(Variables)).toEqual(expect.arrayContaining(['USAGE_PLAN_ID', 'KEY_NAME', 'KEY_TAGS']));
  for (const [type, id] of [
    ['AWS::IAM::Policy', 'KeyApiKeyPolicy'],
    ['AWS::ApiGateway::UsagePlan', 'KeyUsagePlan'],
  ]) {
    expect(goesBefore(found.idOf(CUSTOM), found.idOf(type, id), found), id).toBe(true);
  }
});
