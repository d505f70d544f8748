import { App, Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { CredentialInventory } from '../../../lib/constructs/credentials/credential-inventory';
import { ACCOUNT, isAllowed } from '../audit/deployed';
import { DeployedToken, newStack, newToken } from './deployed-token';

const CLOUDWATCH = 'cloudwatch.amazonaws.com';

const stack = newStack();
const inventory = new CredentialInventory(stack, 'Inventory', { owner: 'security-team' });
newToken(stack, { inventory });
const made = new DeployedToken(stack);

describe('the sweeper', () => {
  const SWEEPER = 'InventorySweeperRole';
  const later = { 'secretsmanager:RecoveryWindowInDays': '30' };
  const tagged = { 'aws:ResourceTag/cdk-bulkhead:compartment': 'Orders-Token' };
  const secret = made.arnOf('AWS::SecretsManager::Secret');
  const code = made.arnOf('AWS::Lambda::Function', 'TokenRotationFunction');
  const other = secret.replace('Token', 'Other');

  it.each([
    ['sees every secret, also one that is gone or has lost its tags', 'secretsmanager:DescribeSecret', other, {}, true],
    ['reads none', 'secretsmanager:GetSecretValue', secret, tagged, false],
    [
      'deletes that of a credential, also one without the tag of its end',
      'secretsmanager:DeleteSecret',
      secret,
      { ...tagged, ...later },
      true,
    ],
    ['deletes none without the tag of a compartment', 'secretsmanager:DeleteSecret', secret, later, false],
    [
      'deletes none at once',
      'secretsmanager:DeleteSecret',
      secret,
      { ...tagged, 'secretsmanager:RecoveryWindowInDays': '7' },
      false,
    ],
    ['deletes none that no credential named', 'secretsmanager:DeleteSecret', other, { ...tagged, ...later }, false],
    ['calls the function of a credential', 'lambda:InvokeFunction', code, tagged, true],
    ['calls no other', 'lambda:InvokeFunction', `${code}2`, tagged, false],
  ])('%s', async (_, action, resource, context, isLet) => {
    expect(await isAllowed({ ...made.caller(SWEEPER), action, resource, context })).toBe(isLet);
  });
});

describe('what ends a credential', () => {
  it('knows its secret and its end by what was deployed, not by what it is called with', () => {
    const id = made.idOf('AWS::Lambda::Function', 'TokenRotationFunction');
    expect(made.resources[id].Properties.Environment.Variables).toMatchObject({
      SECRET_ARN: { Ref: made.idOf('AWS::SecretsManager::Secret') },
      EXPIRES_ON: '2027-06-30',
    });
  });
});

describe('alarms of an inventory', () => {
  const own = { 'aws:SourceAccount': ACCOUNT };
  const asked = (action: string, context: Record<string, string>) => {
    const key = action.startsWith('kms:');
    return isAllowed({
      principal: CLOUDWATCH,
      action,
      resource: key ? made.arnOf('AWS::KMS::Key', 'Inventory') : made.arnOf('AWS::SNS::Topic'),
      context,
      resourcePolicy: key
        ? made.only('AWS::KMS::Key', 'Inventory').Properties.KeyPolicy
        : made.only('AWS::SNS::TopicPolicy').Properties.PolicyDocument,
    });
  };

  it.each(['sns:Publish', 'kms:Decrypt', 'kms:GenerateDataKey'])(
    'reach the owners: CloudWatch may %s for this account, and for no other',
    async (action) => {
      expect(await asked(action, own)).toBe(true);
      expect(await asked(action, { 'aws:SourceAccount': '999999999999' })).toBe(false);
    },
  );

  it('are those of every rotation, of a sweeper that fails and of one that is silent', () => {
    const alarms = Object.entries(made.resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms).toHaveLength(3);
    for (const [, { Properties }] of alarms) {
      expect(Properties.AlarmActions).toEqual([{ Ref: made.idOf('AWS::SNS::Topic') }]);
    }
  });

  it('go off where the sweeper has not run for a day: a disabled schedule, a concurrency of 0', () => {
    const { Properties } = made.only('AWS::CloudWatch::Alarm', 'InventorySweeperSilence');
    expect(Properties).toMatchObject({
      MetricName: 'Invocations',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 26,
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      TreatMissingData: 'breaching',
    });
  });
});

describe('whom an inventory tells', () => {
  it('hears of its own credentials, and of every alarm: an alarm carries no owner', () => {
    const told = newStack('Told');
    new CredentialInventory(told, 'Inventory', { owner: 'security-team' }).tell('partners', 'partners@orders.example');
    expect(new DeployedToken(told).only('AWS::SNS::Subscription').Properties.FilterPolicy).toEqual({
      owner: ['partners', { exists: false }],
    });
  });

  it('BH3025 is none of another region', () => {
    const app = new App();
    const inventoryOf = (region: string) =>
      new CredentialInventory(new Stack(app, region, { env: { account: ACCOUNT, region } }), 'Inventory', {
        owner: 'a',
      });
    const here = newStack('Here', app);
    expect(() => newToken(here, { inventory: inventoryOf('eu-central-1') })).toThrow(
      /^BH3025: the inventory eu-central-1\/Inventory is in region eu-central-1, the credential in eu-west-1/,
    );
  });
});
