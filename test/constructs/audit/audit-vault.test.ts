import { App, Duration, Stack, Token } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { LockMode } from '../../../lib/constructs/audit/lock-mode';
import { ACCOUNT, Deployed, REGION, newStack, newVault } from './deployed';

const vault = newVault({ trailName: 'orders-audit', owner: 'security' });
const deployed = new Deployed(vault.trail.stack);
const bucket = deployed.find('AWS::S3::Bucket', 'AuditBucket');
const trail = deployed.find('AWS::CloudTrail::Trail');
const logGroup = deployed.find('AWS::Logs::LogGroup');
const keyArn = deployed.arn('AWS::KMS::Key');

describe('the bucket', () => {
  it('locks every object in COMPLIANCE mode for the retention', () => {
    expect(bucket.Properties.ObjectLockEnabled).toBe(true);
    expect(bucket.Properties.ObjectLockConfiguration).toEqual({
      ObjectLockEnabled: 'Enabled',
      Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } },
    });
  });

  it('keeps versions', () => {
    expect(bucket.Properties.VersioningConfiguration).toEqual({ Status: 'Enabled' });
  });

  it("is encrypted with the vault's key, by a bucket key", () => {
    expect(bucket.Properties.BucketEncryption.ServerSideEncryptionConfiguration).toEqual([
      { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyArn } },
    ]);
  });

  it('blocks public access', () => {
    expect(bucket.Properties.PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    });
  });

  it('knows no ACLs', () => {
    expect(bucket.Properties.OwnershipControls.Rules).toEqual([{ ObjectOwnership: 'BucketOwnerEnforced' }]);
  });

  it('never expires anything', () => {
    expect(JSON.stringify(bucket.Properties.LifecycleConfiguration)).not.toMatch(/Expiration/);
  });

  it('logs who touches it, to a bucket that already lets the log delivery in', () => {
    const target = deployed.arn('AWS::S3::Bucket', 'AuditAccessLogs').replace('arn:aws:s3:::', '');
    expect(bucket.Properties.LoggingConfiguration).toEqual({ DestinationBucketName: target, LogFilePrefix: 'vault/' });
    expect(bucket.DependsOn).toEqual([expect.stringMatching(/^AuditAccessLogsPolicy/)]);
  });

  it('is declared as audit bucket', () => {
    const declared = { path: 'Orders/Audit', retentionDays: 400, owner: 'security' };
    expect(bucket.Metadata['cdk-bulkhead']).toEqual({ kind: 'audit-bucket', ...declared });
  });
});

