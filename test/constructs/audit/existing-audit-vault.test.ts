import { App, Duration } from 'aws-cdk-lib';
import type { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { describe, expect, it } from 'vitest';
import { snapshotOf } from '../../../lib/assembly/snapshot';
import { AuditQueries } from '../../../lib/constructs/audit/audit-queries';
import { AuditVault } from '../../../lib/constructs/audit/audit-vault';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import type { ExistingAuditVaultProps } from '../../../lib/constructs/audit/existing-audit-vault-props';
import type { IAuditVault } from '../../../lib/constructs/audit/i-audit-vault';
import { AlarmTopic } from '../../../lib/constructs/monitoring/alarm-topic';
import { TamperAlarms } from '../../../lib/constructs/monitoring/tamper-alarms';
import { DeploymentBoundary } from '../../../lib/constructs/roles/deployment-boundary';
import { allRules } from '../../../lib/rules/registry';
import { runRules } from '../../../lib/rules/run-rules';
import { ACCOUNT, REGION, newStack } from './deployed';

const ARCHIVE = '444455556666';
const ORGANIZATION = 'o-a1b2c3d4e5';
const ORGANIZATION_TRAIL = `arn:aws:cloudtrail:${REGION}:777788889999:trail/everything`;
const KEY = `arn:aws:kms:${REGION}:${ARCHIVE}:key/11111111-2222-3333-4444-555555555555`;

/** An organization's trail, with its bucket and key in the account of a log archive. */
function ofOrganization(stack: Stack, more: Partial<ExistingAuditVaultProps> = {}): IAuditVault {
  return AuditVault.fromExisting(stack, 'Record', {
    bucket: s3.Bucket.fromBucketArn(stack, 'Logs', 'arn:aws:s3:::log-archive'),
    bucketAccount: ARCHIVE,
    encryptionKey: kms.Key.fromKeyArn(stack, 'Key', KEY),
    trailArn: ORGANIZATION_TRAIL,
    organizationId: ORGANIZATION,
    retention: Duration.days(400),
    ...more,
  });
}
const auditorOf = (stack: Stack, vault: IAuditVault): AuditorRole =>
  new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy: new iam.AccountPrincipal(ACCOUNT) });
const statementsOf = (stack: Stack, type: string, property = 'PolicyDocument'): any[] =>
  Object.values(Template.fromStack(stack).findResources(type)).flatMap((each) => each.Properties[property].Statement);

describe('a record in another account', () => {
  const stack = newStack();
  const vault = ofOrganization(stack);
  auditorOf(stack, vault);
  vault.createLogGroup(stack, 'AccessLog');
  new AuditQueries(stack, 'Queries', { vault, since: '2026-11-01' });
  const topic = new AlarmTopic(stack, 'Topic', { emails: ['on-call@example.com'] });
  const told = new TamperAlarms(stack, 'Tampering', {
    vault,
    alarmTopic: topic,
    withoutLogGroup: 'the management account has these alarms',
  });
  new DeploymentBoundary(stack, 'Boundary', { auditVaults: [vault] });
  const template = Template.fromStack(stack);

  it('is read by its auditor where the organization writes this account, with its key, and nowhere else', () => {
    const statements = statementsOf(stack, 'AWS::IAM::Policy');
    const objects = statements.find(({ Action }) => [Action].flat().includes('s3:GetObject'));
    expect(objects.Resource).toBe(`arn:aws:s3:::log-archive/AWSLogs/${ORGANIZATION}/${ACCOUNT}/*`);
    expect(statements.find(({ Action }) => Action === 'kms:Decrypt')).toMatchObject({
      Resource: KEY,
      Condition: { StringEquals: { 'kms:ViaService': `s3.${REGION}.amazonaws.com` } },
    });
    expect(statements.find(({ Action }) => [Action].flat().includes('cloudtrail:GetTrail')).Resource).toBe(
      ORGANIZATION_TRAIL,
    );
  });

  it('is in the boundary of its auditor by account and key', () => {
    const boundary = JSON.stringify(statementsOf(stack, 'AWS::IAM::ManagedPolicy'));
    expect(boundary).toContain(`"aws:ResourceAccount":"${ARCHIVE}"`);
    expect(boundary).toContain(KEY);
  });

  it('has log groups under a key of this account', () => {
    const groups = Object.values(template.findResources('AWS::Logs::LogGroup'));
    expect(groups).toHaveLength(1);
    expect(JSON.stringify(groups[0]?.Properties.KmsKeyId)).toContain('RecordLogKey');
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.not(
          Match.arrayWith([Match.objectLike({ Principal: { Service: 'cloudtrail.amazonaws.com' } })]),
        ),
      },
    });
  });

  it('is asked where it lies', () => {
    const location = JSON.stringify(template.findResources('AWS::Glue::Table'));
    expect(location).toContain(`s3://log-archive/AWSLogs/${ORGANIZATION}/${ACCOUNT}/CloudTrail`);
  });

  it('is watched by event rules alone, where somebody said why that is enough', () => {
    expect(told.alarms).toEqual([]);
    template.resourceCountIs('AWS::Events::Rule', 13);
    const other = newStack();
    const unsaid = { vault: ofOrganization(other), alarmTopic: topic };
    expect(() => new TamperAlarms(other, 'Unsaid', unsaid)).toThrow(/^BH4025/);
    expect(() => new TamperAlarms(other, 'Blank', { ...unsaid, withoutLogGroup: ' ' })).toThrow(/^BH4025/);
  });

  it('is left alone by deployments', () => {
    const [record] = statementsOf(stack, 'AWS::IAM::ManagedPolicy').filter(({ Sid }) => Sid === 'RecordStays');
    expect(record.Resource).toEqual(['arn:aws:s3:::log-archive', 'arn:aws:s3:::log-archive/*', KEY]);
  });

  it('is said not to be verified, until somebody acknowledges that', () => {
    const says = Match.stringLikeRegexp(
      `not verified here.*the trail \`${ORGANIZATION_TRAIL}\`, the bucket \`log-archive\`, the key`,
    );
    Annotations.fromStack(stack).hasWarning('/Orders/Record', says);
  });
});

