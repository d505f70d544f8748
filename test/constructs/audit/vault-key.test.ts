import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { ACCOUNT, Deployed, EXECUTION_ROLE, REGION, isAllowedByKey, newStack, newVault } from './deployed';

const stack = newStack();
const vault = newVault({ trailName: 'orders-audit', purpose: 'orders', owner: 'security' }, stack);
new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy: new iam.AccountPrincipal(ACCOUNT) });

const deployed = new Deployed(stack);
const key = deployed.find('AWS::KMS::Key');
const resourcePolicy = key.Properties.KeyPolicy;
const admin = `arn:aws:iam::${ACCOUNT}:role/Admin`;
const TRAIL = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders-audit`;
const OTHER = `${TRAIL}-2`;

const resource = deployed.arn('AWS::KMS::Key');

function can(action: string, principal = admin, context: Record<string, string> = {}): Promise<boolean> {
  return isAllowedByKey({ principal, action, resource, resourcePolicy, context });
}

function statement(sid: string): any {
  return resourcePolicy.Statement.find((each: any) => each.Sid === sid);
}

describe('CloudTrail', () => {
  const principal = 'cloudtrail.amazonaws.com';
  const encrypting = { 'aws:SourceArn': TRAIL, 'kms:EncryptionContext:aws:cloudtrail:arn': TRAIL };

  it('makes data keys for this trail', async () => {
    expect(await can('kms:GenerateDataKey', principal, encrypting)).toBe(true);
  });

  it('makes no data keys for another trail, nor where it names none', async () => {
    const others: Record<string, string>[] = [
      { ...encrypting, 'aws:SourceArn': OTHER },
      { ...encrypting, 'kms:EncryptionContext:aws:cloudtrail:arn': OTHER },
      { 'kms:EncryptionContext:aws:cloudtrail:arn': TRAIL },
      { 'aws:SourceArn': TRAIL },
    ];
    for (const context of others) {
      expect(await can('kms:GenerateDataKey', principal, context), JSON.stringify(context)).toBe(false);
    }
  });

  it.each(['kms:DescribeKey', 'kms:Decrypt'])('has %s for this trail only, as a bucket key needs', async (action) => {
    expect(await can(action, principal, { 'aws:SourceArn': TRAIL })).toBe(true);
    expect(await can(action, principal, { 'aws:SourceArn': OTHER })).toBe(false);
    expect(await can(action, principal)).toBe(false);
  });
});

describe('CloudWatch Logs', () => {
  const principal = `logs.${REGION}.amazonaws.com`;
  const context = { 'kms:EncryptionContext:aws:logs:arn': `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:any` };

  it.each(['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncryptTo', 'kms:GenerateDataKey', 'kms:DescribeKey'])(
    'has %s for the log groups of this account and region',
    async (action) => {
      expect(await can(action, principal, context)).toBe(true);
    },
  );

  it('is shut out for other accounts, other regions and without a log group', async () => {
    for (const arn of [
      `arn:aws:logs:${REGION}:999999999999:log-group:any`,
      `arn:aws:logs:us-east-1:${ACCOUNT}:log-group:any`,
    ]) {
      const context = { 'kms:EncryptionContext:aws:logs:arn': arn };
      expect(await can('kms:Decrypt', principal, context), arn).toBe(false);
    }
    expect(await can('kms:Decrypt', principal)).toBe(false);
  });
});

describe('an administrator of the account', () => {
  it.each(['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:CreateGrant'])(
    'cannot use the key by %s',
    async (action) => {
      const context = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
      expect(await can(action, admin, context)).toBe(false);
    },
  );

  it.each(['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:DisableKeyRotation', 'kms:DeleteImportedKeyMaterial'])(
    'cannot lose the record by %s',
    async (action) => {
      expect(await can(action)).toBe(false);
      // Denied, not just not granted: a statement that somebody adds does not open it.
      expect(statement('DenyLoss')).toMatchObject({ Effect: 'Deny', Principal: '*' });
      expect(statement('DenyLoss').Action).toContain(action);
    },
  );

  it.each(['kms:EnableKey', 'kms:DescribeKey', 'kms:CancelKeyDeletion'])(
    'keeps the key manageable by %s',
    async (action) => {
      expect(await can(action)).toBe(true);
    },
  );

  it.each(['kms:PutKeyPolicy', 'kms:TagResource', 'kms:UntagResource', 'kms:UpdateAlias', 'kms:DeleteAlias'])(
    'does not take the guards away by %s; who deploys may',
    async (action) => {
      expect(await can(action)).toBe(false);
      expect(await can(action, EXECUTION_ROLE)).toBe(true);
    },
  );
});

describe('the auditor', () => {
  const { arn: principal } = deployed.role('Auditor');

  it('decrypts through S3', async () => {
    const context = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
    expect(await can('kms:Decrypt', principal, context)).toBe(true);
  });

  it('does not decrypt directly or through another service', async () => {
    expect(await can('kms:Decrypt', principal)).toBe(false);
    expect(await can('kms:Decrypt', principal, { 'kms:ViaService': 'lambda.eu-west-1.amazonaws.com' })).toBe(false);
  });
});

it('is made by somebody who cannot change its policy again, where the administrator is another', () => {
  expect(key.Properties).not.toHaveProperty('BypassPolicyLockoutSafetyCheck');
  const stack = newStack();
  newVault({ administrator: iam.Role.fromRoleName(stack, 'Custodian', 'custodian') }, stack);
  const made = new Deployed(stack).find('AWS::KMS::Key', 'AuditKey');
  expect(made.Properties.BypassPolicyLockoutSafetyCheck).toBe(true);
});

it('rotates, and outlives the stack', async () => {
  expect(key.Properties).toMatchObject({ EnableKeyRotation: true, PendingWindowInDays: 30 });
  expect(key).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
});

it('says what it is for and who answers for it', async () => {
  expect(key.Properties.Description).toBe('Audit vault: orders (owner: security)');
});