describe('the trail', () => {
  it('logs', () => {
    expect(trail.Properties.IsLogging).toBe(true);
  });

  it('covers every region', () => {
    expect(trail.Properties.IsMultiRegionTrail).toBe(true);
  });

  it('covers the global services', () => {
    expect(trail.Properties.IncludeGlobalServiceEvents).toBe(true);
  });

  it('writes digests', () => {
    expect(trail.Properties.EnableLogFileValidation).toBe(true);
  });

  it('records every management event, readings included', () => {
    const selectors = trail.Properties.AdvancedEventSelectors;
    expect(selectors.slice(0, 1).map((each: any) => each.FieldSelectors)).toEqual([
      [{ Field: 'eventCategory', Equals: ['Management'] }],
    ]);
    expect(trail.Properties).not.toHaveProperty('EventSelectors');
  });

  it("encrypts with the vault's key", () => {
    expect(trail.Properties.KMSKeyId).toBe(keyArn);
  });

  it('writes to the bucket and to the log group', () => {
    expect(`arn:aws:s3:::${trail.Properties.S3BucketName}`).toBe(deployed.arn('AWS::S3::Bucket', 'AuditBucket'));
    expect(trail.Properties.CloudWatchLogsLogGroupArn).toBe(deployed.arn('AWS::Logs::LogGroup'));
  });

  it('is created after the bucket policy that lets it in', () => {
    expect(trail.DependsOn).toEqual([expect.stringMatching(/^AuditBucketPolicy/)]);
  });

  it('has the name by which the policies of bucket, key and role know it', () => {
    expect(trail.Properties.TrailName).toBe('orders-audit');
    const arn = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders-audit`;
    expect(Token.isUnresolved(vault.trailArn) ? vault.trail.stack.resolve(vault.trailArn) : '').toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, arn.replace('arn:aws', '')]],
    });
    const sources = (statements: any[]): unknown[] =>
      statements
        .filter(({ Principal }) => Principal.Service === 'cloudtrail.amazonaws.com')
        .map(({ Condition }) => Condition.StringEquals['aws:SourceArn']);
    const bucketPolicy = deployed.find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument;
    const keyPolicy = deployed.find('AWS::KMS::Key').Properties.KeyPolicy;
    const trust = deployed.find('AWS::IAM::Role', 'AuditDeliveryRole').Properties.AssumeRolePolicyDocument;
    expect(sources(bucketPolicy.Statement)).toEqual([arn, arn]);
    expect(sources(keyPolicy.Statement)).toEqual([arn, arn, arn]);
    expect(sources(trust.Statement)).toEqual([arn]);
  });

  it('is declared as audit trail', () => {
    const declared = { path: 'Orders/Audit', retentionDays: 400, owner: 'security' };
    expect(trail.Metadata['cdk-bulkhead']).toEqual({ kind: 'audit-trail', ...declared });
  });
});

describe('the log group', () => {
  it("is kept as long as the vault, under the vault's key, and protected from deletion", () => {
    expect(logGroup.Properties).toEqual({ KmsKeyId: keyArn, RetentionInDays: 400, DeletionProtectionEnabled: true });
  });

  it('is written by CloudTrail with two actions on its own streams', () => {
    const name = deployed.arn('AWS::Logs::LogGroup').replace(/:\*$/, '');
    expect(
      deployed.find('AWS::IAM::Role', 'AuditDeliveryRole').Properties.Policies[0].PolicyDocument.Statement,
    ).toEqual([
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: `${name}:log-stream:${ACCOUNT}_CloudTrail_${REGION}*`,
      },
    ]);
  });
});

describe('the access log bucket', () => {
  const accessLogs = deployed.find('AWS::S3::Bucket', 'AuditAccessLogs');
  const policy = deployed.find('AWS::S3::BucketPolicy', 'AuditAccessLogsPolicy').Properties.PolicyDocument.Statement;

  it('has no default lock and no customer key, with which S3 could not write to it', () => {
    expect(accessLogs.Properties).not.toHaveProperty('ObjectLockEnabled');
    expect(JSON.stringify(accessLogs.Properties.BucketEncryption)).toContain('AES256');
  });

  it('is written by S3 for this account only', () => {
    const allows = policy.filter((each: any) => each.Effect === 'Allow');
    expect(allows).toMatchObject([
      {
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Action: 's3:PutObject',
        Condition: { StringEquals: { 'aws:SourceAccount': ACCOUNT } },
      },
    ]);
  });

  it('takes TLS 1.2 and later only', () => {
    const denies = policy.filter((each: any) => each.Effect === 'Deny').map((each: any) => each.Condition);
    expect(denies.slice(0, 2)).toEqual([
      { Bool: { 'aws:SecureTransport': 'false' } },
      { NumericLessThan: { 's3:TlsVersion': '1.2' } },
    ]);
  });

  it('keeps the log as long as the vault keeps', () => {
    expect(accessLogs.Properties.LifecycleConfiguration.Rules).toMatchObject([
      { ExpirationInDays: 400, NoncurrentVersionExpiration: { NoncurrentDays: 400 } },
    ]);
  });
});

it('outlives its stack: bucket, bucket policy, access log, key, log group, role, trail, and the delivery of log groups', () => {
  const resources = Template.fromStack(vault.trail.stack).toJSON().Resources;
  const policies = Object.entries<any>(resources).map(([id, each]) => [
    id.replace(/[0-9A-F]{8}$/, ''),
    `${each.DeletionPolicy}, ${each.UpdateReplacePolicy}`,
  ]);
  expect(Object.fromEntries(policies)).toEqual({
    AuditKey: 'Retain, Retain',
    AuditAccessLogs: 'Retain, Retain',
    AuditAccessLogsPolicy: 'Retain, Retain',
    AuditBucket: 'Retain, Retain',
    AuditBucketPolicy: 'Retain, Retain',
    AuditLogGroup: 'Retain, Retain',
    AuditDeliveryRole: 'RetainExceptOnCreate, Retain',
    AuditTrail: 'RetainExceptOnCreate, Retain',
    AuditLogDeliveryLanding: 'Retain, Retain',
    AuditLogDeliveryLandingPolicy: 'Retain, Retain',
    AuditLogDeliveryReplicationPolicy: 'RetainExceptOnCreate, Retain',
    AuditLogDeliveryReplicationRole: 'RetainExceptOnCreate, Retain',
    AuditLogDeliverySender: 'RetainExceptOnCreate, Retain',
    AuditLogDeliverySendingPolicy: 'RetainExceptOnCreate, Retain',
    AuditLogDeliveryStream: 'RetainExceptOnCreate, Retain',
    AuditLogDeliveryWriter: 'RetainExceptOnCreate, Retain',
    AuditLogDeliveryWritingPolicy: 'RetainExceptOnCreate, Retain',
  });
});

describe('the lock mode', () => {
  it('is GOVERNANCE only with a reason, which is declared', () => {
    const dev = newVault({ lockMode: LockMode.GOVERNANCE, governanceReason: 'development, no evidence' });
    const { Properties, Metadata } = new Deployed(dev.trail.stack).find('AWS::S3::Bucket', 'AuditBucket');
    expect(Properties.ObjectLockConfiguration.Rule.DefaultRetention.Mode).toBe('GOVERNANCE');
    expect(Metadata['cdk-bulkhead'].governanceReason).toBe('development, no evidence');
  });

  it.each([undefined, '', '  '])('is refused as GOVERNANCE with the reason %j', (governanceReason) => {
    expect(() => newVault({ lockMode: LockMode.GOVERNANCE, governanceReason })).toThrow(
      /^BH4004: `lockMode` is GOVERNANCE and `governanceReason` is empty, at Orders\/Audit; /,
    );
  });
});

describe('a log group for another record', () => {
  it("is under the vault's key, kept as long, protected and retained, in the stack that asks", () => {
    const app = new App();
    const audit = newVault({}, newStack('AuditStack', app));
    const stack = newStack('ApiStack', app);
    audit.createLogGroup(stack, 'AccessLog');
    const [group] = Object.values<any>(Template.fromStack(stack).findResources('AWS::Logs::LogGroup'));
    expect(group).toMatchObject({
      DeletionPolicy: 'Retain',
      Properties: { RetentionInDays: 400, DeletionProtectionEnabled: true, KmsKeyId: expect.anything() },
    });
  });

  it('is refused in another region, where the key policy lets nobody in', () => {
    const app = new App();
    const audit = newVault({}, newStack('AuditStack', app));
    const elsewhere = new Stack(app, 'Elsewhere', { env: { account: ACCOUNT, region: 'us-east-1' } });
    expect(() => audit.createLogGroup(elsewhere, 'AccessLog')).toThrow(
      /^BH4005: .* region us-east-1 .* eu-west-1, at /,
    );
  });
});

it('is recognised across copies of the library', () => {
  expect(AuditVault.isAuditVault(vault)).toBe(true);
  expect(AuditVault.isAuditVault(vault.bucket)).toBe(false);
  expect(AuditVault.isAuditVault(undefined)).toBe(false);
});

it('stands in a stack whose account and region are not known, without a cycle', () => {
  const stack = new Stack(new App(), 'Anywhere');
  const anywhere = new AuditVault(stack, 'Audit', { retention: Duration.days(30) });
  new AuditorRole(stack, 'Auditor', {
    vault: anywhere,
    owner: 'security',
    assumedBy: new iam.AccountPrincipal(ACCOUNT),
  });
  const { TrailName } = new Deployed(stack).find('AWS::CloudTrail::Trail').Properties;
  expect(TrailName).toMatch(/^Anywhere-Audit-[0-9A-F]{8}$/);
});

it('stands in another stack than its auditor, and its log groups in a third, without a cycle', () => {
  const app = new App();
  const audit = newVault({}, newStack('AuditStack', app));
  const assumedBy = new iam.AccountPrincipal(ACCOUNT);
  new AuditorRole(newStack('People', app), 'Auditor', { vault: audit, owner: 'security', assumedBy });
  const api = newStack('ApiStack', app);
  audit.createLogGroup(api, 'AccessLog');
  app.synth();
  expect(audit.trail.stack.dependencies.map((each) => each.node.id)).toEqual(['People']);
  expect(api.dependencies.map((each) => each.node.id).sort()).toEqual(['AuditStack', 'People']);
});
