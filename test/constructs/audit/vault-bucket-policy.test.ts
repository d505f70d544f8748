import { App } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { AuditorRole } from '../../../lib/constructs/audit/auditor-role';
import { ACCOUNT, Deployed, EXECUTION_ROLE, REGION, isAllowed, newStack, newVault } from './deployed';
import type { Call } from './deployed';

const stack = newStack();
const vault = newVault({ trailName: 'orders-audit' }, stack);
new AuditorRole(stack, 'Auditor', { vault, owner: 'security', assumedBy: new iam.AccountPrincipal(ACCOUNT) });

const deployed = new Deployed(stack);
const resourcePolicy = deployed.find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument;
const bucket = deployed.arn('AWS::S3::Bucket', 'AuditBucket');
const object = `${bucket}/AWSLogs/${ACCOUNT}/CloudTrail/eu-west-1/2027/01/01/log.json.gz`;
const digest = `${bucket}/AWSLogs/${ACCOUNT}/CloudTrail-Digest/eu-west-1/2027/01/01/digest.json.gz`;
const admin = `arn:aws:iam::${ACCOUNT}:role/Admin`;
const TRAIL = `arn:aws:cloudtrail:${REGION}:${ACCOUNT}:trail/orders-audit`;
const asTrail = { 'aws:SourceArn': TRAIL, 's3:x-amz-acl': 'bucket-owner-full-control' };

/** As an administrator of the account, where nothing else is said. */
function can(action: string, resource: string, more: Partial<Call> = {}): Promise<boolean> {
  return isAllowed({ principal: admin, action, resource, resourcePolicy, ...more });
}

function trailCan(action: string, resource: string, context: Record<string, string> = asTrail): Promise<boolean> {
  return can(action, resource, { principal: 'cloudtrail.amazonaws.com', context });
}

describe('CloudTrail', () => {
  it('checks the ACL and writes log files and digests', async () => {
    expect(await trailCan('s3:GetBucketAcl', bucket)).toBe(true);
    expect(await trailCan('s3:PutObject', object)).toBe(true);
    expect(await trailCan('s3:PutObject', digest)).toBe(true);
  });

  it('may write with SSE-S3: no statement asks for SSE-KMS', async () => {
    expect(await trailCan('s3:PutObject', digest, { ...asTrail, 's3:x-amz-server-side-encryption': 'AES256' })).toBe(
      true,
    );
    expect(JSON.stringify(resourcePolicy)).not.toContain('server-side-encryption');
  });

  it.each([
    ['a trail of the same account with another name', `${TRAIL}-2`],
    ['a trail of another account with the same name', `arn:aws:cloudtrail:${REGION}:999999999999:trail/orders-audit`],
  ])('is shut out for %s', async (_, arn) => {
    expect(await trailCan('s3:GetBucketAcl', bucket, { ...asTrail, 'aws:SourceArn': arn })).toBe(false);
    expect(await trailCan('s3:PutObject', object, { ...asTrail, 'aws:SourceArn': arn })).toBe(false);
  });

  it('is shut out where it names no trail', async () => {
    expect(await trailCan('s3:GetBucketAcl', bucket, {})).toBe(false);
    expect(await trailCan('s3:PutObject', object, { 's3:x-amz-acl': 'bucket-owner-full-control' })).toBe(false);
  });

  it('does not write for other accounts or beside the log prefix', async () => {
    expect(await trailCan('s3:PutObject', `${bucket}/AWSLogs/999999999999/CloudTrail/x`)).toBe(false);
    expect(await trailCan('s3:PutObject', `${bucket}/elsewhere`)).toBe(false);
  });

  it('writes with the ACL that gives the bucket owner the object, and with no other', async () => {
    expect(await trailCan('s3:PutObject', object, { ...asTrail, 's3:x-amz-acl': 'public-read' })).toBe(false);
  });

  it('does nothing else', async () => {
    expect(await trailCan('s3:GetObject', object)).toBe(false);
    expect(await trailCan('s3:DeleteObject', object)).toBe(false);
  });
});