describe('a record of the same app', () => {
  /** A trail and its bucket, as a team has them before it hears of vaults. */
  function ownTrail(lock: boolean, keyPrefix?: string) {
    const app = new App();
    const stack = newStack('Orders', app);
    const bucket = new s3.Bucket(stack, 'Logs', {
      bucketName: 'orders-logs',
      versioned: true,
      ...(lock ? { objectLockDefaultRetention: s3.ObjectLockRetention.compliance(Duration.days(100)) } : {}),
    });
    const trail = new cloudtrail.CfnTrail(stack, 'Trail', {
      trailName: 'orders',
      s3BucketName: bucket.bucketName,
      isLogging: true,
      isMultiRegionTrail: true,
      includeGlobalServiceEvents: true,
      enableLogFileValidation: true,
      ...(keyPrefix === undefined ? {} : { s3KeyPrefix: keyPrefix }),
    });
    return { app, stack, bucket, trail };
  }
  const findings = (app: App): string[] => {
    const sources = app.synth({ skipValidation: true }).stacks.map(({ stackName, template }) => ({
      name: stackName,
      file: stackName,
      body: template,
      account: ACCOUNT,
      region: REGION,
    }));
    const audit = allRules.filter(({ id }) => id.startsWith('AUD'));
    return runRules(snapshotOf(sources), audit).map(({ ruleId, message }) => `${ruleId} ${message}`);
  };

  it.each([
    ['its ARN', () => `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders`],
    ['a reference', (trail: cloudtrail.CfnTrail) => trail.attrArn],
  ])('is declared, and so judged in the template: named by %s', (_, arn) => {
    const { app, stack, bucket, trail } = ownTrail(true);
    AuditVault.fromExisting(stack, 'Record', { bucket, trailArn: arn(trail), retention: Duration.days(400) });
    for (const type of ['AWS::S3::Bucket', 'AWS::CloudTrail::Trail']) {
      const [found] = Object.values(Template.fromStack(stack).findResources(type));
      expect(found?.['Metadata']['cdk-bulkhead']).toMatchObject({ path: 'Orders/Record', retentionDays: 400 });
    }
    const found = findings(app);
    expect(
      found.some((each) => /AUD1 .*found `DefaultRetention.Days` 100; expected at least 400 days/.test(each)),
    ).toBe(true);
    expect(found.some((each) => /AUD4 found no/.test(each))).toBe(true);
  });

  it('lets its auditor in on the side of the key', () => {
    const stack = newStack();
    const encryptionKey = new kms.Key(stack, 'Key');
    const bucket = new s3.Bucket(stack, 'Logs', { encryptionKey });
    const vault = AuditVault.fromExisting(stack, 'Record', {
      bucket,
      encryptionKey,
      trailArn: `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders`,
      retention: Duration.days(30),
    });
    auditorOf(stack, vault);
    const statements = statementsOf(stack, 'AWS::KMS::Key', 'KeyPolicy');
    const reader = statements.find(({ Action }) => Action === 'kms:Decrypt');
    expect(JSON.stringify(reader.Principal)).toContain('Auditor');
  });

  it('is refused where the trail writes elsewhere', () => {
    const { stack, bucket, trail } = ownTrail(true, 'team');
    const props = { bucket, trailArn: trail.attrArn, retention: Duration.days(30) };
    expect(() => AuditVault.fromExisting(stack, 'Record', props)).toThrow(/^BH4041/);
    expect(() => AuditVault.fromExisting(stack, 'Same', { ...props, keyPrefix: 'team' })).not.toThrow();
    const other = new s3.Bucket(stack, 'Other');
    expect(() => AuditVault.fromExisting(stack, 'Moved', { ...props, bucket: other, keyPrefix: 'team' })).toThrow(
      /^BH4041/,
    );
  });

  it('has alarms on its own log group, and no warning of what is there', () => {
    const { stack, bucket, trail } = ownTrail(true);
    const logGroup = new logs.LogGroup(stack, 'Events');
    const vault = AuditVault.fromExisting(stack, 'Record', {
      bucket,
      trailArn: trail.attrArn,
      retention: Duration.days(30),
      logGroup,
      accessLogBucket: new s3.Bucket(stack, 'Access'),
    });
    const alarmTopic = new AlarmTopic(stack, 'Topic', { emails: ['on-call@example.com'] });
    expect(new TamperAlarms(stack, 'Tampering', { vault, alarmTopic }).alarms).toHaveLength(15);
    Annotations.fromStack(stack).hasNoWarning('*', Match.stringLikeRegexp('not verified'));
  });
});

describe('what cannot be', () => {
  it.each<[string, Partial<ExistingAuditVaultProps>]>([
    ['a trail by its name', { trailArn: 'everything' }],
    ["another account's own trail", { organizationId: undefined }],
    ['an organization that is none', { organizationId: 'my-organization' }],
    ['an account that is none', { bucketAccount: 'archive' }],
    ['a prefix with a slash', { keyPrefix: 'team/' }],
  ])('%s is refused', (_, more) => {
    expect(() => ofOrganization(newStack(), more)).toThrow(/^BH4040/);
  });

  it('a retention that nobody means is refused', () => {
    expect(() => ofOrganization(newStack(), { retention: Duration.days(3700) })).toThrow(/^BH4001/);
  });
});