describe('an administrator of the account', () => {
  it.each([
    ['s3:DeleteObject', object],
    ['s3:DeleteObjectVersion', object],
    ['s3:DeleteObjectTagging', object],
    ['s3:DeleteObjectVersionTagging', object],
    ['s3:DeleteBucket', bucket],
  ])('cannot delete by %s', async (action, resource) => {
    expect(await can(action, resource)).toBe(false);
  });

  it.each(['s3:PutObjectRetention', 's3:PutObjectLegalHold', 's3:BypassGovernanceRetention'])(
    'cannot change the retention by %s',
    async (action) => {
      expect(await can(action, object)).toBe(false);
    },
  );

  it.each([
    's3:PutObject',
    's3:PutObjectAcl',
    's3:PutObjectVersionAcl',
    's3:PutObjectTagging',
    's3:PutObjectVersionTagging',
    's3:ReplicateObject',
    's3:ReplicateDelete',
    's3:ReplicateTags',
  ])('cannot forge by %s', async (action) => {
    expect(await can(action, object, { context: asTrail })).toBe(false);
  });

  it.each([
    's3:GetObject',
    's3:GetObjectVersion',
    's3:GetObjectAttributes',
    's3:GetObjectVersionForReplication',
    's3:GetObjectTorrent',
    's3:GetObjectVersionAttributes',
    's3:GetObjectVersionTorrent',
  ])('cannot read by %s', async (action) => {
    expect(await can(action, object)).toBe(false);
  });

  const guards = [
    's3:PutBucketPolicy',
    's3:DeleteBucketPolicy',
    's3:PutLifecycleConfiguration',
    's3:PutReplicationConfiguration',
    's3:PutBucketVersioning',
    's3:PutBucketObjectLockConfiguration',
    's3:PutEncryptionConfiguration',
    's3:PutBucketAcl',
    's3:PutBucketLogging',
    's3:PutBucketOwnershipControls',
    's3:PutBucketPublicAccessBlock',
  ];

  it.each(guards)('cannot change a guard by %s', async (action) => {
    expect(await can(action, bucket)).toBe(false);
  });

  it.each(guards)('who is CloudFormation deploying the stack can: %s', async (action) => {
    expect(await can(action, bucket, { principal: EXECUTION_ROLE })).toBe(true);
  });

  it('who is CloudFormation deploying the stack can still not delete, shorten, forge or read', async () => {
    for (const action of ['s3:DeleteObjectVersion', 's3:PutObjectRetention', 's3:PutObject', 's3:GetObject']) {
      expect(await can(action, object, { principal: EXECUTION_ROLE }), action).toBe(false);
    }
    expect(await can('s3:DeleteBucket', bucket, { principal: EXECUTION_ROLE })).toBe(false);
  });

  it('still sees how the bucket is set up', async () => {
    expect(await can('s3:GetBucketObjectLockConfiguration', bucket)).toBe(true);
  });
});

describe('the auditor', () => {
  const principal = deployed.role('Auditor').arn;

  it('is not shut out from reading', async () => {
    expect(await can('s3:GetObject', object, { principal })).toBe(true);
    expect(await can('s3:GetObjectVersion', object, { principal })).toBe(true);
  });

  it('is shut out over plain HTTP and over TLS 1.1', async () => {
    expect(await can('s3:GetObject', object, { principal, context: { 'aws:SecureTransport': 'false' } })).toBe(false);
    expect(await can('s3:ListBucket', bucket, { principal, context: { 'aws:SecureTransport': 'false' } })).toBe(false);
    expect(await can('s3:GetObject', object, { principal, context: { 's3:TlsVersion': '1.1' } })).toBe(false);
    expect(await can('s3:ListBucket', bucket, { principal, context: { 's3:TlsVersion': '1.1' } })).toBe(false);
  });
});

describe('without an auditor', () => {
  const alone = newStack('Alone', new App());
  newVault({}, alone);
  const policy = new Deployed(alone).find('AWS::S3::BucketPolicy', 'AuditBucketPolicy').Properties.PolicyDocument;

  it('nobody reads', async () => {
    const name = new Deployed(alone).arn('AWS::S3::Bucket', 'AuditBucket');
    const call = { principal: admin, action: 's3:GetObject', resource: `${name}/x`, resourcePolicy: policy };
    expect(await isAllowed(call)).toBe(false);
  });
});

it('a Deny names every principal', () => {
  const denies = resourcePolicy.Statement.filter((each: any) => each.Effect === 'Deny');
  expect(denies).toHaveLength(9);
  for (const { Principal } of denies) expect(Principal).toBe('*');
});

it('stays within the 20 KB of a bucket policy', () => {
  expect(JSON.stringify(resourcePolicy).length).toBeLessThan(10_000);
});
